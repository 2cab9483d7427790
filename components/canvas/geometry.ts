import type { SagaDocument } from "@/engine/definition/document";
import type { CanvasModel } from "./canvas-model";

export type Point = { readonly x: number; readonly y: number };
export type Positions = ReadonlyMap<string, Point>;

/** Every card has this size, so that graphs are laid out, culled and drawn without measuring. In canvas pixels. */
export const CARD = { width: 240, height: 96 } as const;
export const GAP = { column: 96, row: 40 } as const;

const COLUMN = CARD.width + GAP.column;
const ROW = CARD.height + GAP.row;

/** A plain layered layout: longest path gives the column, the order of the definition the row. Ready at once; ELK betters it. */
export function layeredPositions(model: CanvasModel): Positions {
  const column = columnsOf(model);
  const rows = new Map<number, string[]>();
  for (const { id } of model.steps) {
    const at = column.get(id) ?? 0;
    rows.set(at, [...(rows.get(at) ?? []), id]);
  }
  const tallest = Math.max(1, ...[...rows.values()].map((ids) => ids.length));
  const positions = new Map<string, Point>();
  for (const [at, ids] of rows) {
    const top = ((tallest - ids.length) * ROW) / 2;
    for (const [row, id] of ids.entries()) positions.set(id, { x: at * COLUMN, y: top + row * ROW });
  }
  return positions;
}

/** Longest path from a root, by walking from the roots; what a cycle holds stays in column 0. */
function columnsOf({ steps, incoming, outgoing }: CanvasModel): ReadonlyMap<string, number> {
  const waiting = new Map(steps.map(({ id }) => [id, incoming.get(id)?.length ?? 0]));
  const column = new Map<string, number>();
  const ready = steps.filter(({ id }) => waiting.get(id) === 0).map(({ id }) => id);
  for (const id of ready) {
    const next = (column.get(id) ?? 0) + 1;
    for (const { target } of outgoing.get(id) ?? []) {
      column.set(target, Math.max(column.get(target) ?? 0, next));
      const left = (waiting.get(target) ?? 0) - 1;
      waiting.set(target, left);
      if (left === 0) ready.push(target);
    }
  }
  return column;
}

/** The positions that a document says itself. */
export function writtenPositions(document: SagaDocument): Positions {
  const known = new Set(document.steps.map((step) => step.id));
  return new Map(Object.entries(document.layout ?? {}).filter(([id]) => known.has(id)));
}

/** Written positions win; the rest come from `computed`, or right of a placed predecessor when most are written. */
export function mergePositions(model: CanvasModel, written: Positions, computed: Positions): Positions {
  if (written.size === 0) return computed;
  const positions = new Map(written);
  for (const { id } of model.steps) {
    if (positions.has(id)) continue;
    const before = model.incoming.get(id)?.map((edge) => positions.get(edge.source)) ?? [];
    const from = before.find((point) => point !== undefined);
    const wish = from ? { x: from.x + COLUMN, y: from.y } : (computed.get(id) ?? { x: 0, y: 0 });
    positions.set(id, freeSpot(wish, positions));
  }
  return positions;
}

/** The nearest place at or below `wish` where no card lies. */
export function freeSpot(wish: Point, taken: Positions): Point {
  let y = wish.y;
  const overlaps = (point: Point) => Math.abs(point.x - wish.x) < CARD.width && Math.abs(point.y - y) < CARD.height;
  while ([...taken.values()].some(overlaps)) y += ROW;
  return { x: wish.x, y };
}

/** Where the point of no return is drawn: between the pivot and what comes after it. */
export function pivotLine(pivot: string, model: CanvasModel, positions: Positions): number | null {
  const at = positions.get(pivot);
  if (!at) return null;
  const right = at.x + CARD.width;
  const after = (model.outgoing.get(pivot) ?? [])
    .map((edge) => positions.get(edge.target)?.x ?? Number.NaN)
    .filter((x) => x > right);
  return after.length === 0 ? right + GAP.column / 2 : (right + Math.min(...after)) / 2;
}
