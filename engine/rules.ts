/** The questions that the rules of engine.md ask of a step or a run, each answered in one place. */
import type { Saga, SagaStep } from "./definition/saga";
import { isInDoubt, isInFlight, type RunState, type StepState, unitsOf, type WorkState } from "./run/state";

/** Nothing more will come of the step going forward (F1): it is done, skipped, or its failure was passed over. */
export function isSettled(s: StepState): boolean {
  return s.passed;
}

const pivots = new WeakMap<Saga, readonly number[]>();

/** The indexes of a saga's pivots; most have none, and every decision asks. */
export function pivotsOf(saga: Saga): readonly number[] {
  const known = pivots.get(saga) ?? saga.steps.flatMap((spec, i) => (spec.class === "pivot" ? [i] : []));
  pivots.set(saga, known);
  return known;
}

/** A pivot that completed: there is no going back (U5). */
export function isPastPivot(saga: Saga, state: RunState): boolean {
  return pivotsOf(saga).some((i) => state.steps[i]?.effect === "happened");
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

export function isUndoBegun(w: WorkState): boolean {
  return w.status === "compensating" || w.status === "compensated" || w.status === "compensation_failed";
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
 * Steps that stay when the unwind stops at one (U10): that step and whatever had to come before it. In sequence order:
 * what had settled before it.
 */
export function stays(saga: Saga, state: RunState, index: number): boolean {
  const target = saga.indexOf.get(state.unwind?.downTo ?? "");
  if (target === undefined) return false;
  if (index === target || saga.undoOrder === "graph") return index === target || isUpstream(saga, index, target);
  const last = state.steps[target]?.settledOrder;
  const own = state.steps[index]?.settledOrder;
  return last != null && own != null && own < last;
}

function isUpstream(saga: Saga, index: number, target: number): boolean {
  return saga.downstream[index]?.has(target) ?? false;
}
