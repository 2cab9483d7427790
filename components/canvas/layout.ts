import type { ELK } from "elkjs/lib/elk-api";
import type { CanvasModel } from "./canvas-model";
import { CARD, GAP, layeredPositions, type Positions } from "./geometry";

/**
 * Automatic layout by ELK, layered, left to right, in a web worker so that a thousand steps do not stop the page.
 * Where the worker cannot be had, or takes too long, the plain layered layout answers instead: a canvas is never empty.
 */
const options = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.spacing.nodeNodeBetweenLayers": String(GAP.column),
  "elk.spacing.nodeNode": String(GAP.row),
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.separateConnectedComponents": "true",
};

/** Above this, straightness costs more seconds than it is worth. */
const MANY = 300;
const PATIENCE_MS = 8_000;

let engine: Promise<ELK> | undefined;

const startEngine = async () => {
  const { default: Elk } = await import("elkjs/lib/elk-api");
  const workerFactory = () => new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
  return new Elk({ workerFactory });
};

/** Positions for every step; the plain layout when ELK cannot answer. */
export async function layoutGraph(model: CanvasModel): Promise<Positions> {
  try {
    engine ??= startEngine();
    const elk = await engine;
    return await withinPatience(runElk(elk, model));
  } catch {
    engine = undefined;
    return layeredPositions(model);
  }
}

async function runElk(elk: ELK, model: CanvasModel): Promise<Positions> {
  const placement = model.steps.length > MANY ? { "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF" } : {};
  const graph = await elk.layout({
    id: "saga",
    layoutOptions: { ...options, ...placement },
    children: model.steps.map(({ id }) => ({ id, width: CARD.width, height: CARD.height })),
    edges: model.edges.map(({ id, source, target }) => ({ id, sources: [source], targets: [target] })),
  });
  return new Map((graph.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x: Math.round(x), y: Math.round(y) }]));
}

function withinPatience<T>(work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error("The layout took too long")), PATIENCE_MS);
    }),
  ]);
}
