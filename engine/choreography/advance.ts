/**
 * After every event: begin what fired, undo what is to be undone, say what is to be said, and end when nothing is under
 * way any more (engine.md section 8, C2).
 */
import { sendAction } from "../attempts";
import { contextOf, renderFor } from "../context";
import type { Reaction } from "../definition/saga";
import type { Draft, Place } from "../draft";
import { completeStep, failStep } from "../forward";
import type { Json } from "../json";
import { isUndoBegun, isUndoOwed, isUndoSettled } from "../rules";
import { type Fired, isEnded, type WorkState } from "../run/state";
import type { Transition } from "../run/transition";
import { startUndo } from "../undo";
import { endOf, endRun } from "../unwind";
import { raiseOnce, reopen } from "./attention";
import { defaultReactionInput, eventAt, namesOfEvent } from "./context";
import { explain, hear } from "./hear";
import { eventMissed } from "./missed";
import { choreographyOf, endsAs, firedAt, heardBy, isOver, reactionAt, reactionOf } from "./reactions";

/** What one decision may say in a row: more is reactions that set each other off without end. */
const mostSaid = 100;

export function goOn(draft: Draft): void {
  if (draft.transitions.some(isTermination)) return;
  beginFired(draft);
  for (let said = 0; sayNext(draft); said++) {
    if (said >= mostSaid) return raiseOnce(draft, { reason: "log_full", step: null });
    beginFired(draft);
  }
  undoFired(draft);
  settleEnd(draft);
  tellStandstill(draft);
}

/** Whoever terminates a run ends it as it stands (U10). */
function isTermination(t: Transition): boolean {
  return t.type === "OperationAccepted" && t.operation.operation === "terminate";
}

// ------------------------------------------------------------------- begin

/** What was set off and can begin now, with what it says last: an event, its commands and its words are one (C1). */
function waiting(draft: Draft): readonly (readonly [Place, Reaction])[] {
  if (draft.state.paused && choreographyOf(draft.saga).mode === "drive") return [];
  return heardBy(draft.state).fired.flatMap((fired) => {
    const place = { index: draft.saga.indexOf.get(fired.step) ?? -1, item: fired.item };
    if (fired.half === "compensation" || !isStillWanted(draft, fired, place)) return [];
    const { status, action } = draft.work(place);
    return status === "pending" && action.attempt === 0 ? [[place, reactionOf(draft.saga, fired.reaction)]] : [];
  });
}

/** What was set off before an end was heard still begins; not once it unwinds, nor where its undo was set off already. */
function isStillWanted(draft: Draft, { event }: Fired, place: Place): boolean {
  const { end } = heardBy(draft.state);
  if (isEnded(draft.state) || draft.state.unwind !== null || (end !== null && event >= end.number)) return false;
  return firedAt(draft.saga, draft.state, place, "compensation") === null;
}

function beginFired(draft: Draft): void {
  const isWatched = choreographyOf(draft.saga).mode === "observe";
  for (const [place, reaction] of waiting(draft)) {
    if (isWatched) watch(draft, place, reaction);
    else if (reaction.emit === null) send(draft, place);
  }
}

function send(draft: Draft, place: Place): void {
  const error = sendAction(draft, place, {});
  if (error) failStep(draft, place, { kind: "terminal", error });
}

/** A service reacts by itself: what is waited for is the event that comes of it. */
function watch(draft: Draft, place: Place, reaction: Reaction): void {
  const named = draft.named(place);
  const timeoutAt = reaction.within === null ? null : draft.at + reaction.within;
  draft.record({ type: "StepStarted", ...named, attempt: 1, generation: 1, timeoutAt });
  if (reaction.expect.length === 0) return completeStep(draft, place, null);
  draft.record({ type: "CallAccepted", ...named, half: "action", attempt: 1, timeoutAt });
  explain(draft, place, "action");
}

/** Answers whether there was anything to say. What is said is heard by the same run, and may set off more. */
function sayNext(draft: Draft): boolean {
  const next = waiting(draft)[0];
  if (next === undefined) return false;
  say(draft, ...next);
  return true;
}

export function say(draft: Draft, place: Place, reaction: Reaction, given?: Json): void {
  const told = eventAt(draft.saga, draft.state, place, "action");
  const data = given === undefined ? inputOf(draft, reaction, told) : ({ ok: true, value: given } as const);
  if (!data.ok) return failStep(draft, place, { kind: "terminal", error: data.error });
  completeStep(draft, place, data.value, given === undefined ? {} : { by: "operator" });
  const n = firedAt(draft.saga, draft.state, place, "action")?.event ?? 0;
  const event = { id: `${draft.state.id}:${reaction.id}:${n}`, source: draft.saga.type, type: reaction.emit ?? "" };
  hear(draft, { ...event, data: data.value }, { by: reaction.id });
}

function inputOf(draft: Draft, { input }: Reaction, told: Json) {
  const { saga, state } = draft;
  if (input === null) return { ok: true, value: defaultReactionInput(state, told, null) } as const;
  return renderFor(input, { ...contextOf(saga, state), ...namesOfEvent(state, told) });
}

// -------------------------------------------------------------------- undo

