/** What a judgement of one transition sees, and the words of engine.md that every judgement uses: a second opinion. */
import type { Saga } from "../definition/saga";
import type { RunState, StepState, WorkState } from "../run/state";
import type { Named, Transition } from "../run/transition";

/** `rule`: the number of the invariant in section 7, or null where it numbers none. */
export type Tell = (rule: number | null, sentence: string) => void;

/** What earlier entries of the log said once and for all. */
export type Seen = {
  readonly events: Set<string>;
  readonly undone: Set<string>;
  readonly decided: Set<string>;
  readonly taken: Set<string>;
};

export type Case<T extends Transition = Transition> = {
  readonly saga: Saga;
  /** Before the transition. */
  readonly state: RunState;
  readonly t: T;
  readonly seen: Seen;
  readonly tell: Tell;
};

export type Of<T extends Transition["type"]> = Extract<Transition, { type: T }>;

export function indexOf(saga: Saga, id: string): number {
  const index = saga.indexOf.get(id);
  if (index === undefined) throw new Error(`There is no step ${id}`);
  return index;
}

export function stepIn(saga: Saga, state: RunState, id: string): StepState {
  return state.steps[indexOf(saga, id)] as StepState;
}

/** What a transition is about: the step, or its item. */
export function workIn(saga: Saga, state: RunState, { step, item }: Named): WorkState {
  const s = stepIn(saga, state, step);
  const w = item === undefined ? s : s.items?.[item];
  if (!w) throw new Error(`${step} has no item ${item}`);
  return w;
}

export function nameOf({ step, item }: Named): string {
  return item === undefined ? step : `item ${item} of ${step}`;
}

export type Unit = { readonly index: number; readonly item: number | null; readonly w: WorkState };

/** What is undone each for itself: every item of a forEach that was listed, every other step as a whole. */
export function unitsAt(state: RunState, index: number): readonly Unit[] {
  const s = state.steps[index] as StepState;
  return s.items ? s.items.map((w, item) => ({ index, item, w })) : [{ index, item: null, w: s }];
}

/** U2, in its own words. */
export function isOwed(saga: Saga, { index, w }: Unit): boolean {
  const spec = saga.steps[index];
  if (!spec || spec.class === "readonly" || spec.class === "irreversible") return false;
  const isChild = spec.kind === "saga";
  // An undo that is only watched is no command of ours.
  if (!isChild && spec.compensation === null && spec.undoneBy === null) return false;
  if (w.effect === "unknown") return spec.compensateSelf !== "never";
  if (w.effect === "happened") return true;
  return !isChild && w.status === "failed" && w.action.attempt > 0 && spec.compensateSelf === "always";
}

/** U10: what a person left out of this unwind, and what stays because it stops at a step. */
export function isSpared(saga: Saga, state: RunState, { index, w }: Unit): boolean {
  const s = state.steps[index] as StepState;
  if (s.leftOut !== null) return true;
  const downTo = state.unwind?.downTo ?? null;
  if (downTo === null) return false;
  const stop = indexOf(saga, downTo);
  if (index === stop) return true;
  if (saga.undoOrder === "graph") return saga.downstream[index]?.has(stop) === true;
  const [own, last] = [w.settledOrder, state.steps[stop]?.settledOrder ?? null];
  return own !== null && last !== null && own < last;
}

/** Between the beginning of an undo and whatever ends it, well or for good. */
export function isUndoUnderWay(w: WorkState): boolean {
  return w.status === "compensating" || (w.status === "compensation_failed" && w.handling === "hold");
}

export function isUndoBegun(w: WorkState): boolean {
  return w.status === "compensating" || w.status === "compensated" || w.status === "compensation_failed";
}
