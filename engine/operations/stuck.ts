/** Which step an operation means, and how it is refused. */
import type { Draft } from "../draft";
import type { Refusal } from "../run/command";
import type { Operation } from "../run/event";
import type { StepState } from "../run/state";

export type Stuck = { readonly index: number; readonly s: StepState } | { readonly refusal: Refusal };

/** The step an operation names, or the only one that `fits` when it names none. */
export function namedStep(draft: Draft, operation: Operation, fits: (s: StepState) => boolean): number | Refusal {
  if (operation.step !== undefined) {
    return draft.saga.indexOf.get(operation.step) ?? refuse("unknown_step", `This saga has no step ${operation.step}`);
  }
  const fitting = draft.state.steps.flatMap((s, i) => (fits(s) ? [i] : []));
  if (fitting.length === 1) return fitting[0] as number;
  return refuse(
    "step_required",
    fitting.length === 0 ? "No step of this run needs that" : "Several steps are stuck; name one",
  );
}

export function refuse(code: string, detail: string): Refusal {
  return { code, detail };
}
