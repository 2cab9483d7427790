/**
 * Works off what was accepted and sends the replies that are owed. Two hands, so that a reply which nobody takes keeps
 * no work waiting. Each does one thing at a time, and rests until the next is due or it is woken.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { doWork } from "./do-work";
import { inTransaction } from "./in-transaction";
import { holdReply, nextReplyIn, nextWork, postpone } from "./owed-replies";
import { type Postman, type ReturnAddress, sendReply } from "./send-reply";
import { commandOf } from "./services/commands";

export type BackOffice = { readonly wake: () => void; readonly stop: () => Promise<void> };

type Report = (error: unknown) => void;
type Options = { readonly pool: pg.Pool; readonly returnAddress: ReturnAddress; readonly onError: Report };

/** Another shop on the same tables wakes only its own hands. */
const longestRestMs = 5_000;
/** What is due but held by another shop is looked at again. */
const shortestRestMs = 50;
const restAfterErrorMs = 1_000;

export function openBackOffice({ pool, returnAddress, onError }: Options): BackOffice {
  const stopping = new AbortController();
  const postman = { to: returnAddress, signal: stopping.signal };
  const replies = new Hand(() => replyOnce(pool, postman, onError), stopping.signal, onError);
  const work = new Hand(() => workOnce(pool, replies), stopping.signal, onError);
  return {
    wake: () => work.wake(),
    stop: async () => {
      stopping.abort();
      await Promise.all([work.stopped, replies.stopped]);
    },
  };
}

async function workOnce(pool: pg.Pool, replies: Hand): Promise<number> {
  const next = await nextWork(pool);
  if (next === null) return longestRestMs;
  const { call, inMs } = next;
  if (inMs > 0) return Math.min(inMs, longestRestMs);
  const command = commandOf(call.service, call.command);
  if (command?.kind !== "action") throw new Error(`${call.service}.${call.command} does no work`);
  try {
    await inTransaction(pool, (db) => doWork(db, command, call));
  } catch (error) {
    // Work that cannot be done now must not keep what is behind it waiting.
    await postpone(pool, call.key, restAfterErrorMs);
    throw error;
  }
  replies.wake();
  return 0;
}

async function replyOnce(pool: pg.Pool, postman: Postman, onError: Report): Promise<number> {
  const sent = await inTransaction(pool, async (db) => {
    const reply = await holdReply(db);
    if (reply === null) return false;
    const refusal = await sendReply(db, reply, postman);
    if (refusal !== null && reply.tries === 0) onError(new Error(`A reply was not taken: ${refusal}`));
    return true;
  });
  if (sent) return 0;
  const inMs = (await nextReplyIn(pool)) ?? longestRestMs;
  return Math.min(Math.max(inMs, shortestRestMs), longestRestMs);
}

class Hand {
  readonly stopped: Promise<void>;
  #nap = new AbortController();

  constructor(once: () => Promise<number>, stopping: AbortSignal, onError: Report) {
    this.stopped = this.#work(once, stopping, onError);
  }

  wake(): void {
    this.#nap.abort();
  }

  /** `once` answers how long to rest, in milliseconds. Woken while it is at work, the hand leaves that rest out. */
  async #work(once: () => Promise<number>, stopping: AbortSignal, onError: Report): Promise<void> {
    while (!stopping.aborted) {
      this.#nap = new AbortController();
      const signal = AbortSignal.any([stopping, this.#nap.signal]);
      const rest = await once().catch((error: unknown) => {
        onError(error);
        return restAfterErrorMs;
      });
      if (rest > 0) await sleep(rest, undefined, { signal }).catch(() => {});
    }
  }
}
