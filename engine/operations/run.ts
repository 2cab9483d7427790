/** Operations on the run as a whole: pause, resume, cancel, terminate (U9, U10). */
import type { Draft, Place } from "../draft";
import { isLogFull, isPastPivot } from "../rules";
import type { Refusal } from "../run/command";
import { type HalfState, isEnded, isInDoubt, type StepError } from "../run/state";
import { beginUnwind, endOf } from "../unwind";
import { refuse } from "./stuck";

export function pause(draft: Draft): Refusal | null {
  if (isEnded(draft.state)) return refuse("run_ended", "The run has ended");
  if (draft.state.paused) return refuse("paused", "The run is already paused");
  draft.record({ type: "RunPaused" });
  return null;
}

export function resume(draft: Draft): Refusal | null {
  if (!draft.state.paused) return refuse("not_paused", "The run is not paused");
  if (isLogFull(draft.state) && !draft.isUnwinding)
    return refuse("log_full", "The run's log is full; it can be undone or terminated, and started again");
  draft.record({ type: "RunResumed" });
  return null;
}

export function cancel(draft: Draft): Refusal | null {
  const { state, saga } = draft;
  if (isEnded(state)) return refuse("run_ended", "The run has ended");
  if (state.unwind !== null) return refuse("unwinding", "The run is already being stopped");
  if (isPastPivot(saga, state))
    return refuse("past_pivot", "The run is past its point of no return; it can only go forward");
  beginUnwind(draft, "cancelled");
  return null;
}

/** The new run was begun by whoever asked; the log of the old one says which it is. */
export function startAgain(draft: Draft): Refusal | null {
  return isEnded(draft.state) ? null : refuse("run_live", "The run has not ended; end it before starting it again");
}

/** Ends the run without undoing anything; what is under way is left to its fate and said to be unknown (U10). */
export function terminate(draft: Draft): Refusal | null {
  if (isEnded(draft.state)) return refuse("run_ended", "The run has ended");
  if (!draft.isUnwinding) draft.record({ type: "UnwindStarted", cause: "operator" });
  for (let index = 0; index < draft.state.steps.length; index++) {
    for (const place of draft.places(index)) abandon(draft, place);
    if (draft.step(index).items) abandon(draft, { index, item: null });
  }
  for (const { since: _, ...concern } of draft.state.attention) draft.record({ type: "AttentionCleared", ...concern });
  draft.record({ type: "RunFailed", rollback: "incomplete", residue: endOf(draft).residue });
  return null;
}

function abandon(draft: Draft, place: Place): void {
  const { status, action, undo } = draft.work(place);
  const error: StepError = { code: "terminated", message: "The run was terminated" };
  const named = draft.named(place);
  if (status === "executing") {
    draft.record({
      type: "StepFailed",
      ...named,
      attempt: action.attempt,
      error,
      effect: action.open !== null || isInDoubt(action) ? "unknown" : "none",
      handling: "compensate",
      ...leftOf(action),
    });
  } else if (status === "compensating") {
    draft.record({
      type: "CompensationFailed",
      ...named,
      attempt: undo.attempt,
      error,
      handling: "continue",
      ...leftOf(undo),
    });
  }
}

/** What a half leaves that is ended in the middle. */
function leftOf(half: HalfState): { readonly unsettled: boolean; readonly inDoubt?: true } {
  return { unsettled: half.open !== null, ...(half.inDoubt ? { inDoubt: true } : {}) };
}
