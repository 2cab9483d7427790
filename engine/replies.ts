/** Replies, in time or late, to an action, an undo or a probe: what they still change (engine.md F3, F5, F11). */
import { childBegan } from "./accepted";
import { isAskedAgain } from "./attempts";
import type { Draft, Place } from "./draft";
import { attemptFailed, completeStep, failStep } from "./forward";
import { isJsonObject, type Json } from "./json";
import { limits } from "./limits";
import { personsWith } from "./persons";
import { leavesUnknown } from "./retry";
import { isUndoBegun, isUndoOwed } from "./rules";
import type { Failure, Outcome, RunEvent } from "./run/event";
import { type HalfState, isEnded, isInDoubt, type StepState, type WorkState } from "./run/state";
import type { Transition } from "./run/transition";
import { clearAttention, undoAttemptFailed, undoCompleted, undoFailed } from "./undo";

type Reply = Extract<RunEvent, { type: "ReplyReceived" }>;
type Ignored = Extract<Transition, { type: "ReplyIgnored" }>["why"];

/** Duplicates, replies of an earlier generation and replies nobody waits for change nothing (F5). */
export function receiveReply(draft: Draft, reply: Reply): void {
  const index = draft.saga.indexOf.get(reply.step);
  if (index === undefined) return;
  const place = placeOf(draft, index, reply);
  const before = draft.transitions.length;
  const why = place === null ? "no_such_item" : received(draft, place, reply);
  if (draft.transitions.length > before || reply.id === undefined) return;
  if (draft.state.repliesIgnored >= limits.repliesIgnored) return;
  const item = place?.item ?? null;
  draft.record({
    type: "ReplyIgnored",
    step: reply.step,
    ...(item === null ? {} : { item }),
    id: reply.id,
    half: reply.half,
    why: why ?? "duplicate",
  });
}

/** A reply that names no item means the only one that is under way. */
export function placeOf(draft: Draft, index: number, { item, half }: Pick<Reply, "item" | "half">): Place | null {
  const { items } = draft.step(index);
  if (items === null) return item === undefined ? { index, item: null } : null;
  if (item !== undefined) return items[item] ? { index, item } : null;
  const open = items.flatMap((w, i) => (isOpenAtAll(partOf(w, half)) ? [i] : []));
  return open.length === 1 ? { index, item: open[0] as number } : null;
}

function isOpenAtAll(half: HalfState | null): boolean {
  return half?.open != null;
}

function partOf(w: WorkState, half: Reply["half"]): HalfState | null {
  return half === "action" ? w.action : half === "compensation" ? w.undo : w.probe;
}

/** Answers why a reply means nothing, if it is known at once. */
function received(draft: Draft, place: Place, reply: Reply): Ignored | null {
  const w = draft.work(place);
  const part = partOf(w, reply.half);
  if (part === null || part.attempt === 0 || !isCalled(draft, place.index, reply)) return "not_called";
  const generation = reply.half === "probe" ? w.action.generation : part.generation;
  if ((reply.generation ?? generation) !== generation) return "other_generation";
  const attempt = reply.attempt ?? part.attempt;
  if (attempt > part.attempt) return "not_called";
  if (reply.residue !== undefined) childEnded(draft, place.index, reply, reply.residue);
  if (reply.half === "action") actionReplied(draft, place, attempt, reply);
  else if (reply.half === "compensation") undoReplied(draft, place, attempt, reply.outcome);
  else probeReplied(draft, place, attempt, reply);
  return isOpenAtAll(part) ? null : reply.outcome.kind === "success" ? "duplicate" : "late";
}

/** A step that waits is answered by its signal or a person, a child's by the child: no service speaks for them. */
function isCalled(draft: Draft, index: number, { id, residue }: Reply): boolean {
  const { kind, action } = draft.spec(index);
  if (kind === "reaction") return true;
  return kind === "saga" ? id === undefined || residue !== undefined : action !== null;
}

