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
import type { Half, WorkState } from "../run/state";
import { isEnded } from "../run/state";
import { startUndo } from "../undo";
import { endOf, endRun } from "../unwind";
import { defaultReactionInput, eventAt, namesOfEvent } from "./context";
import { explain, hear, isOver, raiseOnce, reopen } from "./hear";
import { choreographyOf, firedAt, heardBy, reactionAt, reactionOf } from "./reactions";

export function goOn(draft: Draft): void {
  // What is said is heard by the same run, and may set off more; each reaction fires on one event once.
  for (let seen = -1; seen < draft.transitions.length; ) {
    seen = draft.transitions.length;
    beginFired(draft);
    undoFired(draft);
  }
  settleEnd(draft);
  tellStandstill(draft);
}

// ------------------------------------------------------------------- begin

function beginFired(draft: Draft): void {
  for (const { reaction, step, half, item } of heardBy(draft.state).fired) {
    if (half === "compensation" || isOver(draft)) continue;
    const place = { index: draft.saga.indexOf.get(step) ?? -1, item };
    const w = draft.work(place);
    if (w.status === "pending" && w.action.attempt === 0) begin(draft, place, reactionOf(draft.saga, reaction));
  }
}

function begin(draft: Draft, place: Place, reaction: Reaction): void {
  if (choreographyOf(draft.saga).mode === "observe") return watch(draft, place, reaction);
  if (draft.state.paused) return;
  if (reaction.emit !== null) return say(draft, place, reaction, reaction.emit);
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

function say(draft: Draft, place: Place, reaction: Reaction, type: string): void {
  const told = eventAt(draft.saga, draft.state, place, "action");
  const data = inputOf(draft, reaction, told);
  if (!data.ok) return failStep(draft, place, { kind: "terminal", error: data.error });
  completeStep(draft, place, data.value);
  const n = firedAt(draft.saga, draft.state, place, "action")?.event ?? 0;
  const id = `${draft.state.id}:${reaction.id}:${n}`;
  hear(draft, { id, source: draft.saga.type, type, data: data.value }, reaction.id);
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
    if (firedAt(draft.saga, draft.state, { index, item: null }, "compensation") === null) continue;
    if (draft.step(index).leftOut !== null) continue;
    for (const place of draft.places(index)) if (isDue(draft, place)) undo(draft, place);
  }
}

function isDue(draft: Draft, place: Place): boolean {
  const w = draft.work(place);
  if (draft.state.paused && choreographyOf(draft.saga).mode === "drive") return false;
  return w.status !== "executing" && isUndoOwed(draft.spec(place.index), w) && !isUndoBegun(w);
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
  if (unwinding) giveUpWaiting(draft);
  undoFired(draft);
  if (anyPlace(draft, (w) => w.status === "executing" || (isUndoBegun(w) && !isUndoSettled(w)))) return;
  if (!unwinding) return endRun(draft, { type: "RunCompleted" });
  for (const [index, s] of draft.state.steps.entries())
    if (draft.places(index).some((place) => isLeft(draft, place))) tellMissing(draft, s.id);
  endRun(draft, { type: "RunFailed", ...endOf(draft) });
}

/** At a failed end nobody waits for an event that has no time, or whose time is over: its effect is unknown. */
function giveUpWaiting(draft: Draft): void {
  for (let index = 0; index < draft.state.steps.length; index++)
    for (const place of draft.places(index)) {
      const { status, action } = draft.work(place);
      const isTimeless = action.open === null ? action.retryAt === null : action.open.timeoutAt === null;
      const error = { code: "missing_event", message: "The run came to its end before the expected event" };
      if (status === "executing" && isTimeless) failStep(draft, place, { kind: "unknown", error });
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

/** Nothing is under way, no end was heard, and no event is left that could come from outside: a person is asked. */
function tellStandstill(draft: Draft): void {
  const { state } = draft;
  if (isOver(draft) || state.paused || state.attention.length > 0) return;
  if (anyPlace(draft, (w) => w.status === "executing" || (isUndoBegun(w) && !isUndoSettled(w)))) return;
  if (!awaitsOthers(draft)) draft.record({ type: "AttentionRaised", reason: "missing_event", step: null });
}

function awaitsOthers({ saga, state }: Draft): boolean {
  const { reactions, starts } = choreographyOf(saga);
  const said = new Set([starts, ...reactions.flatMap((r) => [...r.expect, ...(r.emit === null ? [] : [r.emit])])]);
  const { fired } = heardBy(state);
  return reactions.some(
    (r) => (r.repeat || !fired.some((f) => f.reaction === r.id)) && r.on.some((type) => !said.has(type)),
  );
}

function anyPlace(draft: Draft, is: (w: WorkState, half: Half) => boolean): boolean {
  return draft.state.steps.some((_, index) => draft.places(index).some((place) => is(draft.work(place), "action")));
}
