/** Which step, or item, an operation means, and how it is refused. */
import type { Draft, Place } from "../draft";
import type { Refusal } from "../run/command";
import type { Operation } from "../run/event";
import type { StepState, WorkState } from "../run/state";

/** What an operation is about: one place, or several items of one forEach. */
export type Stuck = { readonly index: number; readonly places: readonly Place[] } | { readonly refusal: Refusal };

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

/** The item that an operation names, if it `fits`, or every item that `fits`; the step itself where it has no items. */
export function namedPlaces(
  draft: Draft,
  index: number,
  { item }: Operation,
  fits: (w: WorkState) => boolean,
): readonly Place[] | Refusal {
  const { id, items } = draft.step(index);
  if (item === undefined) return items ? draft.places(index).filter((p) => fits(draft.work(p))) : draft.places(index);
  const work = items?.[item];
  if (work && fits(work)) return [{ index, item }];
  if (work) return refuse("step_state", `Item ${item} of ${id} is ${work.status}; this is for one that is stuck`);
  return refuse("unknown_item", items ? `${id} has no item ${item}` : `${id} has no items`);
}

export function refuse(code: string, detail: string): Refusal {
  return { code, detail };
}
