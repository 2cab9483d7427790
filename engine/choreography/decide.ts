/**
 * decide, of a choreography: nobody is in charge; services tell each other events, and this is what they mean to one run
 * (engine.md section 8). In `drive` it sends what the reactions say; in `observe` it sends nothing, and tells what is
 * missing.
 */
import { callAccepted } from "../accepted";
import type { Draft, Place } from "../draft";
import { attemptFailed } from "../forward";
import { assertNever, isJsonObject, type Json } from "../json";
import { placeOf, receiveReply } from "../replies";
import type { Refusal } from "../run/command";
import type { RunEvent, ToldEvent } from "../run/event";
import { type Half, type HalfState, isEnded, type WorkState } from "../run/state";
import { eachPlace, isPast, loseReplies, retryDue, timeoutError } from "../time";
import { undoAttemptFailed } from "../undo";
import { goOn, tellMissing } from "./advance";
import { hear } from "./hear";
import { eventMissed, undoMissed } from "./missed";
import { operateReactions } from "./operate";
import { awaitsEvent, choreographyOf, reactionAt } from "./reactions";

type Later = Exclude<RunEvent, { type: "RunRequested" }>;

export function happenUnconducted(draft: Draft, event: Later): Refusal | null {
  switch (event.type) {
    case "EventTold":
      hear(draft, event.event);
      return null;
    case "ReplyReceived":
      if (choreographyOf(draft.saga).mode === "drive") receiveAnswer(draft, event);
      return null;
    case "CallAccepted":
      taken(draft, event);
      return null;
    case "TimePassed":
      passTime(draft);
      return null;
    case "RunTakenOver":
      passTime(draft);
      goOn(draft);
      loseReplies(draft);
      return null;
    case "SignalReceived":
      return { code: "no_signals", detail: "Nobody waits for signals in a choreography; send an event" };
    case "DecisionReceived":
      return { code: "no_approvals", detail: "Nobody is asked to approve in a choreography" };
    case "ParentAsked":
      return null;
    case "OperationRequested":
      return operateReactions(draft, event);
    default:
      return assertNever(event);
  }
}

// ----------------------------------------------------------------- answers

type Reply = Extract<RunEvent, { type: "ReplyReceived" }>;

/**
 * What a service answers to a command that an event is to come of: it has it, or it has not. The event itself may be
 * the answer, and then both are said at once.
 */
function receiveAnswer(draft: Draft, reply: Reply): void {
  const index = draft.saga.indexOf.get(reply.step);
  const place = index === undefined ? null : placeOf(draft, index, reply);
  const half = reply.half === "compensation" ? "compensation" : "action";
  if (reply.outcome.kind !== "success" || place === null || !awaitsEvent(draft.saga, draft.state, place, half))
    return receiveReply(draft, reply);
  const part = partOf(draft.work(place), half);
  if (part.attempt === 0 || (reply.generation ?? part.generation) !== part.generation)
    return receiveReply(draft, reply);
  const told = eventIn(reply.outcome.result);
  if (told && reactionAt(draft.saga, draft.state, place, half)?.expect.includes(told.type))
    return hear(draft, told, { answers: place });
  if ((reply.attempt ?? part.attempt) <= part.attempt) accept(draft, place, half);
}

function eventIn(result: Json): ToldEvent | null {
  if (!isJsonObject(result) || result.specversion !== "1.0") return null;
  const { id, source, type, data = null } = result;
  if (typeof id !== "string" || typeof source !== "string" || typeof type !== "string") return null;
  return { id, source, type, data };
}

/** The service has the command: from here on its event is waited for, as long as the reaction says. */
function accept(draft: Draft, place: Place, half: Half): void {
  const part = partOf(draft.work(place), half);
  if (part.open === null || part.open.accepted) return;
  const { within = null } = reactionAt(draft.saga, draft.state, place, half) ?? {};
  const timeoutAt = within === null ? null : draft.at + within;
  draft.record({ type: "CallAccepted", ...draft.named(place), half, attempt: part.attempt, timeoutAt });
}

function taken(draft: Draft, event: Extract<Later, { type: "CallAccepted" }>): void {
  const index = draft.saga.indexOf.get(event.step);
  const place = index === undefined ? null : placeOf(draft, index, event);
  const half = event.half === "compensation" ? "compensation" : "action";
  if (place === null || !awaitsEvent(draft.saga, draft.state, place, half)) return callAccepted(draft, event);
  const part = partOf(draft.work(place), half);
  if (part.attempt === event.attempt && part.generation === event.generation) accept(draft, place, half);
}

function partOf(w: WorkState, half: Half): HalfState {
  return half === "action" ? w.action : w.undo;
}

// -------------------------------------------------------------------- time

function passTime(draft: Draft): void {
  if (isEnded(draft.state)) return;
  eachPlace(draft, timeOut);
  meetDeadline(draft);
  if (!draft.state.paused) eachPlace(draft, retryDue);
}

function timeOut(draft: Draft, place: Place, { action, undo }: WorkState): void {
  if (isPast(action, draft.at)) {
    if (isAwaited(draft, place, action, "action")) eventMissed(draft, place);
    else attemptFailed(draft, place, { kind: "unknown", error: timeoutError(action) });
  } else if (isPast(undo, draft.at)) {
    if (!isAwaited(draft, place, undo, "compensation"))
      return undoAttemptFailed(draft, place, { kind: "unknown", error: timeoutError(undo) });
    undoMissed(draft, place);
    tellMissing(draft, draft.spec(place.index).id);
  }
}

function isAwaited(draft: Draft, place: Place, { open }: HalfState, half: Half): boolean {
  return open?.accepted === true && awaitsEvent(draft.saga, draft.state, place, half);
}

/** Nobody is in charge who could stop the others: a person is told (U9). */
function meetDeadline(draft: Draft): void {
  const { deadlineAt, unwind, attention } = draft.state;
  if (deadlineAt === null || draft.at < deadlineAt || unwind !== null) return;
  if (attention.some((a) => a.reason === "deadline_passed")) return;
  draft.record({ type: "AttentionRaised", reason: "deadline_passed", step: null });
}
