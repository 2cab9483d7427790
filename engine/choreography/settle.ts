/** What an event says of what was under way: it happened, it did not, it was undone, or it was not. */
import type { Reaction } from "../definition/saga";
import type { Draft, Place } from "../draft";
import { completeStep } from "../forward";
import { isJsonObject, type Json } from "../json";
import { limits } from "../limits";
import { knownNotHappened, receiveReply } from "../replies";
import { isUndoBegun, isUndoOwed } from "../rules";
import type { ToldEvent } from "../run/event";
import type { Half, StepError } from "../run/state";
import { clearAttention, undoCompleted, undoFailed } from "../undo";
import { clearRaised, reopen } from "./attention";
import { choreographyOf, firedAt, reactionAt } from "./reactions";

/** `awaited`: false where nothing waited for it, and yet it says what became of something. */
export type Settled = { readonly place: Place; readonly half: Half; readonly awaited: boolean };

/** The places that an event settles: of a reaction that repeats, the one that has waited longest, or that is `answers`. */
export function settledBy(draft: Draft, { type, source }: ToldEvent, answers?: Place): readonly Settled[] {
  return choreographyOf(draft.saga).reactions.flatMap((reaction): readonly Settled[] => {
    if (!reaction.expect.includes(type) || !maySpeakFor(draft, reaction, source)) return [];
    if (answers && answers.index !== reaction.step) return [];
    const places = answers ? [answers] : draft.places(reaction.step);
    const { half } = reaction;
    const place = places.find((p) => isAwaiting(draft, p, reaction));
    if (place) return [{ place, half, awaited: half === "action" || isUndoExpected(draft, place) }];
    const denied = reaction.fails.includes(type) ? undefined : places.find((p) => isDenied(draft, p, half));
    return denied ? [{ place: denied, half, awaited: false }] : [];
  });
}

/** What became of a command its own service says, or somebody whom this saga sends nothing; not another of its services. */
function maySpeakFor(draft: Draft, { send }: Reaction, source: string): boolean {
  if (send === null || source === send.service) return true;
  return !choreographyOf(draft.saga).reactions.some((r) => r.send?.service === source);
}

function isAwaiting(draft: Draft, place: Place, reaction: Reaction): boolean {
  const w = draft.work(place);
  if (reaction.half === "compensation") return isUndoAwaited(draft, place, reaction);
  if (w.action.attempt === 0) return false;
  return w.status === "executing" || w.effect === "unknown" || (w.status === "failed" && w.handling === "hold");
}

/** Services that are only watched may undo before we hear why; what we send ourselves is undone once we have sent it. */
function isUndoAwaited(draft: Draft, place: Place, reaction: Reaction): boolean {
  const w = draft.work(place);
  if (reactionAt(draft.saga, draft.state, place, "compensation") !== reaction) return false;
  if (w.status === "executing" || w.status === "compensated" || !isUndoOwed(draft.spec(place.index), w)) return false;
  if (isUndoExpected(draft, place)) return true;
  return choreographyOf(draft.saga).mode === "observe" && draft.state.state !== "completed";
}

function isUndoExpected(draft: Draft, place: Place): boolean {
  return isUndoBegun(draft.work(place)) || firedAt(draft.saga, draft.state, place, "compensation") !== null;
}

/** It had failed for certain, or was never sent. */
function isDenied(draft: Draft, place: Place, half: Half): boolean {
  const { status, effect } = draft.work(place);
  return half === "action" && status === "failed" && effect === "none";
}

export function settle(draft: Draft, place: Place, half: Half, event: ToldEvent): void {
  const fails = reactionAt(draft.saga, draft.state, place, half)?.fails.includes(event.type);
  if (half === "compensation") return fails ? undoDenied(draft, place, event) : undone(draft, place, event);
  if (fails) return didNotHappen(draft, place, event);
  clearRaised(draft, { reason: "missing_event", step: draft.spec(place.index).id });
  if (draft.work(place).action.attempt === 0) {
    clearAttention(draft, place);
    return completeStep(draft, place, event.data, { by: "late_reply" });
  }
  const outcome = { kind: "success", result: event.data } as const;
  receiveReply(draft, { type: "ReplyReceived", at: draft.at, ...draft.named(place), half, outcome });
}

/** It is no failure of the run that a service says no: what comes of that, the reactions to the event say. */
function didNotHappen(draft: Draft, place: Place, event: ToldEvent): void {
  const w = draft.work(place);
  if (w.status !== "executing" && w.effect === "unknown") knownNotHappened(draft, place);
  // An undo that was begun is settled by itself.
  if (isUndoBegun(w)) return;
  clearAttention(draft, place);
  if (w.status !== "executing") return;
  draft.record({
    type: "StepFailed",
    ...draft.named(place),
    attempt: w.action.attempt,
    error: errorOf(event),
    effect: "none",
    handling: "continue",
    unsettled: false,
  });
}

/** Who said it, and why, where the event tells. */
export function errorOf({ type, source, data }: ToldEvent): StepError {
  const reason = reasonIn(data);
  return { code: type, message: `${source} said ${type}${reason === null ? "" : `: ${reason}`}`, detail: data };
}

/** What services call the reason in the events by which they say no; the likeliest first. */
const reasonFields = ["reason", "message", "error", "detail"] as const;

function reasonIn(data: Json): string | null {
  if (!isJsonObject(data)) return null;
  const told = reasonFields.map((field) => data[field]).find((text) => typeof text === "string" && text.trim() !== "");
  return typeof told === "string" ? told.trim().slice(0, limits.reason) : null;
}

function undone(draft: Draft, place: Place, event: ToldEvent): void {
  reopen(draft);
  undoCompleted(draft, place, event.data);
}

/** A service that says that it did not undo: the effect is still there, and a person must see to it (U4). */
function undoDenied(draft: Draft, place: Place, event: ToldEvent): void {
  if (draft.work(place).status === "compensating")
    undoFailed(draft, place, { kind: "terminal", error: errorOf(event) });
}
