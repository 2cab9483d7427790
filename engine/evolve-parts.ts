/** Parts of evolve: how a state begins, how one step or item of it changes, and what changes a run as a whole. */
import { silence } from "./choreography/silence";
import type { Saga } from "./definition/saga";
import { newHalf } from "./half";
import { personsWith } from "./persons";
import { isUndoBegun } from "./rules";
import type { LeftOut } from "./run/event";
import type { Effect, ItemState, RunState, StepState, WorkState } from "./run/state";
import { isEnded } from "./run/state";
import type { Concern, Named, Transition } from "./run/transition";

type Of<T extends Transition["type"]> = Extract<Transition, { type: T }>;
type Change = (w: WorkState) => Partial<StepState>;

/** Nothing was done yet. */
export const newWork: WorkState = {
  status: "pending",
  effect: "none",
  action: newHalf,
  undo: newHalf,
  probe: null,
  result: null,
  handling: null,
  settledOrder: null,
  undoOrder: null,
};

export function started(saga: Saga, t: Of<"RunStarted">, at: number): RunState {
  return {
    id: t.run,
    saga: t.saga,
    version: t.version,
    state: "started",
    cause: null,
    rollback: null,
    residue: [],
    attention: [],
    paused: false,
    unwind: null,
    data: t.data,
    businessKey: t.businessKey,
    exposure: t.exposure,
    parent: t.parent,
    restartOf: t.restartOf ?? null,
    startedBy: t.startedBy,
    persons: t.persons ?? [],
    signals: [],
    seq: 0,
    startedAt: at,
    updatedAt: at,
    endedAt: null,
    deadlineAt: t.deadlineAt,
    steps: saga.steps.map((s) => newStep(s.id)),
    settled: 0,
    undosBegun: 0,
    repliesIgnored: 0,
    error: null,
    choreography: saga.choreography && silence,
  };
}

const nothing: readonly string[] = [];

/** Written out in the order in which `withChange` writes it, so that all steps are of one shape to the machine. */
function newStep(id: string): StepState {
  return {
    id,
    status: "pending",
    effect: "none",
    action: newHalf,
    undo: newHalf,
    probe: null,
    result: null,
    handling: null,
    settledOrder: null,
    undoOrder: null,
    waiting: null,
    items: null,
    leftOut: null,
    child: null,
    childEnded: false,
    childResidue: nothing,
    settledIn: 0,
    takenIn: 0,
    passed: false,
  };
}

/** One step, or one item of it, changed; what its step sums up of its items follows. */
export function changed(saga: Saga, state: RunState, { step: id, item }: Named, change: Change): RunState {
  const index = saga.indexOf.get(id);
  if (index === undefined) throw new Error(`${saga.type} v${saga.version} has no step ${id}`);
  const before = state.steps[index] as StepState;
  const steps = state.steps.slice();
  const isUnwinding = state.unwind?.phase === "running";
  const isReaction = saga.choreography !== null;
  steps[index] =
    item === undefined ? withChange(before, change) : withItem(before, { item, isUnwinding, isReaction }, change);
  return { ...state, steps };
}

/**
 * A step that is no longer executing waits for nothing. Written out, because a spread of two objects costs ten times as
 * much, and this is what a decision mostly does.
 */
function withChange(before: StepState, change: Change): StepState {
  const c = change(before);
  const status = c.status ?? before.status;
  const waiting = c.waiting === undefined ? before.waiting : c.waiting;
  return {
    id: before.id,
    status,
    effect: c.effect ?? before.effect,
    action: c.action ?? before.action,
    undo: c.undo ?? before.undo,
    probe: c.probe === undefined ? before.probe : c.probe,
    result: c.result === undefined ? before.result : c.result,
    handling: c.handling === undefined ? before.handling : c.handling,
    settledOrder: c.settledOrder === undefined ? before.settledOrder : c.settledOrder,
    undoOrder: c.undoOrder === undefined ? before.undoOrder : c.undoOrder,
    waiting: status === "executing" ? waiting : null,
    items: c.items === undefined ? before.items : c.items,
    leftOut: c.leftOut === undefined ? before.leftOut : c.leftOut,
    child: c.child === undefined ? before.child : c.child,
    childEnded: c.childEnded ?? before.childEnded,
    childResidue: c.childResidue ?? before.childResidue,
    settledIn: before.settledIn,
    takenIn: before.takenIn,
    passed: before.passed,
  };
}

