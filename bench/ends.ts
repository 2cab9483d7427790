import type pg from "pg";

/** Tells when runs have ended: at the commit of their last decision, by the clock of `performance.now()`. */
export type Ends = {
  /** A decision of the run is committed. */
  readonly moved: (run: string, seq: number) => void;
  readonly of: (run: string) => Promise<number>;
  readonly stop: () => Promise<void>;
};

/** Of runs whose number of decisions is known. */
export function countedEnds(decisions: number): Ends {
  const waiting = new Map<string, (at: number) => void>();
  return {
    moved: (run, seq) => {
      if (seq < decisions) return;
      waiting.get(run)?.(performance.now());
      waiting.delete(run);
    },
    of: (run) => new Promise((resolve) => waiting.set(run, resolve)),
    stop: async () => {},
  };
}

const lookEveryMs = 10;
const ended = {
  name: "bench_ended",
  text: "select r.id, r.seq from saga_run r where r.id = any($1::uuid[]) and r.ended_at is not null",
};

/** Of runs that may take more decisions or fewer: those that moved are looked up, all in one statement. */
export function lookedUpEnds(pool: pg.Pool): Ends {
  const last = new Map<string, { readonly seq: number; readonly at: number }>();
  const waiting = new Map<string, (at: number) => void>();
  let moved = new Set<string>();
  const look = async () => {
    const runs = [...moved].filter((run) => waiting.has(run));
    moved = new Set();
    if (runs.length === 0) return;
    const { rows } = await pool.query({ ...ended, values: [runs] });
    for (const { id, seq } of rows) {
      const known = last.get(id);
      // Committed, and we are told in a moment.
      if (!known || known.seq < seq) continue;
      waiting.get(id)?.(known.at);
      waiting.delete(id);
      last.delete(id);
    }
  };
  let looking = Promise.resolve();
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    looking = look().finally(() => {
      isLooking = false;
    });
  }, lookEveryMs);
  return {
    moved: (run, seq) => {
      last.set(run, { seq, at: performance.now() });
      moved.add(run);
    },
    of: (run) =>
      new Promise((resolve) => {
        waiting.set(run, resolve);
        moved.add(run);
      }),
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
