import { isUndoBegun } from "@/engine/rules";
import type { StepState } from "@/engine/run/state";

/** How far a forEach is, going forward or being undone: `3 of 8 done`, `1 of 3 undone`. Null: it has no items. */
export function itemCount({ items }: StepState): string | null {
  if (items === null) return null;
  const undone = items.filter((item) => item.status === "compensated").length;
  const toUndo = items.filter((item) => isUndoBegun(item) || item.effect !== "none").length;
  if (items.some(isUndoBegun)) return `${undone} of ${toUndo} undone`;
  const done = items.filter((item) => item.status === "completed" || item.status === "skipped").length;
  return `${done} of ${items.length} done`;
}
