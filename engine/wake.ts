/** When a run needs attention next, if nothing arrives before. */
import { type HalfState, isEnded, type RunState } from "./run/state";

/** The earliest time-out, retry or deadline (milliseconds), or null when time alone changes nothing. */
export function nextWake(state: RunState): number | null {
  if (isEnded(state)) return null;
  let next =
    state.unwind === null && !deadlineMet(state)
      ? (state.deadlineAt ?? Number.POSITIVE_INFINITY)
      : Number.POSITIVE_INFINITY;
  for (const s of state.steps) {
    next = Math.min(next, wakeOf(s.action, state.paused), wakeOf(s.undo, state.paused));
  }
  return next === Number.POSITIVE_INFINITY ? null : next;
}

function wakeOf(half: HalfState, paused: boolean): number {
  if (half.open) return half.open.timeoutAt;
  return half.retryAt !== null && !paused ? half.retryAt : Number.POSITIVE_INFINITY;
}

/** True when no reply is awaited: the run may be put down until its next wake. */
export function isWaiting(state: RunState): boolean {
  return state.steps.every((s) => s.action.open === null && s.undo.open === null);
}

function deadlineMet(state: RunState): boolean {
  return state.attention.some((a) => a.reason === "deadline_passed");
}
