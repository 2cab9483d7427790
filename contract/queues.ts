/** Work that a service fetches by itself, over HTTP (docs/participants.md). */
import { z } from "zod";
import { isoTime, json } from "./common";
import { replyError } from "./messages";

const second = 1_000;

/** Beside `engine/limits.ts`; docs/limits.md says what happens at each. */
export const queueLimits = {
  /** Items of one claim: more is done by asking again. */
  claimAtOnce: 100,
  /** How long a claim may wait for work: below the minute after which proxies give up. */
  longestClaim: 30 * second,
  /** How long claimed work stays with who has it, unless they say that they are still at it. */
  workLease: 30 * second,
  /** How long work whose time is over, and that somebody had, can still be answered: late is better than never. */
  lateAnswer: 60 * 60 * second,
  /** A queue is counted up to here. */
  queueCounted: 10_000,
} as const;

/** `POST /queues/{service}/claim` */
export const claimRequest = z.strictObject({
  max: z.number().int().min(1).max(queueLimits.claimAtOnce).default(1).describe("The most items to be given."),
  waitMs: z
    .number()
    .int()
    .min(0)
    .max(queueLimits.longestClaim)
    .default(0)
    .describe("Milliseconds to wait while there is nothing."),
});

export const queueItem = z.object({
  id: z.uuid(),
  lease: z.uuid().describe("Proves that the item is yours: it comes with every word about it."),
  leaseUntil: isoTime.describe("After this, others are given the item."),
  command: z.string(),
  run: z.uuid(),
  step: z.string(),
  half: z.enum(["action", "compensation", "probe"]),
  attempt: z.number().int(),
  generation: z.number().int(),
  item: z.number().int().optional().describe("Of a step for each item: the item's place, from 0."),
  key: z.string().describe("The idempotency key: the same on every attempt, and for whoever else was given it before."),
  input: json,
});
export type QueueItem = z.infer<typeof queueItem>;

/** Oldest first. Empty: nothing came in time. */
export const claimed = z.object({ items: z.array(queueItem) });

const holder = { id: z.uuid(), lease: z.uuid() };

export const completeRequest = z.strictObject({
  ...holder,
  result: json.describe("What the step completes with; null when there is nothing to say."),
});
export const failRequest = z.strictObject({ ...holder, error: replyError });
/** `duplicate`: the same had been said before. */
export const answered = z.object({ status: z.enum(["accepted", "duplicate"]) });

export const heartbeatRequest = z.strictObject(holder);
export const heartbeatResult = z.object({ leaseUntil: isoTime });
