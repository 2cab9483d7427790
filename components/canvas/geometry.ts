import type { SagaDocument } from "@/engine/definition/document";
import { type CanvasEdge, type CanvasModel, toCanvasModel } from "./canvas-model";
import { chipGap } from "./chip-words";
import { tellsFailure } from "./choreography-model";
import type { CardKind } from "./step-kind";

export type Point = { readonly x: number; readonly y: number };
export type Positions = ReadonlyMap<string, Point>;

/** Every card has this size, so that graphs are laid out, culled and drawn without measuring. In canvas pixels. */
export const CARD = { width: 240, height: 96 } as const;
export const GAP = { column: 96, row: 40 } as const;

export type Size = { readonly width: number; readonly height: number };

/** A reaction's lower half names the events that set it off, on a line of its own. */
const REACTION: Size = { width: CARD.width, height: 116 };
/** An event that begins or ends a run. */
export const TERMINAL: Size = { width: 184, height: 44 };
/** How far the card of an event stands from its neighbour: its edge has nothing to say. */
export const TIGHT = 56;

export const cardSize = (kind: CardKind): Size => (kind === "reaction" ? REACTION : CARD);

export type Placed = { readonly id: string; readonly size: Size };

const placed = new WeakMap<CanvasModel, readonly Placed[]>();

/** All that has a place on the canvas. */
export function placesOf(model: CanvasModel): readonly Placed[] {
  const known = placed.get(model) ?? [
    ...model.steps.map(({ id, kind }) => ({ id, size: cardSize(kind) })),
    ...model.terminals.map(({ id }) => ({ id, size: TERMINAL })),
  ];
  placed.set(model, known);
  return known;
}

/** How far apart columns are: those of a choreography as far as the events between them need. */
export const columnGap = (model: CanvasModel): number => (isOfEvents(model) ? chipGap(model) : GAP.column);

/** Whether its edges are events. */
export const isOfEvents = ({ steps, terminals }: CanvasModel): boolean =>
  terminals.length > 0 || steps.some(({ kind }) => kind === "reaction");

const rowOf = (size: Size) => size.height + GAP.row;
/** Edges leave a card at half its height: cards of a row stand on one line. */
const lowered = (from: Size, size: Size) => (from.height - size.height) / 2;

/** A plain layered layout: longest path gives the column, the order of the definition the row. Ready at once; ELK betters it. */
export function layeredPositions(model: CanvasModel): Positions {
  const column = columnsOf(model);
  const rows = new Map<number, Placed[]>();
  for (const place of placesOf(model)) {
    const at = column.get(place.id) ?? 0;
    rows.set(at, [...(rows.get(at) ?? []), place]);
  }
  const card = cardSize(model.steps[0]?.kind ?? "action");
  const height = rowOf(card);
  const across = CARD.width + columnGap(model);
  const tallest = Math.max(1, ...[...rows.values()].map((places) => places.length));
  const positions = new Map<string, Point>();
  for (const [at, places] of rows) {
    const top = ((tallest - places.length) * height) / 2;
    for (const [row, { id, size }] of places.entries())
      positions.set(id, { x: at * across, y: top + row * height + lowered(card, size) });
  }
  return positions;
}

/** The cards of ends that nothing brings about yet: they stand where runs end, and not where they begin. */
export function looseEnds({ terminals, incoming }: CanvasModel): readonly string[] {
  return terminals.flatMap(({ id, role }) =>
    (role === "completed" || role === "failed") && !incoming.has(id) ? [id] : [],
  );
}

/**
 * The edges that say where cards stand: those that lead forward. Of many that tell one card of failures the last alone,
 * so that what holds a long saga together is its way forward, and not the ways out of it.
 */
export function layoutEdges(model: CanvasModel): readonly CanvasEdge[] {
  const column = columnsOf(model);
  const forward = model.edges.filter(({ undo, source, target }) => !undo && source !== target);
  const last = new Map<string, CanvasEdge>();
  for (const edge of forward.filter(tellsFailure)) {
    const known = last.get(edge.target);
    if (!known || (column.get(edge.source) ?? 0) > (column.get(known.source) ?? 0)) last.set(edge.target, edge);
  }
  return forward.filter((edge) => !tellsFailure(edge) || last.get(edge.target) === edge);
}

