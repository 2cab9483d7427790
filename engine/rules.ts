/** The questions that the rules of engine.md ask of a step or a run, each answered in one place. */
import type { Saga, SagaStep } from "./definition/saga";
import { isInDoubt, type RunState, type StepState } from "./run/state";

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
    if (s?.status === "executing") return s.action.open !== null || isInDoubt(s.action);
    return s?.handling === "hold" && s.effect === "unknown";
  });
}

/** Does the run owe this step its undo, done or not (U2)? */
export function isUndoOwed(spec: SagaStep, s: StepState): boolean {
  if (isUndoBegun(s)) return true;
  if (spec.compensation === null || spec.class === "readonly" || spec.class === "irreversible") return false;
  if (s.effect === "happened") return true;
  if (s.effect === "unknown") return spec.compensateSelf !== "never";
  return s.status === "failed" && s.action.attempt > 0 && spec.compensateSelf === "always";
}

export function isUndoBegun(s: StepState): boolean {
  return s.status === "compensating" || s.status === "compensated" || s.status === "compensation_failed";
}

/** The undo no longer keeps anything waiting: it is done, or its failure is passed over (U3). */
export function isUndoSettled(s: StepState): boolean {
  return s.status === "compensated" || (s.status === "compensation_failed" && s.handling === "continue");
}

/** The step left an effect for which no undo is owed (F2, residue). */
export function isResidue(spec: SagaStep, s: StepState): boolean {
  return spec.class !== "readonly" && s.effect !== "none" && !isUndoOwed(spec, s);
}
