/**
 * Hearing an event: what it settles, what it sets off, and whether anything made it likely to come (engine.md section 8,
 * C1). What it sets off is begun by `goOn`, so that a pause, an end or a restart in between loses nothing.
 */
import { contextOf } from "../context";
import type { Reaction } from "../definition/saga";
import type { Draft, Place } from "../draft";
import { evaluate } from "../expression/expression";
import { completeStep, failStep } from "../forward";
import { limits } from "../limits";
import { knownNotHappened, receiveReply } from "../replies";
import { isUndoBegun, isUndoOwed } from "../rules";
import type { ToldEvent } from "../run/event";
import { type Half, isEnded, type StepError } from "../run/state";
import { clearAttention, undoCompleted, undoFailed } from "../undo";
import { clearRaised, raiseOnce, reopen } from "./attention";
import { namesOfEvent } from "./context";
import { endRunFailed } from "./end";
import { choreographyOf, endsAs, firedAt, heardBy, isOver, reactionAt } from "./reactions";

export type Hearing = {
  /** The reaction of this very run that says it. */
  readonly by?: string;
  /** The one place that it answers for, where that is known. Null: none, it was settled by hand. */
  readonly answers?: Place | null;
};

/** Heard again, an event is no news. */
export function hear(draft: Draft, event: ToldEvent, hearing: Hearing = {}): void {
  const { by, answers } = hearing;
  const { heard } = heardBy(draft.state);
  if (heard.some((h) => h.id === event.id && h.source === event.source)) return;
  const settled = answers === null ? [] : settledBy(draft, event, answers);
  const firing = firingOn(draft, event.type);
  const isWaitedFor = settled.some((s) => s.awaited);
  if (heard.length >= limits.eventsHeard && !isWaitedFor && !firing.some((r) => r.half === "compensation"))
    return raiseOnce(draft, { reason: "log_full", step: null });
  const unexpected = by === undefined && !isWaitedFor && !isLikely(draft, event.type, firing);
  if (unexpected && isStranger(draft, event.type)) return;
  draft.record({ type: "EventHeard", event, unexpected, ...(by === undefined ? {} : { by }) });
  for (const { place, half } of settled) settle(draft, place, half, event);
  const fired = firing.filter((reaction) => fire(draft, reaction, heard.length));
  if (settled.length > 0 || fired.length > 0) clearRaised(draft, { reason: "missing_event", step: null });
  explainSaid(draft, event.type, fired);
  hearEnd(draft, event);
  if (unexpected) raiseOnce(draft, { reason: "unexpected_event", step: null, event: event.type });
}

/** Of what the definition does not know, one of a type is told: the run has no use for more of them. */
function isStranger(draft: Draft, type: string): boolean {
  return !choreographyOf(draft.saga).events.has(type) && draft.state.attention.some((a) => a.event === type);
}

// ------------------------------------------------------------------ settling

/** `awaited`: false where nothing waited for it, and yet it says what became of something. */
type Settled = { readonly place: Place; readonly half: Half; readonly awaited: boolean };

