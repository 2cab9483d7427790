/** A choreography held against engine.md section 8: what was heard and fired, when it was undone, and how it ended. */
import type { Saga } from "../definition/saga";
import { isEnded, type RunState, type StepState } from "../run/state";
import { isUnbegun } from "../wake";
import { type Case, isOwed, isUndoBegun, isUndoUnderWay, nameOf, type Of, type Tell, unitsAt, workIn } from "./case";

/** C1: an event is heard once. */
export function hearsEventOnce({ state, t, tell }: Case<Of<"EventHeard">>): void {
  const { id, source } = t.event;
  if (state.choreography?.heard.some((h) => h.id === id && h.source === source))
    tell(6, `Event ${id} of ${source} was heard twice`);
}

/** C1: a reaction fires once, or once on each event; after an end only those that undo (C2). */
export function firesOnce({ saga, state, t, tell }: Case<Of<"ReactionFired">>): void {
  const before = state.choreography?.fired.filter((f) => f.reaction === t.reaction) ?? [];
  const reaction = saga.choreography?.reactions.find((r) => r.id === t.reaction);
  // A person may have undone again what came too late.
  if (t.half === "compensation") return;
  if (!reaction?.repeat && before.length > 0) tell(6, `${t.reaction} fired twice`);
  if (before.some((f) => f.event === t.event)) tell(6, `${t.reaction} fired twice on one event`);
  if (isOver(state)) tell(2, `${t.reaction} fired after the end`);
}

/**
 * 2, U9: nothing is begun that was not set off before an end was heard, nor sent while the run is paused or unwinds.
 */
export function sendsInTime({ saga, state, t, tell }: Case<Of<"StepStarted">>): void {
  const { fired, end } = state.choreography ?? { fired: [], end: null };
  const own = fired.find((f) => f.step === t.step && f.half === "action" && f.item === (t.item ?? null));
  const isTooLate =
    state.unwind !== null || state.endedAt !== null || (end !== null && (own?.event ?? end.number) >= end.number);
  if (isTooLate) tell(2, `${nameOf(t)} was sent after the end`);
  if (state.paused && saga.choreography?.mode === "drive") tell(null, `${nameOf(t)} was sent while the run was paused`);
}

/** 3, 4: an undo begins when its action has settled, and only where something may be to undo. */
export function undoesWhatIsOwed({ saga, state, t, tell }: Case<Of<"CompensationStarted">>): void {
  const w = workIn(saga, state, t);
  const name = nameOf(t);
  if (state.paused && saga.choreography?.mode === "drive")
    tell(null, `The undo of ${name} was sent while the run was paused`);
  if (isUndoBegun(w)) return;
  if (w.status === "executing") tell(3, `The undo of ${name} started while it was in flight`);
  const index = saga.indexOf.get(t.step) ?? -1;
  if (!isOwed(saga, { index, item: t.item ?? null, w })) tell(4, `${name} is undone though no undo is owed`);
  const isAskedFor = state.choreography?.fired.some((f) => f.step === t.step && f.half === "compensation");
  if (!isAskedFor) tell(3, `The undo of ${name} started though nothing set it off`);
}

/** C2: a run completes when a good end was heard, with nothing under way. */
export function endsWell({ state, tell }: Case<Of<"RunCompleted">>): void {
  if (state.choreography?.end?.as !== "completed") tell(4, "The run completed though no such end was heard");
  if (state.unwind !== null) tell(4, "The run completed in the middle of its unwind");
  nothingUnderWay(state, tell);
}

/** C2: and it fails when everything that undoes has settled. */
export function endsFailed({ state, tell }: Case<Of<"RunFailed">>): void {
  nothingUnderWay(state, tell);
}

function nothingUnderWay(state: RunState, tell: Tell): void {
  state.steps.forEach((s, index) => {
    for (const { w } of unitsAt(state, index)) {
      if (w.status === "executing") tell(4, `The run ended while ${s.id} was under way`);
      if (isUndoUnderWay(w)) tell(4, `The run ended while the undo of ${s.id} was under way`);
    }
  });
}

function isOver({ choreography, unwind, endedAt }: RunState): boolean {
  return choreography?.end != null || unwind !== null || endedAt !== null;
}

/** 7: why nobody will ever go on with the run, or null. */
export function whyUnheard(saga: Saga, state: RunState): string | null {
  if (isEnded(state) || state.paused || state.attention.length > 0 || isUnbegun(state)) return null;
  const stuck = state.steps.find((s) => isIdle(s));
  if (stuck) return `${stuck.id} is ${stuck.status}, and nothing is awaited of it`;
  if (state.steps.some((s) => s.status === "executing" || s.status === "compensating")) return null;
  const { reactions = [] } = saga.choreography ?? {};
  const said = new Set(reactions.flatMap((r) => [...r.expect, ...(r.emit === null ? [] : [r.emit])]));
  const hasFired = (id: string) => state.choreography?.fired.some((f) => f.reaction === id) === true;
  const isOpen = reactions
    .filter((r) => r.repeat || !hasFired(r.id))
    .some((r) => r.on.some((type) => !said.has(type) && type !== saga.choreography?.starts));
  return isOpen ? null : `The run is ${state.state}, and no event is awaited and nobody is asked`;
}

function isIdle(s: StepState): boolean {
  return (s.items ?? [s]).some(({ status, action, undo }) => {
    if (status === "executing") return action.open === null && action.retryAt === null;
    return status === "compensating" && undo.open === null && undo.retryAt === null;
  });
}
