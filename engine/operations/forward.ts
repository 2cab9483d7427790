/** Operations that take a run forward: retry, skip, complete, fail (F8, F9, U7). */
import type { Draft } from "../draft";
import { completeStep, edgesTaken, failStep, heldReason, retryStep, startStep } from "../forward";
import type { Json } from "../json";
import { knownNotHappened } from "../replies";
import { isUndoBegun } from "../rules";
import type { Refusal } from "../run/command";
import type { Operation } from "../run/event";
import { isEnded, isInDoubt, type StepError, type StepState } from "../run/state";
import { beginUnwind, clearAttention } from "../unwind";
import { namedStep, refuse, type Stuck } from "./stuck";

export function retry(draft: Draft, operation: Operation): Refusal | null {
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

export function skip(draft: Draft, operation: Operation): Refusal | null {
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

export function complete(draft: Draft, operation: Operation): Refusal | null {
  const found = stuckStep(draft, operation, { edges: true });
  if ("refusal" in found) return found.refusal;
  if (operation.result === undefined) return refuse("result_required", "Say what the step's result is");
  clearAttention(draft, found.s.id);
  completeStep(draft, found.index, operation.result, "operator", beginUnwind);
  return null;
}

export function fail(draft: Draft, operation: Operation): Refusal | null {
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
