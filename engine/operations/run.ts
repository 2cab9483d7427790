/** Operations on the run as a whole: pause, resume, cancel, terminate (U9, U10). */
import type { Draft } from "../draft";
import { isPastPivot } from "../rules";
import type { Refusal } from "../run/command";
import { isEnded, isInDoubt, type StepError } from "../run/state";
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

/** Ends the run without undoing anything; what is under way is left to its fate and said to be unknown (U10). */
export function terminate(draft: Draft): Refusal | null {
  if (isEnded(draft.state)) return refuse("run_ended", "The run has ended");
  const error: StepError = { code: "terminated", message: "The run was terminated" };
  if (draft.state.unwind?.phase !== "running") draft.record({ type: "UnwindStarted", cause: "operator" });
  for (const s of draft.state.steps) {
    if (s.status === "executing") {
      const effect = s.action.open || isInDoubt(s.action) ? "unknown" : "none";
      draft.record({
        type: "StepFailed",
        step: s.id,
        attempt: s.action.attempt,
        error,
        effect,
        handling: "compensate",
        unsettled: s.action.open !== null || s.action.inDoubt === true,
      });
    } else if (s.status === "compensating") {
      const unsettled = s.undo.open !== null || s.undo.inDoubt === true;
      draft.record({
        type: "CompensationFailed",
        step: s.id,
        attempt: s.undo.attempt,
        error,
        handling: "continue",
        unsettled,
      });
    }
  }
  for (const a of draft.state.attention) draft.record({ type: "AttentionCleared", reason: a.reason, step: a.step });
  draft.record({ type: "RunFailed", rollback: "incomplete", residue: endOf(draft).residue });
  return null;
}
