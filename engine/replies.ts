/** Replies, in time or late, to an action or an undo: what they still change (engine.md F3, F5). */
import type { Draft } from "./draft";
import { attemptFailed, completeStep, followFailure, handlingOf } from "./forward";
import { isUndoBegun, isUndoOwed } from "./rules";
import type { Outcome, RunEvent } from "./run/event";
import { type HalfState, isEnded, type StepState } from "./run/state";
import { beginUnwind, clearAttention, undoAttemptFailed, undoCompleted } from "./unwind";

type Reply = Extract<RunEvent, { type: "ReplyReceived" }>;

/** Duplicates, replies of an earlier generation and replies nobody waits for change nothing. */
export function receiveReply(draft: Draft, reply: Reply): void {
  const index = draft.saga.indexOf.get(reply.step);
  if (index === undefined) return;
  const s = draft.step(index);
  const half = reply.half === "action" ? s.action : s.undo;
  if (half.attempt === 0 || (reply.generation ?? half.generation) !== half.generation) return;
  const attempt = reply.attempt ?? half.attempt;
  if (attempt > half.attempt) return;
  if (reply.half === "action") actionReplied(draft, index, attempt, reply.outcome);
  else undoReplied(draft, index, attempt, reply.outcome);
}

function actionReplied(draft: Draft, index: number, attempt: number, outcome: Outcome): void {
  const s = draft.step(index);
  if (outcome.kind === "success") {
    if (s.status === "executing") completeStep(draft, index, outcome.result, undefined, beginUnwind);
    else if (s.effect !== "happened") lateSuccess(draft, index, attempt, outcome);
  } else if (isOpen(s.action, attempt)) {
    attemptFailed(draft, index, outcome, beginUnwind);
  } else if (s.action.unsettled.includes(attempt) && outcome.kind === "terminal") {
    lateFailure(draft, index, attempt, outcome);
  }
}

/** An attempt thought lost did happen. What that means depends on how far the run has gone since (F5). */
function lateSuccess(
  draft: Draft,
  index: number,
  attempt: number,
  outcome: Extract<Outcome, { kind: "success" }>,
): void {
  const s = draft.step(index);
  const { result } = outcome;
  if (s.status === "failed" && s.handling === "hold" && !isEnded(draft.state)) {
    clearAttention(draft, s.id);
    return completeStep(draft, index, result, "late_reply", beginUnwind);
  }
  if (s.status === "compensating") {
    if (s.action.unsettled.includes(attempt)) {
      draft.record({ type: "LateReplyRecorded", step: s.id, half: "action", attempt, result });
    }
    return;
  }
  if (s.status !== "failed" && s.status !== "skipped" && !isUndoBegun(s)) return;
  const tooLate = isUndoBegun(s) || draft.state.unwind?.phase === "running" || draft.state.state === "failed";
  const owedBefore = isUndoOwed(draft.spec(index), s);
  draft.record({ type: "StepOutcomeSettled", step: s.id, effect: "happened", result });
  const stillUndone = isUndoOwed(draft.spec(index), draft.step(index)) && !isUndoBegun(s) && !isEnded(draft.state);
  if (tooLate && !stillUndone) return draft.record({ type: "AttentionRaised", reason: "late_effect", step: s.id });
  if (!owedBefore && s.status === "skipped")
    return draft.record({ type: "AttentionRaised", reason: "late_effect", step: s.id });
  clearAttention(draft, s.id);
}

/** The reply to an unknown attempt: it did not happen. The last of them makes the step's failure a known one (F3). */
function lateFailure(
  draft: Draft,
  index: number,
  attempt: number,
  outcome: Extract<Outcome, { kind: "terminal" }>,
): void {
  const before = draft.step(index);
  draft.record({ type: "LateReplyRecorded", step: before.id, half: "action", attempt, error: outcome.error });
  const s = draft.step(index);
  if (s.status !== "failed" || s.action.unsettled.length > 0) return;
  knownNotHappened(draft, index, s);
}

/** A failed step's unknown outcome is settled: nothing happened. A held pivot may now let the run unwind. */
export function knownNotHappened(draft: Draft, index: number, s: StepState): void {
  draft.record({ type: "StepOutcomeSettled", step: s.id, effect: "none" });
  if (isEnded(draft.state) || s.handling !== "hold") return clearAttention(draft, s.id);
  const handling = handlingOf(draft, index, "none");
  if (handling !== "compensate") return;
  clearAttention(draft, s.id);
  followFailure(draft, index, handling, s.action.error ?? { code: "failed", message: "The step failed" }, beginUnwind);
}

function undoReplied(draft: Draft, index: number, attempt: number, outcome: Outcome): void {
  const s = draft.step(index);
  if (outcome.kind !== "success") {
    if (isOpen(s.undo, attempt)) undoAttemptFailed(draft, index, outcome);
  } else if (s.status === "compensating" || (s.status === "compensation_failed" && !isEnded(draft.state))) {
    undoCompleted(draft, index, outcome.result);
  }
}

function isOpen(half: HalfState, attempt: number): boolean {
  return half.open !== null && half.attempt === attempt;
}
