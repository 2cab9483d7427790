import { z } from "zod";
import { limits } from "@/engine/limits";
import { isoTime, json, listQuery, page } from "./common";

export const webhookTarget = z.strictObject({
  kind: z.literal("webhook"),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  /** Loopback and private addresses are refused unless this is true. */
  allowPrivateNetwork: z.boolean().default(false),
});

/** Events are published to `<source>.<type>` of a registered broker. */
export const brokerTarget = z.strictObject({ kind: z.literal("broker"), broker: z.string().min(1).max(limits.name) });

/** Where events go. */
export const subscriptionTarget = z.discriminatedUnion("kind", [webhookTarget, brokerTarget]);
export type SubscriptionTarget = z.infer<typeof subscriptionTarget>;

const word = z.string().trim().min(1).max(200);

/** `POST /subscriptions`. Empty lists: all. `types` are exact: `OrderCompleted`, or `saga.studio.StepFailed` of a transition. */
export const createSubscription = z.strictObject({
  name: z.string().trim().min(1).max(120),
  target: subscriptionTarget,
  /** Saga types; one that there is not yet is fine. */
  sagas: z.array(word).max(100).default([]),
  types: z.array(word).max(100).default([]),
  /** Every transition of a run too, beside what the saga itself says: its end, and what reactions emit. */
  transitions: z.boolean().default(false),
});

/** `PATCH /subscriptions/{id}`: what is left out stays. `enabled: false` stops it, `true` takes it up again. */
export const changeSubscription = z.strictObject({
  name: z.string().trim().min(1).max(120).optional(),
  target: subscriptionTarget.optional(),
  sagas: z.array(word).max(100).optional(),
  types: z.array(word).max(100).optional(),
  transitions: z.boolean().optional(),
  enabled: z.boolean().optional(),
});

export const subscriptionView = z.object({
  id: z.uuid(),
  name: z.string(),
  target: subscriptionTarget,
  sagas: z.array(z.string()),
  types: z.array(z.string()),
  transitions: z.boolean(),
  /** True when deliveries are signed; the secret itself is shown once, at creation or rotation. */
  signed: z.boolean(),
  enabled: z.boolean(),
  /** Why nothing is sent any more; null while enabled. */
  disabledReason: z.string().nullable(),
  /** Since when every delivery has failed; null: the last one did not. */
  failingSince: isoTime.nullable(),
  /** What became of its last 200 deliveries. */
  recent: z.object({
    delivered: z.number().int(),
    /** Given up, or not sent because it was disabled. */
    failed: z.number().int(),
    pending: z.number().int(),
    lastAt: isoTime.nullable(),
  }),
  createdBy: z.string(),
  createdAt: isoTime,
});
export type SubscriptionView = z.infer<typeof subscriptionView>;
export const subscriptionPage = page(subscriptionView);
/** The secret is there when one was made: at creation, at rotation. */
export const subscriptionSaved = subscriptionView.extend({ secret: z.string().optional() });

/** One attempt: what was answered, or why there was no answer. */
export const deliveryAttempt = z.object({
  at: isoTime,
  ms: z.number(),
  status: z.number().int().optional(),
  error: z.string().optional(),
});
export type DeliveryAttempt = z.infer<typeof deliveryAttempt>;

/** `POST /subscriptions/{id}/test`: what came back. */
export const subscriptionTested = z.object({ ok: z.boolean(), event: json, attempt: deliveryAttempt });

export const deliveryStatus = z.enum(["pending", "delivered", "failed", "disabled"]);
export type DeliveryStatus = z.infer<typeof deliveryStatus>;

export const deliveryView = z.object({
  id: z.uuid(),
  subscription: z.uuid(),
  run: z.uuid(),
  seq: z.number().int(),
  /** The CloudEvent as it is sent. */
  event: json,
  /** `disabled`: not sent, because its subscription was disabled. */
  status: deliveryStatus,
  attempts: z.number().int(),
  /** When it is tried next, while it is pending. */
  nextAt: isoTime.nullable(),
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  /** The last attempts, oldest first. */
  log: z.array(deliveryAttempt),
  deliveredAt: isoTime.nullable(),
});
export type DeliveryView = z.infer<typeof deliveryView>;
export const deliveryPage = page(deliveryView);
export const deliveryQuery = listQuery.extend({ status: deliveryStatus.optional() });