/** A child that has ended had begun, whichever is heard first; what it left standing joins this run's residue (U8). */
function childEnded(draft: Draft, index: number, reply: Reply, left: readonly string[]): void {
  const { id, action, childResidue: known, childEnded: isKnown } = draft.step(index);
  childBegan(draft, index, action.generation);
  // What an earlier child left, of which this one is the retry, is still there.
  const all = action.generation > 1 ? [...new Set([...known, ...left])] : left;
  const isSame = all.length === known.length && all.every((other) => known.includes(other));
  const ended = !isKnown && isLastWord(draft.step(index), reply);
  const { persons } = reply;
  const isNew = persons !== undefined && personsWith(draft.state.persons, persons) !== draft.state.persons;
  if (isSame && !ended && !isNew) return;
  draft.record({
    type: "ChildResidueReported",
    step: id,
    residue: isSame ? known : all,
    ...(ended ? { ended } : {}),
    ...(isNew ? { persons } : {}),
  });
}

/**
 * What a child left undone is repaired there, so it may live again; and one that completed is not at its end once it was
 * asked to be undone.
 */
function isLastWord(s: StepState, { half, outcome }: Reply): boolean {
  if (half === "compensation") return outcome.kind === "success";
  return outcome.kind === "terminal" || (outcome.kind === "success" && !isUndoBegun(s));
}

// ------------------------------------------------------------------- action

function actionReplied(draft: Draft, place: Place, attempt: number, reply: Reply): void {
  const w = draft.work(place);
  const { outcome } = reply;
  if (outcome.kind === "success") {
    if (w.status === "executing") completeStep(draft, place, outcome.result, senderOf(reply));
    else if (w.effect !== "happened")
      lateSuccess(draft, place, attempt, { result: outcome.result, ...senderOf(reply) });
  } else if (isOpen(w.action, attempt)) {
    attemptFailed(draft, place, outcome);
  } else if (w.action.unsettled.includes(attempt) && !leavesUnknown(outcome)) {
    lateFailure(draft, place, attempt, outcome);
  }
}

type Sender = { readonly person?: string | null };

/** Who answered in a service's place, where it did not sign for itself (F14). */
function senderOf({ person }: Reply): Sender {
  return person === undefined ? {} : { person };
}

/** An attempt thought lost did happen. What that means depends on how far the run has gone since (F5). */
function lateSuccess(draft: Draft, place: Place, attempt: number, reply: Sender & { readonly result: Json }): void {
  const { result, ...sender } = reply;
  const w = draft.work(place);
  const named = draft.named(place);
  const spec = draft.spec(place.index);
  const unwinds = draft.isUnwinding;
  // An item is held with its step.
  const handling = draft.step(place.index).handling;
  if (w.status === "failed" && handling === "hold" && !unwinds && !isEnded(draft.state)) {
    clearAttention(draft, place);
    return completeStep(draft, place, result, { by: "late_reply", ...sender });
  }
  if (w.status === "compensating")
    return draft.record({ type: "LateReplyRecorded", ...named, half: "action", attempt, result });
  if (w.status !== "failed" && w.status !== "skipped" && !isUndoBegun(w)) return;
  const owedBefore = isUndoOwed(spec, w);
  draft.record({ type: "StepOutcomeSettled", ...named, effect: "happened", result, ...sender });
  const owedNow = isUndoOwed(spec, draft.work(place));
  const willBeUndone = unwinds ? owedNow : owedBefore && draft.state.state !== "failed";
  if (willBeUndone && !isUndoBegun(w)) return clearAttention(draft, place);
  draft.record({ type: "AttentionRaised", reason: "late_effect", ...named });
}

/** The reply to an unknown attempt: it did not happen. The last of them makes the step's failure a known one (F3). */
function lateFailure(draft: Draft, place: Place, attempt: number, outcome: Failure): void {
  const { error } = outcome;
  draft.record({ type: "LateReplyRecorded", ...draft.named(place), half: "action", attempt, error });
  const w = draft.work(place);
  if (isCurrentRefusal(w.action, attempt, outcome)) return attemptFailed(draft, place, outcome);
  if (isInDoubt(w.action)) return;
  if (isProbed(w)) return failStep(draft, place, { kind: "terminal", error });
  // What a child run did not do, or has undone by itself, needs no undo of ours (U8).
  if (w.status === "compensating" && draft.spec(place.index).kind === "saga") return undoCompleted(draft, place, null);
  if ((w.status === "failed" || w.status === "skipped") && w.effect === "unknown") knownNotHappened(draft, place);
}

