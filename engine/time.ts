/** What time alone decides: time-outs, retries that are due, the run's deadline. */
import type { Draft } from "./draft";
import { attemptFailed, retryStep } from "./forward";
import { isPastPivot } from "./rules";
import { type HalfState, isEnded, type StepError } from "./run/state";
import { beginUnwind, retryUndo, undoAttemptFailed } from "./unwind";

/** Decides all that is due at the draft's time: time-outs first, then the deadline, then retries. */
export function passTime(draft: Draft): void {
  if (isEnded(draft.state)) return;
  for (let i = 0; i < draft.state.steps.length; i++) timeOut(draft, i);
  meetDeadline(draft);
  for (let i = 0; i < draft.state.steps.length; i++) retryDue(draft, i);
}

function timeOut(draft: Draft, index: number): void {
  const s = draft.step(index);
  if (isPast(s.action, draft.at))
    attemptFailed(draft, index, { kind: "unknown", error: timeoutError(s.action) }, beginUnwind);
  else if (isPast(s.undo, draft.at)) undoAttemptFailed(draft, index, { kind: "unknown", error: timeoutError(s.undo) });
}

/** A deadline begins the unwind; past the pivot, or in an unwind, it is a matter for a person or for nobody (U9). */
function meetDeadline(draft: Draft): void {
  const { state, saga } = draft;
  if (state.deadlineAt === null || draft.at < state.deadlineAt || state.unwind !== null) return;
  if (state.attention.some((a) => a.reason === "deadline_passed")) return;
  if (!isPastPivot(saga, state)) return beginUnwind(draft, "deadline");
  draft.record({ type: "AttentionRaised", reason: "deadline_passed", step: null });
}

function retryDue(draft: Draft, index: number): void {
  const s = draft.step(index);
  if (draft.state.paused) return;
  if (s.status === "executing" && isDue(s.action, draft.at)) retryStep(draft, index, false);
  else if (s.status === "compensating" && isDue(s.undo, draft.at)) retryUndo(draft, index, false);
}

/** A worker's death took the replies of its open calls with it: in an unwind, an action's outcome is now unknown (U1). */
export function loseReplies(draft: Draft): void {
  if (draft.state.unwind?.phase !== "running") return;
  const error: StepError = { code: "reply_lost", message: "The worker that waited for the reply is gone" };
  for (let i = 0; i < draft.state.steps.length; i++) {
    const s = draft.step(i);
    if (s.status === "executing" && s.action.open) attemptFailed(draft, i, { kind: "unknown", error }, beginUnwind);
  }
}

function isPast(half: HalfState, at: number): boolean {
  return half.open !== null && half.open.timeoutAt <= at;
}

function isDue(half: HalfState, at: number): boolean {
  return half.retryAt !== null && half.retryAt <= at;
}

function timeoutError(half: HalfState): StepError {
  const waited = half.open ? half.open.timeoutAt - half.open.startedAt : 0;
  return { code: "timeout", message: `No reply within ${waited / 1000} s` };
}
