/** When a run needs attention next, if nothing arrives before. */
import { type HalfState, isEnded, type RunState, type StepState, unitsOf } from "./run/state";

const never = Number.POSITIVE_INFINITY;

/** The earliest time-out, end of a wait, retry or deadline (milliseconds), or null when time alone changes nothing. */
export function nextWake(state: RunState): number | null {
  if (isEnded(state)) return null;
  if (state.choreography && isUnbegun(state)) return state.updatedAt;
  let next = state.unwind === null && !deadlineMet(state) ? (state.deadlineAt ?? never) : never;
  for (const s of state.steps) {
    if (s.items) for (const w of s.items) next = Math.min(next, wakeOfWork(w, state.paused));
    else next = Math.min(next, s.waiting?.dueAt ?? never, wakeOfWork(s, state.paused));
  }
  return next === never ? null : next;
}

/** What an event set off, and nobody has begun yet: a run that was started without an owner. */
export function isUnbegun({ choreography, steps, paused, unwind }: RunState): boolean {
  if (choreography === null || choreography.end !== null || unwind !== null || paused) return false;
  return choreography.fired.some(({ step, item, half }, n) => {
    const s = steps.find(({ id }) => id === step);
    const w = item === null ? s : s?.items?.[item];
    if (half === "compensation" || w?.status !== "pending" || w.action.attempt > 0) return false;
    return !choreography.fired.some((f, m) => m > n && f.step === step && f.half === "compensation");
  });
}

function wakeOfWork({ action, undo, probe }: Pick<StepState, "action" | "undo" | "probe">, paused: boolean): number {
  const own = Math.min(wakeOf(action, paused), wakeOf(undo, paused));
  return probe ? Math.min(own, wakeOf(probe, paused)) : own;
}

function wakeOf(half: HalfState, paused: boolean): number {
  if (half.open) return half.open.timeoutAt ?? never;
  return half.retryAt !== null && !paused ? half.retryAt : never;
}

/** True when no reply is awaited by whoever owns the run: it may be put down until its next wake. */
export function isWaiting(state: RunState): boolean {
  return state.steps.every((s) =>
    unitsOf(s).every((w) => isFree(w.action) && isFree(w.undo) && (w.probe === null || isFree(w.probe))),
  );
}

/** What was taken by a service or a child run is answered by another way (F6). */
function isFree({ open }: HalfState): boolean {
  return open === null || open.accepted === true;
}

function deadlineMet(state: RunState): boolean {
  return state.attention.some((a) => a.reason === "deadline_passed");
}