type Item = { readonly item: number; readonly isUnwinding: boolean; readonly isReaction: boolean };

function withItem(before: StepState, { item, isUnwinding, isReaction }: Item, change: Change): StepState {
  const old = before.items?.[item];
  if (!before.items || !old) throw new Error(`Step ${before.id} has no item ${item}`);
  const items = before.items.slice();
  const changedItem = { ...old, ...(change(old) as Partial<WorkState>) };
  items[item] = changedItem;
  const effect = effectOf(items);
  // What a person undid by hand while the run goes forward says nothing of the other items.
  const isUndone = isUndoBegun(changedItem) && (isUndoBegun(before) || (isUnwinding && before.status !== "executing"));
  if (isUndone) return { ...before, items, effect, ...undoSummary(before, items) };
  const sum = isReaction ? reactionSummary(items) : summary(before, items, changedItem);
  return { ...before, items, effect, ...sum };
}

/** A reaction that repeats is never done for good, so it is what its times so far are. */
function reactionSummary(items: readonly ItemState[]): Partial<StepState> {
  if (items.some((i) => i.status === "executing")) return { status: "executing", handling: null };
  const failed = items.filter((i) => i.status === "failed");
  if (failed.length === 0) return { status: "completed", handling: null };
  return { status: "failed", handling: failed.some((i) => i.handling === "hold") ? "hold" : "continue" };
}

/**
 * What a forEach step says of itself when an item has changed. It is under way again when a failed item was repaired;
 * that it is done, failed or undone are transitions of its own.
 */
function summary(before: StepState, items: readonly ItemState[], { status }: ItemState): Partial<StepState> {
  const held = before.status === "failed" && before.handling === "hold";
  const isUnderWay = status === "executing" || !items.some((i) => i.status === "failed");
  return held && isUnderWay ? { status: "executing", handling: null, settledOrder: null } : {};
}

function effectOf(items: readonly ItemState[]): Effect {
  if (items.some((i) => i.effect === "unknown")) return "unknown";
  return items.some((i) => i.effect === "happened") ? "happened" : "none";
}

/** An undo of many is under way while one of them is, and has failed when one waits for a person. */
function undoSummary({ undoOrder }: StepState, items: readonly ItemState[]): Partial<StepState> {
  const orders = items.flatMap((i) => i.undoOrder ?? []);
  const first = undoOrder ?? (orders.length > 0 ? Math.min(...orders) : null);
  const failed = items.filter((i) => i.status === "compensation_failed");
  if (failed.length === 0 || items.some((i) => i.status === "compensating"))
    return { status: "compensating", handling: null, undoOrder: first };
  const handling = failed.some((i) => i.handling === "hold") ? "hold" : "continue";
  return { status: "compensation_failed", handling, undoOrder: first };
}

/** As `changed`, and gives the step or item its place in the order of settling, once. */
export function settle(saga: Saga, state: RunState, named: Named, change: Change): RunState {
  let isFirst = false;
  const order = state.settled + 1;
  const next = changed(saga, state, named, (w) => {
    isFirst = w.settledOrder === null;
    return { ...change(w), settledOrder: w.settledOrder ?? order };
  });
  return isFirst ? { ...next, settled: order } : next;
}

/** A new generation of the list begins with items that were never tried. */
export function itemsListed(saga: Saga, state: RunState, t: Of<"ItemsListed">, at: number): RunState {
  return changed(saga, state, t, (w) => ({
    status: "executing",
    handling: null,
    settledOrder: null,
    action: { ...w.action, generation: t.generation, startedAt: w.action.startedAt ?? at, endedAt: null },
    items: t.items.map((value) => ({ ...newWork, value, action: { ...newHalf, generation: t.generation } })),
  }));
}

