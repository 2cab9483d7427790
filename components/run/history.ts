import type { Saga } from "@/engine/definition/saga";
import { applyEntry } from "@/engine/evolve";
import type { RunState } from "@/engine/run/state";
import type { LogEntry } from "@/engine/run/transition";

/** A run's log and its state after any number of entries, by the engine's own fold. */
export type History = {
  readonly saga: Saga;
  readonly entries: readonly LogEntry[];
  /** The state after the first `count` entries; null before the first. Cheap when asked for neighbours. */
  readonly stateAt: (count: number) => RunState | null;
};

/** Every so many entries a state is kept, so that no jump folds more than this. */
const STRIDE = 128;

type Checkpoints = Map<number, RunState>;
const checkpointsOf = new WeakMap<History, Checkpoints>();

/** The history of `entries`; what `previous` already folded is kept when `entries` only adds to it. */
export function extendHistory(previous: History | null, saga: Saga, entries: readonly LogEntry[]): History {
  if (previous?.saga === saga && previous.entries === entries) return previous;
  const kept = previous && continues(previous, saga, entries) ? checkpointsOf.get(previous) : undefined;
  const checkpoints: Checkpoints = kept ?? new Map();
  let last: { count: number; state: RunState } | null = null;
  const stateAt = (count: number): RunState | null => {
    const wanted = Math.max(0, Math.min(count, entries.length));
    let at = Math.floor(wanted / STRIDE) * STRIDE;
    while (at > 0 && !checkpoints.has(at)) at -= STRIDE;
    let state = checkpoints.get(at) ?? null;
    if (last && last.count <= wanted && last.count >= at) ({ count: at, state } = last);
    for (let index = at; index < wanted; index++) {
      state = applyEntry(saga, state, entries[index] as LogEntry);
      if ((index + 1) % STRIDE === 0) checkpoints.set(index + 1, state);
    }
    if (state) last = { count: wanted, state };
    return state;
  };
  const history: History = { saga, entries, stateAt };
  checkpointsOf.set(history, checkpoints);
  return history;
}

/** Entries never change once written: the same last one means the same beginning. */
function continues(previous: History, saga: Saga, entries: readonly LogEntry[]): boolean {
  const length = previous.entries.length;
  return previous.saga === saga && length > 0 && entries[length - 1] === previous.entries[length - 1];
}