/** An undo begins when its action has settled, so that an effect that is still on its way is undone as well. */
function undoFired(draft: Draft): void {
  for (let index = 0; index < draft.state.steps.length; index++) {
    if (draft.step(index).leftOut !== null) continue;
    for (const place of draft.places(index)) if (isDue(draft, place)) undo(draft, place);
  }
}

function isDue(draft: Draft, place: Place): boolean {
  const w = draft.work(place);
  if (w.status === "executing" || isUndoBegun(w) || !isUndoOwed(draft.spec(place.index), w)) return false;
  const fired = firedAt(draft.saga, draft.state, place, "compensation");
  if (fired === null || (draft.state.paused && choreographyOf(draft.saga).mode === "drive")) return false;
  // What was set off before a run was ended by hand stays as it was left.
  return !isEnded(draft.state) || draft.transitions.some((t) => t.type === "ReactionFired" && t.event === fired.event);
}

function undo(draft: Draft, place: Place): void {
  reopen(draft);
  if (choreographyOf(draft.saga).mode === "drive") return startUndo(draft, place, {});
  watchUndo(draft, place);
  explain(draft, place, "compensation");
}

function watchUndo(draft: Draft, place: Place): void {
  const named = draft.named(place);
  const within = reactionAt(draft.saga, draft.state, place, "compensation")?.within ?? null;
  const timeoutAt = within === null ? null : draft.at + within;
  const order = draft.state.undosBegun + 1;
  draft.record({ type: "CompensationStarted", ...named, attempt: 1, generation: 1, timeoutAt, order });
  draft.record({ type: "CallAccepted", ...named, half: "compensation", attempt: 1, timeoutAt });
}

// --------------------------------------------------------------------- end

/** Everything that undoes is settled, and whatever else was under way has come to something (C2). */
function settleEnd(draft: Draft): void {
  const { state } = draft;
  const unwinding = state.unwind !== null;
  if (isEnded(state) || (!unwinding && heardBy(state).end === null)) return;
  // What was put off by the pause is still owed.
  if (state.paused) return;
  giveUpWaiting(draft);
  undoFired(draft);
  if (isUnderWay(draft)) return;
  if (!unwinding) return endRun(draft, { type: "RunCompleted" });
  for (const [index, s] of draft.state.steps.entries())
    if (draft.places(index).some((place) => isLeft(draft, place))) tellMissing(draft, s.id);
  endRun(draft, { type: "RunFailed", ...endOf(draft) });
}

/** At an end nobody waits for an event that has no time: what it would have said is unknown. */
function giveUpWaiting(draft: Draft): void {
  for (let index = 0; index < draft.state.steps.length; index++)
    for (const place of draft.places(index)) {
      const { status, action } = draft.work(place);
      const isTimeless = action.open?.accepted === true && action.open.timeoutAt === null;
      if (status === "executing" && isTimeless) eventMissed(draft, place);
    }
}

/** An effect that the definition says some reaction undoes, and nothing undid. */
function isLeft(draft: Draft, place: Place): boolean {
  const w = draft.work(place);
  return isUndoOwed(draft.spec(place.index), w) && w.status !== "compensated";
}

export function tellMissing(draft: Draft, step: string): void {
  if (draft.step(draft.saga.indexOf.get(step) ?? -1).leftOut !== null) return;
  raiseOnce(draft, { reason: "missing_compensation", step });
}

function isUnderWay(draft: Draft): boolean {
  const isBusy = (w: WorkState) => w.status === "executing" || (isUndoBegun(w) && !isUndoSettled(w));
  return draft.state.steps.some((_, index) => draft.places(index).some((place) => isBusy(draft.work(place))));
}

// --------------------------------------------------------------- standstill

/** Reasons that tell something of the run and ask for nothing that it waits for. */
const onlyTelling = new Set(["unexpected_event", "deadline_passed"]);

/** Nothing is under way, no end was heard, and nothing is left that could go on: a person is asked. */
function tellStandstill(draft: Draft): void {
  const { state } = draft;
  if (isOver(state) || state.paused || state.attention.some((a) => !onlyTelling.has(a.reason))) return;
  if (!isUnderWay(draft) && (isDeadEnd(draft) || !awaitsOthers(draft)))
    raiseOnce(draft, { reason: "missing_event", step: null });
}

/** The last event that was likely to come set nothing off that could: nobody reacts to it. */
function isDeadEnd({ saga, state }: Draft): boolean {
  const { heard } = heardBy(state);
  const last = heard.findLast((h) => !h.unexpected)?.type;
  if (last === undefined || endsAs(saga, last) !== null) return false;
  return !choreographyOf(saga).reactions.some((r) => r.on.includes(last));
}

/** An event that no reaction brings about may still come from outside. */
function awaitsOthers({ saga, state }: Draft): boolean {
  const { reactions, starts } = choreographyOf(saga);
  const said = new Set([starts, ...reactions.flatMap((r) => [...r.expect, ...(r.emit === null ? [] : [r.emit])])]);
  const { fired } = heardBy(state);
  return reactions.some(
    (r) => (r.repeat || !fired.some((f) => f.reaction === r.id)) && r.on.some((type) => !said.has(type)),
  );
}
