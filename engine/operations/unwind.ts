/** Operations on the compensating half: compensate now, retry a failed undo, mark it done by hand (U4, U6). */
import type { Draft } from "../draft";
import { isUndoBegun } from "../rules";
import type { Refusal } from "../run/command";
import type { Operation } from "../run/event";
import { isEnded, isInDoubt, type StepState } from "../run/state";
import { beginUnwind, clearAttention, retryUndo, startUndo, undoCompleted } from "../unwind";
import { namedStep, refuse, type Stuck } from "./stuck";

export function compensate(draft: Draft, operation: Operation): Refusal | null {
  const { state } = draft;
  if (operation.step !== undefined) return undoAgain(draft, operation);
  if (state.unwind !== null) return refuse("unwinding", "The run is already being stopped");
  if (state.state === "failed" && state.rollback !== "incomplete")
    return refuse("run_ended", "The run has ended and nothing is left to undo");
  beginUnwind(draft, "operator");
  return null;
}

/** A success that came after the undo is undone again, under a new key (F5). */
function undoAgain(draft: Draft, operation: Operation): Refusal | null {
  const index = namedStep(draft, operation, () => false);
  if (typeof index !== "number") return index;
  const s = draft.step(index);
  if (!hasLateEffect(draft, s)) {
    return refuse("step_state", `${s.id} has no late effect to undo; leave the step out to unwind the whole run`);
  }
  if (draft.spec(index).compensation === null) return refuse("no_compensation", `${s.id} has no compensation`);
  if (!isUnwinding(draft) && draft.state.state !== "failed")
    return refuse("run_not_failed", `This run is not being undone; unwind it, or mark ${s.id} undone by hand`);
  const stopped = mayNotUndo(draft, index);
  if (stopped) return stopped;
  if (s.status === "compensation_failed" && isInDoubt(s.undo))
    return refuse("outcome_unknown", `Whether the undo of ${s.id} took effect is unknown; retry that first`);
  openUnwind(draft);
  clearAttention(draft, s.id);
  if (isUndoBegun(s)) startUndo(draft, index, { generation: s.undo.generation + 1, anew: true });
  return null;
}

function hasLateEffect(draft: Draft, s: StepState): boolean {
  return draft.state.attention.some((a) => a.reason === "late_effect" && a.step === s.id);
}

function isUnwinding(draft: Draft): boolean {
  return draft.state.unwind?.phase === "running";
}

/** No undo is sent while the run is paused (U9), nor beside another where they go strictly one at a time (U3). */
function mayNotUndo(draft: Draft, index: number): Refusal | null {
  if (draft.state.paused) return refuse("paused", "The run is paused; resume it first");
  if (draft.saga.undoOrder === "graph") return null;
  const other = draft.state.steps.find((s, i) => i !== index && (s.status === "compensating" || s.action.open));
  return other
    ? refuse("attempt_open", `Undos of this saga go one at a time, and ${other.id} is not settled yet; wait for it`)
    : null;
}

export function retryCompensation(draft: Draft, operation: Operation): Refusal | null {
  const found = stuckUndo(draft, operation, {});
  if ("refusal" in found) return found.refusal;
  const { index, s } = found;
  const stopped = mayNotUndo(draft, index);
  if (stopped) return stopped;
  const known = !isInDoubt(s.undo);
  if (operation.input !== undefined && !known) {
    return refuse(
      "outcome_unknown",
      `Whether the undo of ${s.id} took effect is unknown; retry it with the same input first`,
    );
  }
  openUnwind(draft);
  clearAttention(draft, s.id);
  const input = operation.input === undefined ? {} : { input: operation.input };
  if (s.undo.attempt === 0) startUndo(draft, index, input);
  else if (known && (s.status === "compensation_failed" || operation.input !== undefined)) {
    startUndo(draft, index, { generation: s.undo.generation + 1, ...input });
  } else retryUndo(draft, index, true);
  return null;
}

export function markCompensated(draft: Draft, operation: Operation): Refusal | null {
  const found = stuckUndo(draft, operation, { lateEffect: true });
  if ("refusal" in found) return found.refusal;
  if (!operation.evidence?.trim()) return refuse("evidence_required", "Say how you know that it is undone");
  if (draft.state.state === "failed") openUnwind(draft);
  undoCompleted(draft, found.index, null, operation.evidence);
  return null;
}

/** An undo that failed, or that waits for its next attempt. `lateEffect`: or an effect that came when none was owed. */
function stuckUndo(draft: Draft, operation: Operation, allow: { lateEffect?: boolean }): Stuck {
  const index = namedStep(draft, operation, (s) => s.status === "compensation_failed");
  if (typeof index !== "number") return { refusal: index };
  const s = draft.step(index);
  if (s.undo.open)
    return {
      refusal: refuse("attempt_open", `An attempt to undo ${s.id} is under way; wait for its reply or its time-out`),
    };
  const late = allow.lateEffect === true && hasLateEffect(draft, s);
  if (late || s.status === "compensation_failed" || s.undo.retryAt !== null) return { index, s };
  return {
    refusal: refuse(
      "step_state",
      `${s.id} is ${s.status}; this needs an undo that failed or waits for its next attempt`,
    ),
  };
}

/** An ended run whose undo is taken up again unwinds once more (U6); its other failed undos are left as they are. */
function openUnwind(draft: Draft): void {
  if (isEnded(draft.state)) draft.record({ type: "UnwindStarted", cause: "operator" });
}
