import type { Saga } from "@/engine/definition/saga";
import { isUndoBegun, isUndoOwed, stays } from "@/engine/rules";
import { isEnded, type RunState, type StepState, unitsOf } from "@/engine/run/state";

/**
 * The steps at which an unwind could stop (U10), in the definition's order: those that were reached, of which nothing
 * is undone yet, and that keep something standing while something else is undone. An unwind that stopped already may
 * only go further back.
 */
export function stopChoices(saga: Saga, state: RunState): readonly string[] {
  const stopped = state.unwind?.downTo ?? null;
  return state.steps.flatMap((step, index) => {
    if (!wasReached(step) || step.id === stopped || unitsOf(step).some(isUndoBegun)) return [];
    if (stopped !== null && !stays(saga, state, { index, item: null })) return [];
    const then = stoppingAt(state, step.id);
    const owed = state.steps.flatMap((s, i) => (isStillOwed(saga, s, i) ? [i] : []));
    const kept = owed.filter((i) => stays(saga, then, { index: i, item: null })).length;
    return kept > 0 && kept < owed.length ? [step.id] : [];
  });
}

const wasReached = ({ status, settledOrder }: StepState) => settledOrder !== null && status !== "pending";

function isStillOwed(saga: Saga, step: StepState, index: number): boolean {
  const spec = saga.steps[index];
  return spec !== undefined && unitsOf(step).some((w) => isUndoOwed(spec, w) && w.status !== "compensated");
}

/** The run as it would be, for the one question which steps then stay. */
function stoppingAt(state: RunState, downTo: string): RunState {
  const unwind = state.unwind ?? {
    phase: "running" as const,
    cause: "operator" as const,
    since: state.updatedAt,
    afterEnd: isEnded(state),
    downTo: null,
  };
  return { ...state, unwind: { ...unwind, downTo } };
}
