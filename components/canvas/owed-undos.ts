import { isUndoBegun } from "@/engine/rules";
import { type RunState, type StepState, unitsOf, type WorkState } from "@/engine/run/state";
import type { CanvasModel, CanvasStep } from "./canvas-model";

export type UndoProgress = { readonly done: number; readonly total: number };

/** Whether a step, or an item of one, is owed its undo as things stand (engine.md U2). */
export function isOwedUndo(step: CanvasStep, work: WorkState): boolean {
  if (isUndoBegun(work)) return true;
  if (step.undoneBy === null || step.class === "readonly" || step.class === "irreversible") return false;
  if (work.effect === "happened") return true;
  if (work.effect === "unknown") return step.compensateSelf !== "never";
  if (step.undoneBy === "child") return false;
  return work.status === "failed" && work.action.attempt > 0 && step.compensateSelf === "always";
}

/** How far the unwind is, items counted singly; null while there is none. What it leaves as it is does not count. */
export function undoProgress(model: CanvasModel, state: RunState | null): UndoProgress | null {
  if (!state || (state.unwind === null && state.undosBegun === 0)) return null;
  const stays = stayReader(model, state);
  const owed = state.steps.flatMap((step) => {
    const shown = model.stepOf.get(step.id);
    if (!shown) return [];
    const left = step.leftOut !== null || stays(step);
    return unitsOf(step).filter((work) => isOwedUndo(shown, work) && (!left || isUndoBegun(work)));
  });
  return { done: owed.filter((work) => work.status === "compensated").length, total: owed.length };
}

/** Which steps stay when the unwind stops at one (U10): that one, and what came before it. */
function stayReader(model: CanvasModel, state: RunState): (step: StepState) => boolean {
  const target = state.steps.find((step) => step.id === state.unwind?.downTo);
  if (!target) return () => false;
  if (model.undoOrder === "sequence")
    return (step) => step === target || (step.settledOrder ?? Infinity) < (target.settledOrder ?? 0);
  const upstream = new Set([target.id]);
  for (const id of upstream) for (const edge of model.incoming.get(id) ?? []) upstream.add(edge.source);
  return (step) => upstream.has(step.id);
}
