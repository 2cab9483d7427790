import { CARD, freeSpot, GAP, type Point } from "@/components/canvas/geometry";
import type { EdgeDocument, SagaDocument, StepDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import type { Change, Layout } from "./change";
import { downstreamOf, wayOut, withEdges } from "./edge-changes";
import { freeId } from "./free-id";
import { pinned } from "./pin";

type Add = Extract<Change, { type: "add-step" }>;
type Insert = Extract<Change, { type: "insert-step" }>;

const COLUMN = CARD.width + GAP.column;
const ROW = CARD.height + GAP.row;

/** Adds a step, joined to the one it follows or precedes. Its id gives way when it is taken. */
export function addStep(document: SagaDocument, change: Add): SagaDocument {
  const step = withFreeId(document, change.step);
  const after = known(document, change.after);
  const before = known(document, change.before);
  const written = edgesOf(document);
  const edges = [
    ...written,
    ...(after ? [wayOut(document, written, after, step.id)] : []),
    ...(before ? [wayOut({ ...document, steps: [step] }, [], step.id, before)] : []),
  ];
  const grown = withEdges({ ...document, steps: insertBeside(document, step, after, before) }, edges);
  const layout: Layout = { ...change.pins, ...document.layout };
  const at = change.at ?? besideOf(layout, after, before);
  return at ? pinned(grown, { ...layout, [step.id]: freeSpot(at, positionsOf(document, layout)) }) : grown;
}

/** Puts a step on an edge: the condition stays before it, and what lies to the right makes room. */
export function insertStep(document: SagaDocument, change: Insert): SagaDocument {
  const edges = edgesOf(document);
  const edge = edges[change.edge];
  if (!edge) return document;
  const step = withFreeId(document, change.step);
  const split: EdgeDocument[] = [
    { ...edge, to: step.id },
    wayOut({ ...document, steps: [step] }, [], step.id, edge.to),
  ];
  const steps = insertBeside(document, step, edge.from, edge.to);
  const grown = withEdges({ ...document, steps }, edges.toSpliced(change.edge, 1, ...split));
  const layout: Layout = { ...change.pins, ...document.layout };
  const from = layout[edge.from];
  const to = layout[edge.to];
  if (!from || !to) return grown;
  const at = { x: from.x + COLUMN, y: to.y };
  const room = Math.max(0, at.x + COLUMN - to.x);
  return pinned(grown, { ...shifted(layout, downstreamOf(edges, edge.to), room), [step.id]: at });
}

function shifted(layout: Layout, ids: ReadonlySet<string>, by: number): Layout {
  if (by === 0) return layout;
  return Object.fromEntries(
    Object.entries(layout).map(([id, at]) => [id, ids.has(id) ? { x: at.x + by, y: at.y } : at]),
  );
}

/** In the list beside its neighbour, so that the document reads in the order of the graph. */
function insertBeside(document: SagaDocument, step: StepDocument, after?: string, before?: string): StepDocument[] {
  const behind = document.steps.findIndex((other) => other.id === after);
  if (behind >= 0) return document.steps.toSpliced(behind + 1, 0, step);
  const ahead = document.steps.findIndex((other) => other.id === before);
  return ahead >= 0 ? document.steps.toSpliced(ahead, 0, step) : [...document.steps, step];
}

function besideOf(layout: Layout, after?: string, before?: string): Point | null {
  const left = after ? layout[after] : undefined;
  if (left) return { x: left.x + COLUMN, y: left.y };
  const right = before ? layout[before] : undefined;
  if (right) return { x: right.x - COLUMN, y: right.y };
  const points = Object.values(layout);
  if (points.length === 0) return null;
  return { x: Math.min(...points.map((at) => at.x)), y: Math.max(...points.map((at) => at.y)) + ROW };
}

const positionsOf = (document: SagaDocument, layout: Layout) =>
  new Map(document.steps.flatMap(({ id }) => (layout[id] ? [[id, layout[id]] as const] : [])));

const known = (document: SagaDocument, id: string | undefined) => document.steps.find((step) => step.id === id)?.id;

const withFreeId = (document: SagaDocument, step: StepDocument): StepDocument => ({
  ...step,
  id: freeId(new Set(document.steps.map((other) => other.id)), step.id),
});
