import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { limits } from "@/engine/limits";
import type { Logger } from "../log";
import { firstIdAt } from "../uuid";
import { abandon, connect } from "./connection";
import { purgeDeliveries, sweepDisabled } from "./sql/deliveries";

const everyMs = 60_000;
const leastRestMs = 100;
const mostAtOnce = 1_000;

/** Marks what waits for disabled subscriptions. Resolves when that is done, or `rest` says to stop. */
export async function sweepAll(client: pg.Client, rest: (batchMs: number) => Promise<boolean>): Promise<void> {
  await inBatches(() => sweepDisabled(client, mostAtOnce), rest);
}

/** Forgets deliveries that are older than promised. */
export async function purgeAll(
  client: pg.Client,
  now: number,
  rest: (batchMs: number) => Promise<boolean>,
): Promise<void> {
  const before = firstIdAt(now - limits.deliveriesKept);
  await inBatches(() => purgeDeliveries(client, before, mostAtOnce), rest);
}

async function inBatches(batch: () => Promise<number>, rest: (batchMs: number) => Promise<boolean>): Promise<void> {
  for (;;) {
    const begunAt = performance.now();
    if ((await batch()) < mostAtOnce) return;
    if (!(await rest(performance.now() - begunAt))) return;
  }
}

/** Makes a pass each minute, on a connection that lives as long as the pass, and rests as long as it works. */
export class DeliveryPurger {
  readonly #options: { readonly url: string; readonly log: Logger };
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: { readonly url: string; readonly log: Logger }) {
    this.#options = options;
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
    while (await this.#rest(everyMs)) {
      await this.#pass().catch((error) =>
        this.#options.log.warn({ err: error }, "Old deliveries could not be cleared away; they are in a minute"),
      );
    }
  }

  async #pass(): Promise<void> {
    const client = await connect({ url: this.#options.url, name: "saga-studio deliveries" }, () => {});
    const rest = (batchMs: number) => this.#rest(Math.max(leastRestMs, batchMs));
    try {
      await sweepAll(client, rest);
      await purgeAll(client, Date.now(), rest);
    } finally {
      abandon(client);
    }
  }

  /** False: it is to stop. */
  #rest(ms: number): Promise<boolean> {
    return delay(ms, true, { signal: this.#stop.signal }).catch(() => false);
  }
}
