import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { queueLimits } from "@/contract/queues";
import type { Outcome } from "@/engine";
import type { Logger } from "../log";
import { workChannel, workerChannel } from "../orchestrator/channels";
import type { Notifier } from "../orchestrator/notifier";
import { sweepForgotten, sweepUnclaimed } from "./sql/sweep";

const everyMs = 500;
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
 * what somebody fetched and never answered. Several processes may do this at once.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #stop = new AbortController();
  #isFailing = false;
  #forgottenAt = Number.NEGATIVE_INFINITY;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (await delay(everyMs, true, { signal: this.#stop.signal, ref: false }).catch(() => false)) {
      try {
        await this.#sweep();
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#options.log.warn({ err: error }, "The queues cannot be swept; it is tried again");
        this.#isFailing = true;
      }
    }
  }

  async #sweep(): Promise<void> {
    const { pool, notifier, lateMs = queueLimits.lateAnswer } = this.#options;
    for (let gone = batch; gone === batch && !this.#stop.signal.aborted; ) {
      const swept = await sweepUnclaimed(pool, batch, JSON.stringify(notClaimed));
      gone = swept.gone;
      for (const owner of swept.owners)
        notifier.send({ channel: owner === null ? workChannel : workerChannel(owner), payload: "" });
    }
    if (performance.now() - this.#forgottenAt < forgottenEveryMs) return;
    this.#forgottenAt = performance.now();
    while ((await sweepForgotten(pool, batch, lateMs)) === batch && !this.#stop.signal.aborted);
  }
}
