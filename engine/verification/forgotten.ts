/** Invariant 7: whatever has not come to rest has something to wait for, or a person who is asked. */
import type { Saga } from "../definition/saga";
import { type AttentionReason, isEnded, type RunState, type StepState, type WorkState } from "../run/state";

/** Reasons that name what a person must do before the run goes on; the others only tell. */
const holding: ReadonlySet<AttentionReason> = new Set([
  "step_held",
  "pivot_unknown",
  "compensation_failed",
  "unwind_stopped",
  "log_full",
]);

/** Why nobody will ever go on with the run, or null. A paused run waits for whoever paused it. */
export function whyForgotten(saga: Saga, state: RunState): string | null {
  if (isEnded(state) || state.paused) return null;
  for (const [index, s] of state.steps.entries()) {
    const why = whyStuck(state, s, saga.steps[index]?.kind === "forEach");
    if (why !== null) return `${s.id} is ${s.status}, and ${why}`;
  }
  const isMoving = state.steps.some((s) => s.status === "executing" || isUndoing(s));
  if (isMoving || state.attention.some((a) => holding.has(a.reason))) return null;
  return `The run is ${state.state}, and nothing is due and nobody is asked`;
}

function isUndoing(s: StepState): boolean {
  return (s.items ?? [s]).some((w) => w.undo.open !== null || w.undo.retryAt !== null);
}

function whyStuck(state: RunState, s: StepState, isMany: boolean): string | null {
  const isAsked = (...reasons: AttentionReason[]) =>
    state.attention.some((a) => a.step === s.id && reasons.includes(a.reason));
  const isUnwinding = state.unwind?.phase === "running";
  if (s.status === "executing") {
    if (s.items) return s.items.some((i) => i.status === "executing") ? firstIdle(s.items) : "none of its items is";
    return isMany ? "has no items" : isAlive(s) ? null : "nothing is awaited of it";
  }
  if (s.status === "failed" && s.handling === "hold" && !isUnwinding && !isAsked("step_held", "pivot_unknown"))
    return "held for a person whom nobody asks";
  if (!isUnwinding) return null;
  const works = s.items ?? [s];
  if (works.some((w) => w.status === "compensating" && w.undo.open === null && w.undo.retryAt === null))
    return "no undo is awaited or due";
  const isHeld = works.some((w) => w.status === "compensation_failed" && w.handling === "hold");
  return isHeld && !isAsked("compensation_failed") ? "held for a person whom nobody asks" : null;
}

function firstIdle(items: readonly WorkState[]): string | null {
  const idle = items.findIndex((i) => i.status === "executing" && !isUnderWay(i));
  return idle < 0 ? null : `nothing is awaited of its item ${idle}`;
}

function isAlive(s: StepState): boolean {
  return s.waiting !== null || isUnderWay(s);
}

/** A reply, a retry or an answer is to come. */
function isUnderWay({ action, probe }: WorkState): boolean {
  return action.open !== null || action.retryAt !== null || probe?.open != null || probe?.retryAt != null;
}
