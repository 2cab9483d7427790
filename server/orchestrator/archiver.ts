import { setTimeout as delay } from "node:timers/promises";
import { limits } from "@/engine/limits";
import type { Logger } from "../log";
import { archiveEnded, forgetKeys } from "./archive-ended";
import { abandon, connect } from "./connection";

const everyMs = 5 * 60_000;
const leastRestMs = 100;

const most = {
  runs: limits.archivedAtOnce,
  decisions: limits.decisionsArchivedAtOnce,
  bytes: limits.bytesArchivedAtOnce,
};

export type ArchiverOptions = {
  readonly url: string;
  /** Ended runs are archived after so many. */
  readonly days: number;
  readonly log: Logger;
};

/**
 * Makes a pass of the archive every five minutes, on a connection that lives as long as the pass. It rests as long as it
 * works. A pass that fails is left to the next one.
 */
export class Archiver {
  readonly #options: ArchiverOptions;
  readonly #stop = new AbortController();
  #archived = 0;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: ArchiverOptions) {
    this.#options = options;
  }

  /** Runs archived so far. */
  get archived(): number {
    return this.#archived;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Ends after the batch under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    do {
      try {
        await this.#pass();
      } catch (error) {
        this.#options.log.warn({ err: error }, "The archive could not be reached; it is tried again in a while");
      }
    } while (await this.#rest(everyMs));
  }

  async #pass(): Promise<void> {
    const { url, days, log } = this.#options;
    const client = await connect({ url, name: "saga-studio archive" }, () => {});
    const archived = (runs: number) => {
      this.#archived += runs;
    };
    const rest = (batchMs: number) => this.#rest(Math.max(leastRestMs, batchMs));
    const options = { client, days, most, log, archived, rest };
    try {
      await archiveEnded(options);
      if (!this.#stop.signal.aborted) await forgetKeys(options);
    } finally {
      abandon(client);
    }
  }

  /** False: it is to stop. */
  #rest(ms: number): Promise<boolean> {
    return delay(ms, true, { signal: this.#stop.signal }).catch(() => false);
  }
}
