import type { EdgeChange, NodeChange } from "reactflow";

type Change = NodeChange | EdgeChange;

/** The ids that are selected after React Flow's changes; the same array when none of them is about selection. */
export function applySelection(selected: readonly string[], changes: readonly Change[]): readonly string[] {
  const next = new Set(selected);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  const same = next.size === selected.length && selected.every((id) => next.has(id));
  return same ? selected : [...next];
}
