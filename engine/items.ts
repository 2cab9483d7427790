/** What the items of a forEach come to together (engine.md F7). */
import type { Json } from "./json";
import type { StepError, StepState } from "./run/state";
import type { Transition } from "./run/transition";

/** Null while an item is under way; `unfinished` when all are at rest and some were never begun. */
export type ItemsEnd = "completed" | "unfinished" | { readonly error: StepError } | null;

export function itemsEnd(s: StepState): ItemsEnd {
  if (s.items === null || s.items.some((i) => i.status === "executing")) return null;
  const failed = s.items.findIndex((i) => i.status === "failed");
  const error = s.items[failed]?.action.error;
  if (error) return { error: { ...error, message: `Item ${failed}: ${error.message}` } };
  return s.items.some((i) => i.status === "pending") ? "unfinished" : "completed";
}

export function resultsOf(s: StepState): readonly Json[] {
  return (s.items ?? []).map((i) => i.result);
}

/** The failure of the step that follows from its items'. */
export function itemsFailed(s: StepState, { error }: { readonly error: StepError }) {
  const effect = s.effect === "unknown" ? "unknown" : "none";
  return {
    type: "StepFailed",
    step: s.id,
    attempt: s.action.attempt,
    error,
    effect,
    unsettled: false,
  } as const satisfies Omit<Extract<Transition, { type: "StepFailed" }>, "handling">;
}
