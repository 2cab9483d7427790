/** The questions that the rules of engine.md ask of a step or a run, each answered in one place. */
import type { Saga, SagaStep } from "./definition/saga";
import type { Place } from "./draft";
import { limits } from "./limits";
import { isInDoubt, isInFlight, type RunState, type StepState, unitsOf, type WorkState } from "./run/state";

/** Nothing more will come of the step going forward (F1): it is done, skipped, or its failure was passed over. */
export function isSettled(s: StepState): boolean {
  return s.passed;
}

/** The log has as many decisions as one may have: the run goes no further forward. */
export function isLogFull({ seq }: RunState): boolean {
  return seq >= limits.decisions;
}

const pivots = new WeakMap<Saga, readonly number[]>();

/** The indexes of a saga's pivots; most have none, and every decision asks. */
export function pivotsOf(saga: Saga): readonly number[] {
  const known = pivots.get(saga) ?? saga.steps.flatMap((spec, i) => (spec.class === "pivot" ? [i] : []));
  pivots.set(saga, known);
  return known;
}

const beforePivots = new WeakMap<Saga, Map<number, readonly number[]>>();

/**
 * The steps that must have settled before a pivot starts: all that are not downstream of it (U5). Of two pivots that
 * neither come after each other nor exclude each other, the first in the saga's order does not wait for the second.
 */
export function stepsBeforePivot(saga: Saga, pivot: number): readonly number[] {
  const known = beforePivots.get(saga) ?? new Map<number, readonly number[]>();
  beforePivots.set(saga, known);
  const steps = known.get(pivot) ?? foundBeforePivot(saga, pivot);
  known.set(pivot, steps);
  return steps;
}

function foundBeforePivot(saga: Saga, pivot: number): readonly number[] {
  const isAfter = (index: number, other: number) => index === other || saga.downstream[other]?.has(index) === true;
  const isSecond = (other: number) => saga.order.indexOf(other) > saga.order.indexOf(pivot);
  const seconds = pivotsOf(saga).filter((other) => isSecond(other) && !isAfter(other, pivot));
  return saga.order.filter((index) => !isAfter(index, pivot) && !seconds.some((other) => isAfter(index, other)));
}

/** A pivot that completed: there is no going back (U5). */
export function isPastPivot(saga: Saga, state: RunState): boolean {
  return pivotsOf(saga).some((i) => state.steps[i]?.effect === "happened");
}

/** The pivot that the run came to last: the one under way, else the one that settled last, if any has. */
export function lastPivot(saga: Saga, state: RunState): StepState | null {
  const place = (s: StepState) => (s.status === "executing" ? Number.POSITIVE_INFINITY : (s.settledOrder ?? 0));
  const all = pivotsOf(saga).map((i) => state.steps[i] as StepState);
  return all.reduce<StepState | null>((last, s) => (place(s) > (last ? place(last) : 0) ? s : last), null);
}

/** A pivot in flight, or one of which nobody knows whether it happened: a stop waits for it (U5). */
export function isPivotUndecided(saga: Saga, state: RunState): boolean {
  return pivotsOf(saga).some((i) => {
    const s = state.steps[i];
    if (s?.status === "executing") return isInFlight(s) || isInDoubt(s.action);
    return s?.handling === "hold" && s.effect === "unknown";
  });
}

/** Does the run owe this step, or item, its undo, done or not (U2)? */
export function isUndoOwed(spec: SagaStep, w: WorkState): boolean {
  if (isUndoBegun(w)) return true;
  if (spec.undoneBy === null || spec.class === "readonly" || spec.class === "irreversible") return false;
  if (w.effect === "happened") return true;
  if (w.effect === "unknown") return spec.compensateSelf !== "never";
  // A child run that is known to have failed has undone what it did (U8).
  if (spec.undoneBy === "child") return false;
  return w.status === "failed" && w.action.attempt > 0 && spec.compensateSelf === "always";
}

export function isUndoBegun({ status }: Pick<WorkState, "status">): boolean {
  return status === "compensating" || status === "compensated" || status === "compensation_failed";
}

/** The undo no longer keeps anything waiting: it is done, or its failure is passed over (U3). */
export function isUndoSettled(w: WorkState): boolean {
  return w.status === "compensated" || (w.status === "compensation_failed" && w.handling === "continue");
}

/** The step left an effect for which no undo is owed (F2, residue). */
export function isResidue(spec: SagaStep, s: StepState): boolean {
  if (spec.class === "readonly") return false;
  return unitsOf(s).some((w) => w.effect !== "none" && !isUndoOwed(spec, w));
}

/**
 * What stays when the unwind stops at a step (U10): that step and whatever had to come before it. In sequence order:
 * what had settled before it, items singly.
 */
export function stays(saga: Saga, state: RunState, { index, item }: Place): boolean {
  const target = saga.indexOf.get(state.unwind?.downTo ?? "");
  if (target === undefined) return false;
  if (index === target || saga.undoOrder === "graph") return index === target || isUpstream(saga, index, target);
  const last = state.steps[target]?.settledOrder;
  const s = state.steps[index];
  const own = (item === null ? s : s?.items?.[item])?.settledOrder;
  return last != null && own != null && own < last;
}

function isUpstream(saga: Saga, index: number, target: number): boolean {
  return saga.downstream[index]?.has(target) ?? false;
}
