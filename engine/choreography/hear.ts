/**
 * Hearing an event: what it settles, what it sets off, and whether anything made it likely to come (engine.md section 8,
 * C1). What it sets off is begun by `advance`, so that a pause, an end or a restart in between loses nothing.
 */
import { contextOf } from "../context";
import type { Reaction } from "../definition/saga";
import type { Draft, Place } from "../draft";
import { evaluate } from "../expression/expression";
import { failStep } from "../forward";
import { limits } from "../limits";
import { knownNotHappened, receiveReply } from "../replies";
import { isUndoOwed } from "../rules";
import type { ToldEvent } from "../run/event";
import { type Half, isEnded, type StepError } from "../run/state";
import { clearAttention, undoCompleted, undoFailed } from "../undo";
import { beginUnwind } from "../unwind";
import { namesOfEvent } from "./context";
import { choreographyOf, eventNumber, heardBy, reactionAt } from "./reactions";

/** `by`: the reaction of this very run that says it. Heard again, an event is no news. */
export function hear(draft: Draft, event: ToldEvent, by?: string): void {
  const { heard } = heardBy(draft.state);
  if (heard.some((h) => h.id === event.id && h.source === event.source)) return;
  if (heard.length >= limits.eventsHeard) return tooMany(draft);
  const settled = settledBy(draft, event.type);
  const firing = firingOn(draft, event);
  const unexpected = by === undefined && !settled.some((s) => s.awaited) && !isLikely(draft, event.type, firing);
  draft.record({ type: "EventHeard", event, unexpected, ...(by === undefined ? {} : { by }) });
  clearStandstill(draft);
  for (const { place, half } of settled) settle(draft, place, half, event);
  for (const reaction of firing) fire(draft, reaction, heard.length);
  explainSaid(draft, event.type);
  hearEnd(draft, event);
  if (unexpected) raiseOnce(draft, { reason: "unexpected_event", step: null, event: event.type });
}

/** It goes on. */
function clearStandstill(draft: Draft): void {
  if (draft.state.attention.some((a) => a.reason === "missing_event" && a.step === null))
    draft.record({ type: "AttentionCleared", reason: "missing_event", step: null });
}

function tooMany(draft: Draft): void {
  raiseOnce(draft, { reason: "log_full", step: null });
}

type Concern = {
  readonly reason: "unexpected_event" | "log_full" | "missing_compensation";
  readonly step: string | null;
};

export function raiseOnce(draft: Draft, concern: Concern & { readonly event?: string }): void {
  const isRaised = draft.state.attention.some(
    (a) => a.reason === concern.reason && a.step === concern.step && a.event === concern.event,
  );
  if (!isRaised) draft.record({ type: "AttentionRaised", ...concern });
}

// ------------------------------------------------------------------ settling

/** `awaited`: false where it had failed for certain, and now is said to have happened after all. */
type Settled = { readonly place: Place; readonly half: Half; readonly awaited: boolean };

/** The places that wait for an event of this type: of a reaction that repeats, the one that has waited longest. */
function settledBy(draft: Draft, type: string): readonly Settled[] {
  return choreographyOf(draft.saga).reactions.flatMap((reaction): readonly Settled[] => {
    if (!reaction.expect.includes(type)) return [];
    const places = draft.places(reaction.step);
    const { half } = reaction;
    const place = places.find((p) => isAwaiting(draft, p, reaction));
    if (place) return [{ place, half, awaited: true }];
    const denied = reaction.fails.includes(type) ? undefined : places.find((p) => isDenied(draft, p, half));
    return denied ? [{ place: denied, half, awaited: false }] : [];
  });
}

function isAwaiting(draft: Draft, place: Place, reaction: Reaction): boolean {
  const w = draft.work(place);
  // Of several that undo the same, the one that fired waits.
  if (reaction.half === "compensation")
    return reactionAt(draft.saga, draft.state, place, "compensation") === reaction && w.status !== "compensated"
      ? w.status !== "executing" && isUndoOwed(draft.spec(place.index), w)
      : false;
  if (w.status === "executing") return w.action.attempt > 0;
  return w.effect === "unknown" || (w.status === "failed" && w.handling === "hold");
}