/** The places that an event settles: of a reaction that repeats, the one that has waited longest, or that is `answers`. */
function settledBy(draft: Draft, { type, source }: ToldEvent, answers?: Place): readonly Settled[] {
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

function settle(draft: Draft, place: Place, half: Half, event: ToldEvent): void {
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

export function errorOf({ type, source, data }: ToldEvent): StepError {
  return { code: type, message: `${source} said ${type}`, detail: data };
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

// -------------------------------------------------------------------- firing

/** The reactions to a type of event that fire on it, in the order of the definition (C1). */
function firingOn(draft: Draft, type: string): readonly Reaction[] {
  const { fired } = heardBy(draft.state);
  return choreographyOf(draft.saga).reactions.filter((reaction) => {
    if (!reaction.on.includes(type)) return false;
    if (!reaction.repeat && fired.some((f) => f.reaction === reaction.id)) return false;
    if (reaction.half === "compensation") return isAnythingToUndo(draft, reaction);
    // What ends the run sets off no more (C2).
    return !isOver(draft.state) && endsAs(draft.saga, type) === null;
  });
}

/** What was never set off needs no undo, nor what is being undone, or was. */
function isAnythingToUndo(draft: Draft, { step }: Reaction): boolean {
  return draft.places(step).some((place) => {
    if (firedAt(draft.saga, draft.state, place, "action") === null) return false;
    if (firedAt(draft.saga, draft.state, place, "compensation") !== null) return false;
    const w = draft.work(place);
    if (w.status === "executing" || w.status === "pending") return true;
    return isUndoOwed(draft.spec(step), w) && !isUndoBegun(w);
  });
}

/** Answers whether it did. */
function fire(draft: Draft, reaction: Reaction, event: number): boolean {
  const { id } = draft.spec(reaction.step);
  const isAnother = reaction.repeat && reaction.half === "action";
  const item = isAnother ? (draft.step(reaction.step).items?.length ?? 0) : null;
  const { holds, error } = conditionOf(draft, reaction, event);
  if (!holds && !error) return false;
  const undos = draft.places(reaction.step).filter((place) => isDueNow(draft, place));
  // An undo that cannot be told to be wanted is a matter for a person, where there is an effect; a failed end tells the rest.
  if (error && reaction.half === "compensation" && undos.length === 0) return false;
  if (reaction.half === "compensation") reopenIf(draft, error !== null);
  const place = { index: reaction.step, item };
  draft.record({
    type: "ReactionFired",
    reaction: reaction.id,
    event,
    step: id,
    half: reaction.half,
    ...(item === null ? {} : { item }),
  });
  if (error === null) return true;
  const outcome = { kind: "terminal", error } as const;
  if (reaction.half === "action") failStep(draft, place, outcome);
  else for (const undo of undos) undoFailed(draft, undo, outcome);
  return true;
}

function reopenIf(draft: Draft, isNeeded: boolean): void {
  if (isNeeded) reopen(draft);
}

function isDueNow(draft: Draft, place: Place): boolean {
  const w = draft.work(place);
  return w.status !== "executing" && isUndoOwed(draft.spec(place.index), w) && !isUndoBegun(w);
}

type Condition = { readonly holds: boolean; readonly error: StepError | null };

/** A condition that cannot be evaluated is a failure that a person must look at, never a crash (F1). */
function conditionOf(draft: Draft, { when, half }: Reaction, n: number): Condition {
  if (when === null) return { holds: true, error: null };
  const { heard, last } = heardBy(draft.state);
  const told = heard[n];
  const event = told ? { id: told.id, source: told.source, type: told.type, data: last[told.type] ?? null } : null;
  const found = evaluate(when, { ...contextOf(draft.saga, draft.state), ...namesOfEvent(draft.state, event) });
  if (!found.ok) return { holds: false, error: { code: "expression", message: found.problem.message } };
  if (typeof found.value === "boolean") return { holds: found.value, error: null };
  const message = `The condition of this ${half === "action" ? "reaction" : "undo"} gave no true or false`;
  return { holds: false, error: { code: "expression", message } };
}

// ----------------------------------------------------------------------- end

function hearEnd(draft: Draft, event: ToldEvent): void {
  const as = endsAs(draft.saga, event.type);
  if (as === null || isOver(draft.state)) return;
  const number = heardBy(draft.state).heard.length - 1;
  draft.record({ type: "EndHeard", as, event: event.type, number });
  if (as === "failed") endRunFailed(draft, { step: stepBehind(draft, event), error: errorOf(event) });
}

/** The step that a failed end is blamed on: the last that failed, else the one that says the end. */
function stepBehind(draft: Draft, { type }: ToldEvent): string {
  const failed = draft.state.steps.filter((s) => s.status === "failed");
  const last = failed.sort((a, b) => (b.settledOrder ?? 0) - (a.settledOrder ?? 0))[0];
  if (last) return last.id;
  const { reactions } = choreographyOf(draft.saga);
  const says = reactions.find((r) => r.half === "action" && (r.emit === type || r.expect.includes(type)));
  return says?.id ?? draft.saga.steps[0]?.id ?? "";
}

// ---------------------------------------------------------------- likelihood

/** Nothing waited for it: is it the first of those that come from outside, or said before anybody could expect it? */
function isLikely(draft: Draft, type: string, firing: readonly Reaction[]): boolean {
  const { starts, reactions } = choreographyOf(draft.saga);
  const isFirst = !heardBy(draft.state).heard.some((h) => h.type === type);
  if (isFirst && (isBelated(draft, type) || isSettledByHand(draft, type))) return true;
  if (isEnded(draft.state)) return firing.length > 0;
  if (type === starts) return isFirst;
  if (reactions.some((r) => r.expect.includes(type) || (r.emit === type && r.half === "action"))) return false;
  return firing.length > 0 || (endsAs(draft.saga, type) !== null && !isOver(draft.state));
}

/** Services that act by themselves go on a while after an end: what comes of a reaction that it kept from firing here. */
function isBelated(draft: Draft, type: string): boolean {
  const { mode, reactions } = choreographyOf(draft.saga);
  if (mode !== "observe" || !isOver(draft.state)) return false;
  const { heard, fired } = heardBy(draft.state);
  return reactions.some(
    (r) =>
      r.half === "action" &&
      r.expect.includes(type) &&
      !fired.some((f) => f.reaction === r.id) &&
      heard.some((h) => r.on.includes(h.type)),
  );
}

/** A reaction of which a person said what came of it, before any of its events did. */
function isSettledByHand(draft: Draft, type: string): boolean {
  const { heard, fired } = heardBy(draft.state);
  return choreographyOf(draft.saga).reactions.some(
    (r) =>
      r.half === "action" &&
      r.expect.includes(type) &&
      draft.step(r.step).status !== "executing" &&
      fired.some((f) => f.reaction === r.id) &&
      !heard.some((h) => r.expect.includes(h.type)),
  );
}

/** What came too early is accounted for by the reaction that it belongs to, once that waits for it. */
export function explain(draft: Draft, place: Place, half: Half): void {
  const reaction = reactionAt(draft.saga, draft.state, place, half);
  const early = reaction && accountFor(draft, reaction);
  if (early) settle(draft, place, half, early);
}

/** A reaction that does not fire, as it is over or undone already, still accounts for what was said too early. */
function explainSaid(draft: Draft, type: string, fired: readonly Reaction[]): void {
  const { mode, reactions } = choreographyOf(draft.saga);
  if (mode !== "observe") return;
  for (const r of reactions) if (r.on.includes(type) && !fired.includes(r)) accountFor(draft, r);
}

/** The unexpected event that a reaction brings about, which is unexpected no longer. */
function accountFor(draft: Draft, { expect }: Reaction): ToldEvent | null {
  const { heard, last } = heardBy(draft.state);
  const n = heard.findIndex((h) => h.unexpected && expect.includes(h.type));
  const early = heard[n];
  if (early === undefined) return null;
  const { id, source, type } = early;
  draft.record({ type: "EventExplained", event: n });
  if (!heardBy(draft.state).heard.some((h) => h.unexpected && h.type === type))
    clearRaised(draft, { reason: "unexpected_event", step: null, event: type });
  return { id, source, type, data: last[type] ?? null };
}