// ----------------------------------------------------------- the run as a whole

export function unwindStarted(state: RunState, t: Of<"UnwindStarted">, at: number): RunState {
  const error = t.error && t.step !== undefined ? { ...t.error, step: t.step } : state.error;
  const next: RunState = {
    ...state,
    state: "compensating",
    cause: t.cause,
    rollback: null,
    residue: [],
    endedAt: null,
    error,
    unwind: { phase: "running", cause: t.cause, since: at, afterEnd: isEnded(state), downTo: t.downTo ?? null },
    steps: isEnded(state) ? state.steps.map((s) => owedAnew(s, t.redo ?? [])) : state.steps,
  };
  return leaveOut(next, t.leaveOut);
}

/** Undos that a person leaves out of this unwind; one that was left out of an earlier one may be owed again. */
export function leaveOut(state: RunState, left: readonly LeftOut[] | undefined): RunState {
  if (!left || left.length === 0) return state;
  const steps = state.steps.map((s) => {
    const reason = left.find((l) => l.step === s.id)?.reason;
    return reason === undefined ? s : { ...passedOver(s), leftOut: reason, items: s.items?.map(passedOver) ?? null };
  });
  return { ...state, steps };
}

/** A failed undo that is left out keeps nothing waiting any more (U3). */
function passedOver<W extends WorkState>(w: W): W {
  return w.status === "compensation_failed" ? { ...w, handling: "continue" } : w;
}

/** In an ended run that is unwound again, a failed undo is either owed once more, or left as it is for good. */
function owedAnew(s: StepState, redo: readonly string[]): StepState {
  const anew = <W extends WorkState>(w: W): W => {
    if (w.status !== "compensation_failed") return w;
    if (!redo.includes(s.id)) return { ...w, handling: "continue" };
    return { ...w, status: w.effect === "happened" ? "completed" : "failed", handling: null };
  };
  return { ...anew(s), leftOut: null, items: s.items?.map(anew) ?? null };
}

/** The run goes forward again; what had failed in it is held until a person says otherwise (U7). */
export function runReopened(state: RunState): RunState {
  const steps = state.steps.map((s) => (s.status === "failed" && !s.passed ? { ...s, handling: "hold" as const } : s));
  return {
    ...state,
    state: "pending",
    cause: null,
    rollback: null,
    residue: [],
    unwind: null,
    error: null,
    endedAt: null,
    steps,
  };
}

/** A late effect makes an ended run's rollback incomplete (F5). */
export function attentionRaised(state: RunState, t: Of<"AttentionRaised">, at: number): RunState {
  const rollback = t.reason === "late_effect" && state.state === "failed" ? "incomplete" : state.rollback;
  const { type: _, ...concern } = t;
  return { ...state, rollback, attention: [...state.attention, { ...concern, since: at }] };
}

export function isAbout(a: Concern, b: Concern): boolean {
  return a.reason === b.reason && a.step === b.step && a.item === b.item && a.event === b.event;
}

/** A child's last word counts until it is asked to be undone; who is behind the child is behind what it answers. */
export function childReported(saga: Saga, state: RunState, t: Of<"ChildResidueReported">): RunState {
  const next = changed(saga, state, t, () => ({
    childResidue: t.residue,
    ...(t.ended === undefined ? {} : { childEnded: t.ended }),
  }));
  return t.persons === undefined ? next : { ...next, persons: personsWith(next.persons, t.persons) };
}

/** Somebody changed what the run works with (F14). Null: nobody knows who; undefined: it is nobody's doing. */
export function changedBy(state: RunState, person: string | null | undefined): RunState {
  if (person === undefined) return state;
  return { ...state, persons: personsWith(state.persons, person === null ? [] : [person]) };
}