function isDenied(draft: Draft, place: Place, half: Half): boolean {
  const { status, effect, action } = draft.work(place);
  return half === "action" && status === "failed" && effect === "none" && action.attempt > 0;
}

function settle(draft: Draft, place: Place, half: Half, event: ToldEvent): void {
  if (half === "compensation") return undone(draft, place, event);
  const reaction = reactionAt(draft.saga, draft.state, place, half);
  if (reaction?.fails.includes(event.type)) return didNotHappen(draft, place, event);
  const named = draft.named(place);
  clearMissing(draft, place);
  receiveReply(draft, {
    type: "ReplyReceived",
    at: draft.at,
    ...named,
    half,
    outcome: { kind: "success", result: event.data },
  });
}

/** A late success that is owed an undo is told as such by the reply; a missing event is missing no longer. */
function clearMissing(draft: Draft, place: Place): void {
  const { id } = draft.spec(place.index);
  const missing = draft.state.attention.filter((a) => a.reason === "missing_event" && a.step === id);
  for (const { since: _, ...concern } of missing) draft.record({ type: "AttentionCleared", ...concern });
}

/** It is no failure of the run that a service says no: what comes of that, the reactions to the event say. */
function didNotHappen(draft: Draft, place: Place, event: ToldEvent): void {
  const w = draft.work(place);
  if (w.status !== "executing" && w.effect === "unknown") knownNotHappened(draft, place);
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

/** What is still to be undone, or was after all, is so in an ended run as well (C2, U6). */
export function reopen(draft: Draft): void {
  if (isEnded(draft.state)) draft.record({ type: "UnwindStarted", cause: draft.state.cause ?? "operator" });
}

// -------------------------------------------------------------------- firing

/** The reactions to an event that fire on it, in the order of the definition (C1). */
function firingOn(draft: Draft, event: ToldEvent): readonly Reaction[] {
  const { fired } = heardBy(draft.state);
  return choreographyOf(draft.saga).reactions.filter((reaction) => {
    if (!reaction.on.includes(event.type)) return false;
    if (!reaction.repeat && fired.some((f) => f.reaction === reaction.id)) return false;
    return reaction.half === "compensation" ? isAnythingToUndo(draft, reaction) : !isOver(draft);
  });
}

/** After an end was heard, and once something is undone on purpose, only reactions that undo fire (C2). */
export function isOver({ state }: Draft): boolean {
  return isEnded(state) || heardBy(state).end !== null || state.unwind !== null;
}

/** What was never done needs no undo, nor what was undone already. */
function isAnythingToUndo(draft: Draft, { step }: Reaction): boolean {
  return draft.places(step).some((place) => {
    const w = draft.work(place);
    return w.status === "executing" || (isUndoOwed(draft.spec(step), w) && w.status !== "compensated");
  });
}

function fire(draft: Draft, reaction: Reaction, event: number): void {
  const { id } = draft.spec(reaction.step);
  const items = draft.step(reaction.step).items?.length ?? 0;
  const item = reaction.repeat && reaction.half === "action" ? { item: items } : {};
  const place: Place = { index: reaction.step, item: reaction.repeat && reaction.half === "action" ? items : null };
  const { condition, error } = conditionOf(draft, reaction, event);
  if (!condition && !error) return;
  draft.record({ type: "ReactionFired", reaction: reaction.id, event, step: id, half: reaction.half, ...item });
  if (error) cannotTell(draft, place, reaction, error);
}

/** A condition that cannot be evaluated is a failure that a person must look at, never a crash (F1). */
function cannotTell(draft: Draft, place: Place, { half, step }: Reaction, error: StepError): void {
  const outcome = { kind: "terminal", error } as const;
  if (half === "action") return failStep(draft, place, outcome);
  for (const owed of draft.places(step)) if (draft.work(owed).status !== "executing") undoFailed(draft, owed, outcome);
}

function conditionOf(
  draft: Draft,
  { when, half }: Reaction,
  n: number,
): { readonly condition: boolean; readonly error: StepError | null } {
  if (when === null) return { condition: true, error: null };
  const context = {
    ...contextOf(draft.saga, draft.state),
    ...namesOfEvent(draft.state, eventNumber(draft.state, n)),
  };
  const found = evaluate(when, context);
  if (!found.ok) return { condition: false, error: { code: "expression", message: found.problem.message } };
  if (typeof found.value === "boolean") return { condition: found.value, error: null };
  const message = `The condition of this ${half === "action" ? "reaction" : "undo"} gave no true or false`;
  return { condition: false, error: { code: "expression", message } };
}

// ----------------------------------------------------------------------- end

function hearEnd(draft: Draft, event: ToldEvent): void {
  const { completed, failed } = choreographyOf(draft.saga);
  if (isOver(draft) || (!completed.has(event.type) && !failed.has(event.type))) return;
  const as = failed.has(event.type) ? "failed" : "completed";
  draft.record({ type: "EndHeard", as, event: event.type });
  if (as === "failed") beginUnwind(draft, "step_failed", { step: stepBehind(draft, event), error: errorOf(event) });
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
  const { starts, reactions, completed, failed } = choreographyOf(draft.saga);
  const isFirst = !heardBy(draft.state).heard.some((h) => h.type === type);
  if (isFirst && isBelated(draft, type)) return true;
  if (isEnded(draft.state)) return firing.length > 0;
  if (type === starts) return isFirst;
  if (reactions.some((r) => r.expect.includes(type) || (r.emit === type && r.half === "action"))) return false;
  return firing.length > 0 || ((completed.has(type) || failed.has(type)) && !isOver(draft));
}

/** Services that act by themselves go on a while after an end: what comes of a reaction that it kept from firing here. */
function isBelated(draft: Draft, type: string): boolean {
  const { mode, reactions } = choreographyOf(draft.saga);
  if (mode !== "observe" || !isOver(draft)) return false;
  const { heard, fired } = heardBy(draft.state);
  return reactions.some(
    (r) =>
      r.half === "action" &&
      r.expect.includes(type) &&
      !fired.some((f) => f.reaction === r.id) &&
      heard.some((h) => r.on.includes(h.type)),
  );
}

/** What came too early is accounted for by the reaction that it belongs to, once that has fired. */
export function explain(draft: Draft, place: Place, half: Half): void {
  const reaction = reactionAt(draft.saga, draft.state, place, half);
  const early = reaction && accountFor(draft, reaction);
  if (early) settle(draft, place, half, early);
}

/** A reaction that an end keeps from firing still accounts for what was said too early, such as that very end. */
function explainSaid(draft: Draft, type: string): void {
  const { mode, reactions } = choreographyOf(draft.saga);
  if (mode !== "observe" || !isOver(draft)) return;
  for (const r of reactions) if (r.half === "action" && r.on.includes(type)) accountFor(draft, r);
}

/** The unexpected event that a reaction brings about, which is unexpected no longer. */
function accountFor(draft: Draft, { expect }: Reaction): ToldEvent | null {
  const n = heardBy(draft.state).heard.findIndex((h) => h.unexpected && expect.includes(h.type));
  const early = eventNumber(draft.state, n);
  if (early === null) return null;
  draft.record({ type: "EventExplained", event: n });
  if (!heardBy(draft.state).heard.some((h) => h.unexpected && h.type === early.type))
    for (const { since: _, ...concern } of draft.state.attention.filter((a) => a.event === early.type))
      draft.record({ type: "AttentionCleared", ...concern });
  return early;
}
