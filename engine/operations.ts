/** What a person may do to a run (engine.md section 6), and when it is refused (F8, F9, U5, U7, U9). */
import type { Draft } from "./draft";
import { completeStep, edgesTaken, failStep, heldReason, retryStep, startStep } from "./forward";
import { assertNever, type Json } from "./json";
import { knownNotHappened } from "./replies";
import { isPastPivot, isUndoBegun } from "./rules";
import type { Refusal } from "./run/command";
import type { Operation } from "./run/event";
import { isEnded, isInDoubt, type StepError, type StepState } from "./run/state";
import { beginUnwind, clearAttention, endOf, retryUndo, startUndo, undoCompleted } from "./unwind";

/** Records what the operation does and answers null, or records nothing and says why it is refused. */
export function operate(draft: Draft, operation: Operation): Refusal | null {
  if (operation.seq !== undefined && operation.seq !== draft.state.seq) {
    return refuse("stale_plan", `The run has moved on to decision ${draft.state.seq}; look at the plan again`);
  }
  switch (operation.operation) {
    case "retry":
      return retry(draft, operation);
    case "skip":
      return skip(draft, operation);
    case "complete":
      return complete(draft, operation);
    case "fail":
      return fail(draft, operation);
    case "compensate":
      return compensate(draft, operation);
    case "retryCompensation":
      return retryCompensation(draft, operation);
    case "markCompensated":
      return markCompensated(draft, operation);
    case "pause":
      return pause(draft);
    case "resume":
      return resume(draft);
    case "cancel":
      return cancel(draft);
    case "terminate":
      return terminate(draft);
    case "note":
      return null;
    default:
      return assertNever(operation.operation);
  }
}

// ----------------------------------------------------------- forward operations

function retry(draft: Draft, operation: Operation): Refusal | null {
  const found = stuckStep(draft, operation, { reopening: true });
  if ("refusal" in found) return found.refusal;
  const { index, s } = found;
  if (draft.state.paused) return refuse("paused", "The run is paused; resume it first");
  const known = !isInDoubt(s.action) && s.effect !== "unknown";
  if (operation.input !== undefined && !known) {
    return refuse("outcome_unknown", `Whether ${s.id} took effect is unknown; retry it with the same input first`);
  }
  if (isEnded(draft.state)) reopen(draft, s.id);
  clearAttention(draft, s.id);
  const input = operation.input === undefined ? {} : { input: operation.input };
  if (s.action.attempt === 0) startStep(draft, index, input, beginUnwind);
  else if (s.status === "failed" && known)
    startStep(draft, index, { generation: s.action.generation + 1, ...input }, beginUnwind);
  else if (operation.input !== undefined)
    startStep(draft, index, { generation: s.action.generation + 1, ...input }, beginUnwind);
  else retryStep(draft, index, true);
  return null;
}

/** A failed run goes on where it stopped (U7). Whoever reopens it after its deadline knows, and is not stopped by it. */
function reopen(draft: Draft, step: string): void {
  draft.record({ type: "RunReopened", step });
  const { deadlineAt } = draft.state;
  if (deadlineAt !== null && draft.at >= deadlineAt)
    draft.record({ type: "AttentionRaised", reason: "deadline_passed", step: null });
  draft.state.steps.forEach((s, i) => {
    if (s.handling === "hold" && s.id !== step)
      draft.record({ type: "AttentionRaised", reason: heldReason(draft, i), step: s.id });
    if (s.status === "completed" && !s.passed) passEdges(draft, i, s);
  });
}

/** Edges that the unwind left unpassed are passed now; where they cannot be evaluated, a person must help. */
function passEdges(draft: Draft, index: number, s: StepState): void {
  const edges = edgesTaken(draft, index, { id: s.id, status: s.status, result: s.result, error: null });
  if (edges.ok) return draft.record({ type: "EdgesPassed", step: s.id, ...edges.taken });
  draft.record({ type: "EdgesFailed", step: s.id, error: edges.error });
  draft.record({ type: "AttentionRaised", reason: "step_held", step: s.id });
}

function skip(draft: Draft, operation: Operation): Refusal | null {
  const found = stuckStep(draft, operation, {});
  if ("refusal" in found) return found.refusal;
  const { index, s } = found;
  const result: Json = operation.result ?? null;
  const edges = edgesTaken(draft, index, { id: s.id, status: "skipped", result, error: null });
  if (!edges.ok) return refuse("expression", edges.error.message);
  draft.record({ type: "StepSkipped", step: s.id, by: "operator", result, ...edges.taken });
  clearAttention(draft, s.id);
  return null;
}

function complete(draft: Draft, operation: Operation): Refusal | null {
  const found = stuckStep(draft, operation, { edges: true });
  if ("refusal" in found) return found.refusal;
  if (operation.result === undefined) return refuse("result_required", "Say what the step's result is");
  clearAttention(draft, found.s.id);
  completeStep(draft, found.index, operation.result, "operator", beginUnwind);
  return null;
}