/** Longest path from a root, by walking from the roots; what a cycle holds stays in column 0. */
function columnsOf(model: CanvasModel): ReadonlyMap<string, number> {
  const { incoming, outgoing } = model;
  const places = placesOf(model);
  const waiting = new Map(places.map(({ id }) => [id, incoming.get(id)?.length ?? 0]));
  const column = new Map<string, number>();
  const ready = places.filter(({ id }) => waiting.get(id) === 0).map(({ id }) => id);
  for (const id of ready) {
    const next = (column.get(id) ?? 0) + 1;
    for (const { target } of outgoing.get(id) ?? []) {
      column.set(target, Math.max(column.get(target) ?? 0, next));
      const left = (waiting.get(target) ?? 0) - 1;
      waiting.set(target, left);
      if (left === 0) ready.push(target);
    }
  }
  const last = Math.max(0, ...column.values()) + 1;
  for (const id of looseEnds(model)) column.set(id, last);
  return column;
}

/** The positions that a document says itself. */
export function writtenPositions(document: SagaDocument): Positions {
  const known = toCanvasModel(document).stepOf;
  return new Map(Object.entries(document.layout ?? {}).filter(([id]) => known.has(id)));
}

/** Written positions win; the rest come from `computed`, or beside a placed neighbour when most are written. */
export function mergePositions(model: CanvasModel, written: Positions, computed: Positions): Positions {
  if (written.size === 0) return computed;
  const positions = new Map(written);
  const drawnAt = shifted(written, computed);
  const places = placesOf(model);
  const sizes = new Map(places.map(({ id, size }) => [id, size]));
  for (const { id, size } of places)
    if (!positions.has(id)) {
      const wish = besideNeighbour(id, size, model, positions, sizes) ?? drawnAt(id) ?? { x: 0, y: 0 };
      positions.set(id, freeSpot(wish, positions, size, sizes));
    }
  return positions;
}

/** Where the layout puts a card among those that were placed: it is laid out in coordinates of its own. */
function shifted(written: Positions, computed: Positions): (id: string) => Point | undefined {
  const [known] = [...written.keys()].filter((id) => computed.has(id));
  const [from, to] = [computed.get(known ?? ""), written.get(known ?? "")];
  const by = from && to ? { x: to.x - from.x, y: to.y - from.y } : { x: 0, y: 0 };
  return (id) => {
    const at = computed.get(id);
    return at && { x: at.x + by.x, y: at.y + by.y };
  };
}

/** Right of a placed predecessor, else left of a placed successor. */
function besideNeighbour(
  id: string,
  size: Size,
  { incoming, outgoing }: CanvasModel,
  positions: Positions,
  sizes: ReadonlyMap<string, Size>,
): Point | null {
  const before = incoming.get(id)?.find(({ source }) => positions.has(source))?.source;
  const after = outgoing.get(id)?.find(({ target }) => positions.has(target))?.target;
  const from = positions.get(before ?? after ?? "");
  if (!from) return null;
  const near = sizes.get(before ?? after ?? "") ?? CARD;
  const y = from.y + lowered(near, size);
  const gap = size === TERMINAL || near === TERMINAL ? TIGHT : GAP.column;
  return { x: before === undefined ? from.x - size.width - gap : from.x + near.width + gap, y };
}

/** The nearest place at or below `wish` where no card lies. `sizes`: of those that are there, where they differ. */
export function freeSpot(
  wish: Point,
  taken: Positions,
  size: Size = CARD,
  sizes: ReadonlyMap<string, Size> = new Map(),
): Point {
  let y = wish.y;
  const overlaps = ([id, at]: readonly [string, Point]) => {
    const other = sizes.get(id) ?? size;
    const beside = at.x + other.width <= wish.x || wish.x + size.width <= at.x;
    return !beside && at.y < y + size.height && y < at.y + other.height;
  };
  while ([...taken].some(overlaps)) y += rowOf(size);
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
