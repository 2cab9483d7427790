import { type ItemState, isInFlight } from "@/engine/run/state";
import { joined } from "./about-step";
import type { CanvasStep } from "./canvas-model";
import { isOwedUndo } from "./owed-undos";

/** How the items of a forEach stand (engine.md F7). */
export type ItemsFace = {
  readonly total: number;
  readonly done: number;
  /** Items whose undo is done, of those that are owed one. */
  readonly undone: number;
  readonly owed: number;
  /** What is not as it should be: `1 failed · 2 asked about`; null: nothing. */
  readonly trouble: string | null;
};

const read = new WeakMap<readonly ItemState[], ItemsFace>();

export function toItemsFace(step: CanvasStep, items: readonly ItemState[]): ItemsFace {
  const known = read.get(items) ?? count(step, items);
  read.set(items, known);
  return known;
}

function count(step: CanvasStep, items: readonly ItemState[]): ItemsFace {
  const of = (holds: (item: ItemState) => boolean) => items.filter(holds).length;
  const trouble = [
    [of((item) => item.status === "failed"), "failed"],
    [of(isAsked), "asked about"],
    [of((item) => item.status === "compensation_failed"), "not undone"],
  ] as const;
  return {
    total: items.length,
    done: of((item) => item.effect === "happened" || item.status === "skipped"),
    undone: of((item) => item.status === "compensated"),
    owed: of((item) => isOwedUndo(step, item)),
    trouble: joined(...trouble.map(([number, word]) => number > 0 && `${number} ${word}`)) || null,
  };
}

const isAsked = (item: ItemState) => item.action.open === null && isInFlight(item);