function fail(draft: Draft, operation: Operation): Refusal | null {
  const found = stuckStep(draft, operation, {});
  if ("refusal" in found) return found.refusal;
  const { index, s } = found;
  const error: StepError = { code: "marked_failed", message: operation.reason };
  const effect = operation.effect ?? "unknown";
  if (s.status === "executing") {
    failStep(draft, index, effect === "none" ? { kind: "terminal", error } : { kind: "unknown", error }, beginUnwind);
    if (effect === "none" && draft.step(index).effect === "unknown") knownNotHappened(draft, index, draft.step(index));
    return null;
  }
  if (effect === "none" && s.effect === "unknown") knownNotHappened(draft, index, s);
  return null;
}

type Stuck = { readonly index: number; readonly s: StepState } | { readonly refusal: Refusal };

/**
 * The step that a forward operation means: one that is held or waits for its next attempt, with no attempt open (F9).
 * `reopening`: a failed run counts while nothing of it was undone. `edges`: so does a step whose edges failed.
 */
function stuckStep(draft: Draft, operation: Operation, allow: { reopening?: boolean; edges?: boolean }): Stuck {
  const { state } = draft;
  const index = namedStep(draft, operation, (s) => s.status === "failed" || s.action.retryAt !== null);
  if (typeof index !== "number") return { refusal: index };
  const s = draft.step(index);
  if (state.unwind?.phase === "running")
    return { refusal: refuse("unwinding", "The run is unwinding; forward operations have to wait for its end") };
  if (state.state === "completed") return { refusal: refuse("run_ended", "The run has completed") };
  if (state.state === "failed" && !allow.reopening) return { refusal: refuse("run_ended", "The run has ended") };
  if (state.state === "failed" && !mayReopen(draft)) {
    return {
      refusal: refuse("run_ended", "Something of this run was already undone; start a new run"),
    };
  }
  if (s.action.open)
    return {
      refusal: refuse("attempt_open", `An attempt of ${s.id} is under way; wait for its reply or its time-out`),
    };
  const edgesHeld = allow.edges === true && s.status === "completed" && !s.passed;
  if (s.status === "failed" ? s.handling !== "continue" : s.action.retryAt !== null || edgesHeld) return { index, s };
  return {
    refusal: refuse(
      "step_state",
      `${s.id} is ${s.status}; this needs a step that failed or waits for its next attempt`,
    ),
  };
}

function mayReopen(draft: Draft): boolean {
  const { undosBegun, steps, parent } = draft.state;
  return undosBegun === 0 && !steps.some(isUndoBegun) && parent === null;
}

// ------------------------------------------------------------ unwind operations

function compensate(draft: Draft, operation: Operation): Refusal | null {
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

function retryCompensation(draft: Draft, operation: Operation): Refusal | null {
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

function markCompensated(draft: Draft, operation: Operation): Refusal | null {
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

// --------------------------------------------------------------- run operations

function pause(draft: Draft): Refusal | null {
  if (isEnded(draft.state)) return refuse("run_ended", "The run has ended");
  if (draft.state.paused) return refuse("paused", "The run is already paused");
  draft.record({ type: "RunPaused" });
  return null;
}

function resume(draft: Draft): Refusal | null {
  if (!draft.state.paused) return refuse("not_paused", "The run is not paused");
  draft.record({ type: "RunResumed" });
  return null;
}

function cancel(draft: Draft): Refusal | null {
  const { state, saga } = draft;
  if (isEnded(state)) return refuse("run_ended", "The run has ended");
  if (state.unwind !== null) return refuse("unwinding", "The run is already being stopped");
  if (isPastPivot(saga, state))
    return refuse("past_pivot", "The run is past its point of no return; it can only go forward");
  beginUnwind(draft, "cancelled");
  return null;
}

/** Ends the run without undoing anything; what is under way is left to its fate and said to be unknown (U10). */
function terminate(draft: Draft): Refusal | null {
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

// ---------------------------------------------------------------------- helpers

/** The step an operation names, or the only one that `fits` when it names none. */
function namedStep(draft: Draft, operation: Operation, fits: (s: StepState) => boolean): number | Refusal {
  if (operation.step !== undefined) {
    return draft.saga.indexOf.get(operation.step) ?? refuse("unknown_step", `This saga has no step ${operation.step}`);
  }
  const fitting = draft.state.steps.flatMap((s, i) => (fits(s) ? [i] : []));
  if (fitting.length === 1) return fitting[0] as number;
  return refuse(
    "step_required",
    fitting.length === 0 ? "No step of this run needs that" : "Several steps are stuck; name one",
  );
}

function refuse(code: string, detail: string): Refusal {
  return { code, detail };
}
