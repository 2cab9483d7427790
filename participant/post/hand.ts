import { setTimeout as sleep } from "node:timers/promises";

export type Report = (error: unknown) => void;

type Options = {
  /** Does one thing, and answers how many milliseconds to rest. */
  readonly once: () => Promise<number>;
  readonly stopping: AbortSignal;
  readonly onError: Report;
};

/** Another process on the same tables wakes only its own hands. */
export const longestRestMs = 5_000;
/** What is due but held by somebody else is looked at again. */
export const shortestRestMs = 50;
export const restAfterErrorMs = 1_000;

/** Does one thing at a time, and rests until the next is due or it is woken. */
export class Hand {
  readonly stopped: Promise<void>;
  #nap = new AbortController();

  constructor(options: Options) {
    this.stopped = this.#work(options);
  }

  wake(): void {
    this.#nap.abort();
  }

  /** Woken while it is at work, the hand leaves the next rest out. */
  async #work({ once, stopping, onError }: Options): Promise<void> {
    while (!stopping.aborted) {
      this.#nap = new AbortController();
      const signal = AbortSignal.any([stopping, this.#nap.signal]);
      const rest = await once().catch((error: unknown) => {
        if (!stopping.aborted) onError(error);
        return restAfterErrorMs;
      });
      if (rest > 0) await sleep(rest, undefined, { signal }).catch(() => {});
    }
  }
}
