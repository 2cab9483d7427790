import { setTimeout as delay } from "node:timers/promises";
import { limits } from "@/engine/limits";
import type { Logger } from "../log";
import { abandon, connect } from "./connection";
import { expireEarly } from "./sql/expire-early";
import { type KeptMs, purgeDeadLetters } from "./sql/purge-dead-letters";

const everyMs = 60_000;
const batch = 500;

export type EarlyExpirerOptions = {
  readonly url: string;
  readonly log: Logger;
  /** How long an event waits for its run; a day when absent. */
  readonly keptMs?: number;
  /** How long dead letters are kept; as promised when absent. */
  readonly lettersKeptMs?: KeptMs;
  /** How often it looks; a minute when absent. */
  readonly everyMs?: number;
};

const lettersKept: KeptMs = { replayed: limits.replayedLettersKept, all: limits.deadLettersKept };

/** Turns events whose run did not begin in time into dead letters, and forgets dead letters in the end. Several processes may do this at once. */
export class EarlyExpirer {
  readonly #options: EarlyExpirerOptions;
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: EarlyExpirerOptions) {
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
    const { signal } = this.#stop;
    const wait = this.#options.everyMs ?? everyMs;
    while (await delay(wait, true, { signal, ref: false }).catch(() => false)) {
      try {
        await this.#expire();
      } catch (error) {
        this.#options.log.warn({ err: error }, "Events that nobody waits for stay a while longer");
      }
    }
  }

  async #expire(): Promise<void> {
    const { url, log, keptMs = limits.earlyEventsKept, lettersKeptMs = lettersKept } = this.#options;
    const client = await connect({ url, name: "saga-studio early events" }, () => {});
    try {
      for (let expired = batch; expired === batch && !this.#stop.signal.aborted; ) {
        expired = await expireEarly(client, keptMs, batch);
        if (expired > 0) log.warn({ events: expired }, "Events became dead letters: their runs did not begin");
      }
      while (!this.#stop.signal.aborted && (await purgeDeadLetters(client, lettersKeptMs, batch)) > 0);
    } finally {
      abandon(client);
    }
  }
}
