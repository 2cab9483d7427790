import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { queueLimits } from "@/contract/queues";
import type { Outcome } from "@/engine";
import type { Logger } from "../log";
import { workChannel, workerChannel } from "../orchestrator/channels";
import type { Notifier } from "../orchestrator/notifier";
import { sweepForgotten, sweepOver, sweepUnclaimed } from "./sql/sweep";

/** Others may put in what is over sooner than all that we know of. */
const everyMs = 500;
const leastMs = 10;
const overEveryMs = 5_000;
const forgottenEveryMs = 60_000;
const batch = 500;

export type SweeperOptions = {
  readonly pool: pg.Pool;
  readonly notifier: Notifier;
  readonly log: Logger;
  readonly lateMs?: number;
};

/** Nothing was handed out, so nothing happened. */
const notClaimed: Outcome = {
  kind: "retryable",
  error: {
    code: "not_claimed",
    message: "Given to nobody: the service did not fetch it in time, or it was not wanted any more",
  },
  whenSpent: "none",
};

/**
 * Takes from the queues what is over: what nobody fetched before its time-out, which the run is told just before it, and
 * what somebody fetched and never answered, which is put aside first. Several processes may do this at once.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  #rest: AbortController | null = null;
  /** When something is over next, by `performance.now()`. */
  #nextAt = 0;
  #overAt = Number.NEGATIVE_INFINITY;
  #forgottenAt = Number.NEGATIVE_INFINITY;
  #isFailing = false;
  #isStopped = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Something was put in that is over in so many milliseconds. */
  expect(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.#nextAt) return;
    this.#nextAt = at;
    this.#rest?.abort();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#rest?.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#untilNext();
      if (this.#isStopped) return;
      this.#nextAt = performance.now() + everyMs;
      try {
        await this.#sweep();
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#options.log.warn({ err: error }, "The queues cannot be swept; it is tried again");
        this.#isFailing = true;
      }
    }
  }

  async #untilNext(): Promise<void> {
    while (!this.#isStopped) {
      const ms = this.#nextAt - performance.now();
      if (ms <= 0) return;
      this.#rest = new AbortController();
      await delay(ms, undefined, { signal: this.#rest.signal, ref: false }).catch(() => {});
    }
  }

  async #sweep(): Promise<void> {
    const { pool, notifier, lateMs = queueLimits.lateAnswer } = this.#options;
    for (let gone = batch; gone === batch && !this.#isStopped; ) {
      const swept = await sweepUnclaimed(pool, batch, JSON.stringify(notClaimed));
      gone = swept.gone;
      for (const owner of swept.owners)
        notifier.send({ channel: owner === null ? workChannel : workerChannel(owner), payload: "" });
      if (swept.nextMs !== null) this.expect(Math.max(leastMs, swept.nextMs));
    }
    if (performance.now() - this.#overAt >= overEveryMs) {
      this.#overAt = performance.now();
      while ((await sweepOver(pool, batch)) === batch && !this.#isStopped);
    }
    if (performance.now() - this.#forgottenAt < forgottenEveryMs) return;
    this.#forgottenAt = performance.now();
    while ((await sweepForgotten(pool, batch, lateMs)) === batch && !this.#isStopped);
  }
}
