/** What time alone decides: time-outs, waits that are over, retries that are due, the run's deadline. */
import { isAskedAgain, retryAction, retryProbe } from "./attempts";
import type { Draft, Place } from "./draft";
import { attemptFailed, completeStep, failStep } from "./forward";
import { staysUnknown } from "./replies";
import { isPastPivot } from "./rules";
import { type HalfState, isEnded, type StepError, type WorkState } from "./run/state";
import { dueOf } from "./steps";
import { retryUndo, undoAttemptFailed } from "./undo";
import { beginUnwind } from "./unwind";

/** Decides all that is due at the draft's time: time-outs first, then the deadline, then retries. */
export function passTime(draft: Draft): void {
  if (isEnded(draft.state)) return;
  eachPlace(draft, timeOut);
  meetDeadline(draft);
  if (!draft.state.paused) eachPlace(draft, retryDue);
}

export function eachPlace(draft: Draft, decide: (draft: Draft, place: Place, w: WorkState) => void): void {
  for (let index = 0; index < draft.state.steps.length; index++) {
    const { items } = draft.step(index);
    const whole = { index, item: null };
    if (items === null) decide(draft, whole, draft.work(whole));
    else items.forEach((_, item) => void decide(draft, { index, item }, draft.work({ index, item })));
  }
}

function timeOut(draft: Draft, place: Place, w: WorkState): void {
  if (isPast(w.action, draft.at)) attemptFailed(draft, place, { kind: "unknown", error: timeoutError(w.action) });
  else if (isPast(w.undo, draft.at)) undoAttemptFailed(draft, place, { kind: "unknown", error: timeoutError(w.undo) });
  else if (w.probe && isPast(w.probe, draft.at)) probeTimedOut(draft, place, w.probe);
  else if (place.item === null) waitIsOver(draft, place);
}

function probeTimedOut(draft: Draft, place: Place, probe: HalfState): void {
  if (!isAskedAgain(draft, place, { kind: "unknown", error: timeoutError(probe) })) staysUnknown(draft, place);
}

function waitIsOver(draft: Draft, place: Place): void {
  const { waiting } = draft.step(place.index);
  if (waiting === null || waiting.dueAt === null || waiting.dueAt > draft.at) return;
  const due = dueOf(draft.spec(place.index));
  if ("done" in due) completeStep(draft, place, due.done);
  else failStep(draft, place, { kind: "terminal", error: due.failed });
}

/** A deadline begins the unwind; past the pivot, or in an unwind, it is a matter for a person or for nobody (U9). */
function meetDeadline(draft: Draft): void {
  const { state, saga } = draft;
  if (state.deadlineAt === null || draft.at < state.deadlineAt || state.unwind !== null) return;
  if (state.attention.some((a) => a.reason === "deadline_passed")) return;
  if (!isPastPivot(saga, state)) return beginUnwind(draft, "deadline");
  draft.record({ type: "AttentionRaised", reason: "deadline_passed", step: null });
}

export function retryDue(draft: Draft, place: Place, w: WorkState): void {
  if (w.status === "executing" && isDue(w.action, draft.at)) retryAction(draft, place, false);
  else if (w.status === "executing" && w.probe && isDue(w.probe, draft.at)) askAgain(draft, place);
  else if (w.status === "compensating" && isDue(w.undo, draft.at)) retryUndo(draft, place, false);
}

function askAgain(draft: Draft, place: Place): void {
  if (!retryProbe(draft, place)) staysUnknown(draft, place);
}

/**
 * A worker's death took the replies of its open calls with it: in an unwind, an action's outcome is now unknown (U1). What
 * a service or a child run has taken answers by another way.
 */
export function loseReplies(draft: Draft): void {
  if (!draft.isUnwinding) return;
  const error: StepError = { code: "reply_lost", message: "The worker that waited for the reply is gone" };
  eachPlace(draft, (_, place, w) => {
    if (draft.spec(place.index).kind === "saga" || w.status !== "executing") return;
    if (w.action.open && !w.action.open.accepted) attemptFailed(draft, place, { kind: "unknown", error });
  });
}

export function isPast(half: HalfState, at: number): boolean {
  return half.open !== null && half.open.timeoutAt !== null && half.open.timeoutAt <= at;
}

function isDue(half: HalfState, at: number): boolean {
  return half.retryAt !== null && half.retryAt <= at;
}

export function timeoutError({ open }: HalfState): StepError {
  const waited = open?.timeoutAt ? open.timeoutAt - open.startedAt : 0;
  return { code: "timeout", message: `No reply within ${waited / 1000} s` };
}
