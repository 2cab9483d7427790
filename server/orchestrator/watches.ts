/**
 * Watches: who wants to see a run's decisions, and how far each has seen. A move, from wherever it is told, makes it read
 * the log after that; so nothing is told before its commit, out of order or twice, and a lost notice costs only time.
 */
import type pg from "pg";
import type { LogEntry } from "@/engine";
import type { Logger } from "../log";
import type { Moved } from "./orchestrator";
import { readEntries, readLastSeqs } from "./sql/history";

const page = 500;
/** A notice may be lost: this is how late that makes anybody. */
const lookMs = 2_000;

type Watch = {
  readonly run: string;
  readonly listener: (entries: readonly LogEntry[]) => void;
  /** Null: from now on, which is not known yet. */
  seen: number | null;
  isReading: boolean;
  readAgain: boolean;
};

export class Watches {
  readonly #pool: pg.Pool;
  readonly #log: Logger;
  readonly #watches = new Map<string, Set<Watch>>();
  readonly #timer: NodeJS.Timeout;

  constructor(pool: pg.Pool, log: Logger) {
    this.#pool = pool;
    this.#log = log;
    this.#timer = setInterval(() => this.look(), lookMs);
    this.#timer.unref();
  }

  /** Decisions committed from now on. */
  watch(run: string, listener: Watch["listener"]): () => void {
    return this.#add({ run, listener, seen: null, isReading: false, readAgain: false });
  }

  /** Decisions after `seq`. */
  watchFrom(run: string, seq: number, listener: Watch["listener"]): () => void {
    return this.#add({ run, listener, seen: seq, isReading: false, readAgain: false });
  }

  /** An empty list means that anything may have moved. */
  moved(moved: readonly Moved[]): void {
    if (moved.length === 0) return this.look();
    if (this.#watches.size === 0) return;
    for (const { run, seq } of moved) {
      for (const watch of this.#watches.get(run) ?? []) if (watch.seen === null || watch.seen < seq) this.#read(watch);
    }
  }

  look(): void {
    for (const watches of this.#watches.values()) for (const watch of watches) this.#read(watch);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#watches.clear();
  }

  #add(watch: Watch): () => void {
    const watches = this.#watches.get(watch.run) ?? new Set();
    this.#watches.set(watch.run, watches.add(watch));
    this.#read(watch);
    return () => {
      watches.delete(watch);
      if (watches.size === 0 && this.#watches.get(watch.run) === watches) this.#watches.delete(watch.run);
    };
  }

  #read(watch: Watch): void {
    if (watch.isReading) {
      watch.readAgain = true;
      return;
    }
    watch.isReading = true;
    this.#readOn(watch)
      .catch((error) => this.#log.warn({ err: error, run: watch.run }, "A watched run could not be read"))
      .finally(() => {
        watch.isReading = false;
      });
  }

  async #readOn(watch: Watch): Promise<void> {
    do {
      watch.readAgain = false;
      watch.seen ??= (await readLastSeqs(this.#pool, [watch.run])).get(watch.run) ?? 0;
      const entries = await readEntries(this.#pool, watch.run, watch.seen, page);
      const last = entries.at(-1);
      if (!last) continue;
      watch.seen = last.seq;
      if (entries.length === page) watch.readAgain = true;
      if (this.#watches.get(watch.run)?.has(watch)) watch.listener(entries);
    } while (watch.readAgain);
  }
}