function isProbed(w: WorkState): boolean {
  return w.status === "executing" && w.probe !== null && (w.probe.open !== null || w.probe.retryAt !== null);
}

/**
 * A step's unknown outcome is settled: nothing happened. A pivot was held only to find that out, and now fails as its
 * policy says (U5); what else is held, a person holds.
 */
export function knownNotHappened(draft: Draft, place: Place): void {
  const w = draft.work(place);
  draft.record({ type: "StepOutcomeSettled", ...draft.named(place), effect: "none" });
  // An item is held with its step.
  if (isEnded(draft.state) || draft.step(place.index).handling !== "hold") return clearAttention(draft, place);
  if (draft.spec(place.index).class !== "pivot" || draft.isUnwinding) return;
  clearAttention(draft, place);
  failStep(draft, place, { kind: "terminal", error: w.action.error ?? { code: "failed", message: "The step failed" } });
}

// --------------------------------------------------------------------- undo

function undoReplied(draft: Draft, place: Place, attempt: number, outcome: Outcome): void {
  const { status, undo } = draft.work(place);
  if (outcome.kind === "success") {
    // An undo of an earlier unwind that was terminated may still be heard of before its turn comes again (U6).
    const isAwaited = isUndoBegun({ status }) ? status !== "compensated" : undo.unsettled.includes(attempt);
    if (isAwaited) undoCompleted(draft, place, outcome.result);
  } else if (isOpen(undo, attempt)) {
    undoAttemptFailed(draft, place, outcome);
  } else if (undo.unsettled.includes(attempt) && !leavesUnknown(outcome)) {
    const { error } = outcome;
    draft.record({ type: "LateReplyRecorded", ...draft.named(place), half: "compensation", attempt, error });
    if (isCurrentRefusal(undo, attempt, outcome)) undoFailed(draft, place, outcome);
  }
}

// -------------------------------------------------------------------- probe

/** Only a plain yes, or a no that can no longer become a yes, settles what the action did (F11). */
function probeReplied(draft: Draft, place: Place, attempt: number, reply: Reply): void {
  const { probe, action } = draft.work(place);
  const { outcome } = reply;
  if (probe === null || !isOpen(probe, attempt)) return;
  if (outcome.kind !== "success") {
    if (!isAskedAgain(draft, place, outcome)) staysUnknown(draft, place);
    return;
  }
  const answer = isJsonObject(outcome.result) ? outcome.result : {};
  if (answer.happened === true)
    return completeStep(draft, place, answer.result ?? null, { by: "probe", ...senderOf(reply) });
  if (answer.happened !== false || answer.fenced !== true) return staysUnknown(draft, place);
  draft.record({ type: "StepOutcomeSettled", ...draft.named(place), effect: "none" });
  const error = action.error ?? { code: "not_happened", message: "The service says that it did not happen" };
  failStep(draft, place, { kind: "terminal", error });
}

/** The probe could not tell: the step fails, and whether it took effect stays open. */
export function staysUnknown(draft: Draft, place: Place): void {
  const { action } = draft.work(place);
  const error = action.error ?? { code: "unknown", message: "Nobody knows whether it happened" };
  failStep(draft, place, { kind: "retryable", error, whenSpent: action.unsettled.length > 0 ? "none" : "unknown" });
}

/** A refusal of the current attempt, come after its time-out: there is no use in the next attempt (F3, F5). */
function isCurrentRefusal(half: HalfState, attempt: number, outcome: Failure): boolean {
  return half.retryAt !== null && half.attempt === attempt && outcome.kind === "terminal";
}

function isOpen(half: HalfState, attempt: number): boolean {
  return half.open !== null && half.attempt === attempt;
}
