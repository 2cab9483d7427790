/**
 * The finder: looks for work in the database, one thing at a time on a connection of its own. It takes unowned runs that
 * are due or have an inbox row, reads the inbox of our runs, frees the runs of dead workers, and sweeps.
 *
 * F1 It claims no more than there is room for.
 * F2 It never guesses: any error ends the session.
 */
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { limits } from "@/engine/limits";
import type { Logger } from "../log";
import { loadRuns } from "./load-runs";
import type { OwnedRuns } from "./owned-runs";
import { receive } from "./receive";
import type { Sagas } from "./sagas";
import { claimDue, claimWithInbox } from "./sql/claim";
import { readInbox } from "./sql/inbox";
import { bury, freeOrphans, readDead, takeOver } from "./sql/worker";

const pollMs = 500;
const batch = 256;
/** Batches taken in one go before the inbox is looked at again. */
const mostBatches = 8;
const sweepMs = 1_000;
/** A run that cannot be read stays ours, and is tried again after this: it may only be the database. */
const unreadableMs = 5_000;

export type FinderOptions = {
  readonly client: pg.Client;
  readonly incarnation: string;
  readonly runs: OwnedRuns;
  readonly sagas: Sagas;
  readonly log: Logger;
  readonly capacity: number;
  readonly failed: (error: unknown) => void;
};

export class Finder {
  readonly #options: FinderOptions;
  readonly #unreadable = new Map<string, number>();
  #wake: AbortController | null = null;
  #nudged = false;
  #stopped = false;
  #loop: Promise<void> = Promise.resolve();
  #sweptAt = Number.NEGATIVE_INFINITY;
  #tookOverAt = Number.NEGATIVE_INFINITY;

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Looks now. */
  nudge(): void {
    this.#nudged = true;
    this.#wake?.abort();
  }

  /** Ends after what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopped) {
        this.#nudged = false;
        await this.#look();
        if (!this.#nudged && !this.#stopped) await this.#rest();
      }
    } catch (error) {
      if (!this.#stopped) this.#options.failed(error);
    }
  }

  async #rest(): Promise<void> {
    this.#wake = new AbortController();
    await delay(pollMs, undefined, { signal: this.#wake.signal }).catch(() => {});
    this.#wake = null;
  }

  async #look(): Promise<void> {
    await this.#claim(claimWithInbox);
    await this.#inbox();
    await this.#claim(claimDue);
    await this.#sweep();
    await this.#takeOver();
  }

  async #claim(claim: typeof claimDue): Promise<void> {
    const { client, incarnation, runs, capacity } = this.#options;
    for (let i = 0; i < mostBatches && !this.#stopped; i += 1) {
      const room = Math.min(batch, capacity - runs.size);
      if (room <= 0) return;
      const claimed = await claim(client, incarnation, room);
      await this.#load(claimed);
      if (claimed.length < room) return;
    }
  }

  async #load(ids: readonly string[]): Promise<void> {
    const { client, sagas, runs, log } = this.#options;
    if (ids.length === 0) return;
    for (const loaded of await loadRuns(client, sagas, ids)) {
      if (loaded.kind === "loaded") runs.takeUp(loaded.saga, loaded.state, loaded.snapshotSeq);
      else {
        log.error({ err: loaded.error, run: loaded.id }, "A run cannot be read");
        this.#unreadable.set(loaded.id, performance.now() + unreadableMs);
      }
    }
  }

  async #inbox(): Promise<void> {
    const { client, incarnation, runs } = this.#options;
    for (const row of await readInbox(client, incarnation, runs.inboxUnderWay())) {
      const run = runs.get(row.run);
      if (run) await receive(this.#options, run, row);
    }
  }

  async #sweep(): Promise<void> {
    const now = performance.now();
    if (now - this.#sweptAt < sweepMs) return;
    this.#sweptAt = now;
    const again = [...this.#options.runs.sweep()];
    for (const [id, at] of this.#unreadable) if (at <= now && this.#unreadable.delete(id)) again.push(id);
    await this.#load(again);
  }

  async #takeOver(): Promise<void> {
    const { client, log } = this.#options;
    if (performance.now() - this.#tookOverAt < limits.takeOver) return;
    this.#tookOverAt = performance.now();
    const expired = await takeOver(client);
    if (expired.length > 0) log.warn({ incarnations: expired }, "Workers whose lease ran out were taken over");
    for (const dead of await readDead(client)) {
      while (!this.#stopped && (await freeOrphans(client, dead)) > 0) this.#nudged = true;
      await bury(client, dead);
    }
  }
}
