import type { Saga } from "@/engine/definition/saga";
import { isInDoubt, type RunState, type StepState } from "@/engine/run/state";

/** The steps, by id, whose effect is left as it is when a run is ended by hand. */
export type WhatStays = { readonly done: readonly string[]; readonly unknown: readonly string[] };

/** What ending the run now would leave: what stays done, and what nobody knows the outcome of (U10). */
export function whatStays(saga: Saga, state: RunState): WhatStays {
  const changing = state.steps.filter(
    (step, index) => saga.steps[index]?.class !== "readonly" && step.status !== "compensated",
  );
  return {
    done: changing.filter((step) => step.effect === "happened" && !isUnknown(step)).map(({ id }) => id),
    unknown: changing.filter(isUnknown).map(({ id }) => id),
  };
}

function isUnknown({ status, effect, action, undo }: StepState): boolean {
  if (status === "executing") return action.open !== null || isInDoubt(action);
  if (undo.open !== null || isInDoubt(undo)) return true;
  return effect === "unknown";
}
