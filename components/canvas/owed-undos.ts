import type { RunState, StepState } from "@/engine/run/state";
import type { CanvasModel, CanvasStep } from "./canvas-model";

export type UndoProgress = { readonly done: number; readonly total: number };

/** Whether a step is owed its undo as things stand (engine.md U2). */
export function isOwedUndo(step: CanvasStep, state: StepState): boolean {
  if (state.undoOrder !== null) return true;
  if (step.undo === null || step.class === "readonly" || step.class === "irreversible") return false;
  if (state.effect === "happened") return true;
  if (state.effect === "unknown") return step.compensateSelf !== "never";
  return state.status === "failed" && step.compensateSelf === "always";
}

/** How far the unwind is; null while there is none. */
export function undoProgress(model: CanvasModel, state: RunState | null): UndoProgress | null {
  if (!state || (state.unwind === null && state.undosBegun === 0)) return null;
  const owed = state.steps.filter((step) => {
    const shown = model.stepOf.get(step.id);
    return shown !== undefined && isOwedUndo(shown, step);
  });
  return { done: owed.filter((step) => step.status === "compensated").length, total: owed.length };
}
