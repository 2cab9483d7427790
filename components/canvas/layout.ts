import type { ELK } from "elkjs/lib/elk-api";
import type { CanvasModel } from "./canvas-model";
import { arranged } from "./fold";
import {
  columnGap,
  GAP,
  isOfEvents,
  layeredPositions,
  layoutEdges,
  looseEnds,
  type Positions,
  placesOf,
} from "./geometry";

/**
 * Automatic layout by ELK, layered, left to right, in a web worker so that a thousand steps do not stop the page.
 * Where the worker cannot be had, or takes too long, the plain layered layout answers instead: a canvas is never empty.
 */
const options = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.separateConnectedComponents": "true",
};

/** Above this, straightness costs more seconds than it is worth. */
const MANY = 300;
const PATIENCE_MS = 3_000;

type Engine = { readonly elk: ELK /** Rejects when the worker cannot be loaded. */; readonly broken: Promise<never> };

let engine: Promise<Engine> | undefined;

async function startEngine(): Promise<Engine> {
  const { default: Elk } = await import("elkjs/lib/elk-api");
  const worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
  const broken = new Promise<never>((_, reject) => {
    worker.addEventListener("error", () => reject(new Error("The layout worker does not load")), { once: true });
  });
  broken.catch(() => undefined);
  return { elk: new Elk({ workerFactory: () => worker }), broken };
}

/** Positions for every step; the plain layout when ELK cannot answer. */
export async function layoutGraph(model: CanvasModel): Promise<Positions> {
  try {
    engine ??= startEngine();
    const { elk, broken } = await engine;
    return await Promise.race([runElk(elk, model), broken, patience()]);
  } catch {
    engine = undefined;
    const plain = layeredPositions(model);
    return isOfEvents(model) ? arranged(model, plain) : plain;
  }
}

/** Columns are further apart where conditions stand between them as chips. */
const CHIP_ROOM = 112;
/** And long edges pass the cards further away, so that the chips of one step's edges do not cover each other. */
const chipOptions = { "elk.spacing.edgeNode": "30", "elk.spacing.edgeEdge": "24" };
/** Undos are set off by curves that pass below the cards. */
const UNDO_ROOM = 36;

async function runElk(elk: ELK, model: CanvasModel): Promise<Positions> {
  const ofEvents = isOfEvents(model);
  const room = ofEvents ? 0 : chipRoom(model);
  const many = model.steps.length > MANY;
  const row = GAP.row + (model.edges.some((edge) => edge.undo) ? UNDO_ROOM : 0);
  const graph = await elk.layout({
    id: "saga",
    layoutOptions: {
      ...options,
      "elk.spacing.nodeNode": String(row),
      ...(many ? { "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF" } : {}),
      ...(room > 0 ? chipOptions : {}),
      "elk.layered.spacing.nodeNodeBetweenLayers": String(columnGap(model) + room),
    },
    children: placesOf(model).map(({ id, size }) => ({ id, ...size })),
    edges: [
      ...layoutEdges(model).map(({ id, source, target }) => ({ id, sources: [source], targets: [target] })),
      ...looseEnds(model).map((end) => ({ id: `loose ${end}`, sources: [lastOf(model)], targets: [end] })),
    ],
  });
  const laid = new Map(
    (graph.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x: Math.round(x), y: Math.round(y) }]),
  );
  return ofEvents ? arranged(model, laid) : laid;
}

/** Behind which loose ends are laid out: what no card follows. */
const lastOf = ({ steps, terminals, outgoing }: CanvasModel): string =>
  [...steps].reverse().find(({ id }) => !outgoing.has(id))?.id ?? steps.at(-1)?.id ?? terminals[0]?.id ?? "";

const chipRoom = ({ edges }: CanvasModel) => (edges.some((edge) => edge.label !== null) ? CHIP_ROOM : 0);

const patience = () =>
  new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error("The layout took too long")), PATIENCE_MS);
  });
