/** Replies, in time or late, to an action or an undo: what they still change (engine.md F3, F5). */
import type { Draft } from "./draft";
import { attemptFailed, completeStep, failStep } from "./forward";
import { leavesUnknown } from "./retry";
import { isUndoBegun, isUndoOwed } from "./rules";
import type { Failure, Outcome, RunEvent } from "./run/event";
import { type HalfState, isEnded, type StepState } from "./run/state";
import { beginUnwind, clearAttention, undoAttemptFailed, undoCompleted, undoFailed } from "./unwind";

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
  } else if (s.action.unsettled.includes(attempt) && !leavesUnknown(outcome)) {
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
  const unwinds = draft.state.unwind?.phase === "running";
  if (s.status === "failed" && s.handling === "hold" && !unwinds && !isEnded(draft.state)) {
    clearAttention(draft, s.id);
    return completeStep(draft, index, result, "late_reply", beginUnwind);
  }
  if (s.status === "compensating") {
    return draft.record({ type: "LateReplyRecorded", step: s.id, half: "action", attempt, result });
  }
  if (s.status !== "failed" && s.status !== "skipped" && !isUndoBegun(s)) return;
  const owedBefore = isUndoOwed(draft.spec(index), s);
  draft.record({ type: "StepOutcomeSettled", step: s.id, effect: "happened", result });
  const owedNow = isUndoOwed(draft.spec(index), draft.step(index));
  const willBeUndone = unwinds ? owedNow : owedBefore && draft.state.state !== "failed";
  if (willBeUndone && !isUndoBegun(s)) return clearAttention(draft, s.id);
  draft.record({ type: "AttentionRaised", reason: "late_effect", step: s.id });
}

/** The reply to an unknown attempt: it did not happen. The last of them makes the step's failure a known one (F3). */
function lateFailure(draft: Draft, index: number, attempt: number, outcome: Failure): void {
  const { id } = draft.step(index);
  draft.record({ type: "LateReplyRecorded", step: id, half: "action", attempt, error: outcome.error });
  const s = draft.step(index);
  if (isCurrentRefusal(s.action, attempt, outcome)) return attemptFailed(draft, index, outcome, beginUnwind);
  const rests = s.status === "failed" || s.status === "skipped";
  if (!rests || s.effect !== "unknown" || s.action.unsettled.length > 0) return;
  knownNotHappened(draft, index, s);
}

/**
 * A step's unknown outcome is settled: nothing happened. A pivot was held only to find that out, and now fails as its
 * policy says (U5); what else is held, a person holds.
 */
export function knownNotHappened(draft: Draft, index: number, s: StepState): void {
  draft.record({ type: "StepOutcomeSettled", step: s.id, effect: "none" });
  if (isEnded(draft.state) || s.handling !== "hold") return clearAttention(draft, s.id);
  if (draft.spec(index).class !== "pivot" || draft.state.unwind?.phase === "running") return;
  clearAttention(draft, s.id);
  const error = s.action.error ?? { code: "failed", message: "The step failed" };
  failStep(draft, index, { kind: "terminal", error }, beginUnwind);
}

function undoReplied(draft: Draft, index: number, attempt: number, outcome: Outcome): void {
  const s = draft.step(index);
  if (outcome.kind === "success") {
    if (s.status === "compensating" || s.status === "compensation_failed") undoCompleted(draft, index, outcome.result);
  } else if (isOpen(s.undo, attempt)) {
    undoAttemptFailed(draft, index, outcome);
  } else if (s.undo.unsettled.includes(attempt) && !leavesUnknown(outcome)) {
    draft.record({ type: "LateReplyRecorded", step: s.id, half: "compensation", attempt, error: outcome.error });
    if (isCurrentRefusal(s.undo, attempt, outcome)) undoFailed(draft, index, outcome);
  }
}

/** A refusal of the current attempt, come after its time-out: there is no use in the next attempt (F3, F5). */
function isCurrentRefusal(half: HalfState, attempt: number, outcome: Failure): boolean {
  return half.retryAt !== null && half.attempt === attempt && outcome.kind === "terminal";
}

function isOpen(half: HalfState, attempt: number): boolean {
  return half.open !== null && half.attempt === attempt;
}
