import type { HeardEvent, RunState, StepState } from "@/engine/run/state";
import type { CanvasEdge, CanvasModel } from "./canvas-model";
import { tellsFailure } from "./choreography-model";
import { backward, type EdgeTone } from "./edge-face";

/**
 * Whether an event was heard, a letter each, so that what did not change compares equal: `.` there is no run, `-` not
 * heard, `h` heard, `u` heard, and not expected.
 */
export type Mark = "." | "-" | "h" | "u";

/** What each event's chip shows at one moment of a run. */
export function markReader(state: RunState | null): (type: string) => Mark {
  const heard = state?.choreography?.heard;
  if (!heard) return () => ".";
  const marks = new Map<string, Mark>();
  for (const { type, unexpected } of heard) if (marks.get(type) !== "u") marks.set(type, unexpected ? "u" : "h");
  return (type) => marks.get(type) ?? "-";
}

export const marksOf = ({ events }: CanvasEdge, markOf: (type: string) => Mark): string =>
  events.map(({ type }) => markOf(type)).join("");

/** Which way a run went along the edges of a choreography: the events that were heard, and who reacted to them. */
export function eventEdgeReader(state: RunState | null): (edge: CanvasEdge) => EdgeTone {
  const heardBy = state?.choreography;
  if (!state || !heardBy) return () => "plain";
  const states = new Map(state.steps.map((step) => [step.id, step]));
  const fired = firedOn(heardBy.fired, heardBy.heard);
  const known = new Set(heardBy.heard.map(({ type }) => type));
  const over = state.endedAt !== null;
  return (edge) => {
    const target = states.get(edge.target);
    if (!edge.events.some(({ type }) => known.has(type))) return over ? "dead" : "waiting";
    if (!target) return "taken";
    const half = edge.undo ? "compensation" : "action";
    if (!edge.events.some(({ type }) => fired.has(`${edge.target} ${half} ${type}`))) return over ? "dead" : "waiting";
    if (edge.undo) return undoTone(target);
    const source = states.get(edge.source);
    return (source && backward(source)) ?? (target.status === "executing" ? "running" : "taken");
  };
}

/** The undo that an event set off, as far as it is. */
const undoTone = (target: StepState): EdgeTone => backward(target) ?? "taken";

function firedOn(
  fired: NonNullable<RunState["choreography"]>["fired"],
  heard: readonly HeardEvent[],
): ReadonlySet<string> {
  return new Set(fired.map(({ step, half, event }) => `${step} ${half} ${heard[event]?.type ?? ""}`));
}

/** So many triggers of undos are drawn at once; of more, those that are chosen or were taken: the cards name them all. */
const MANY_UNDOS = 16;

const quiet: ReadonlySet<EdgeTone> = new Set(["plain", "waiting", "dead"]);

/** Whether an edge is drawn at all. */
export function shownEdges(
  model: CanvasModel,
  selected: ReadonlySet<string>,
): (edge: CanvasEdge, tone: EdgeTone) => boolean {
  const many = model.edges.filter(({ undo }) => undo).length > MANY_UNDOS;
  return (edge, tone) =>
    !many || !edge.undo || !quiet.has(tone) || [edge.id, edge.source, edge.target].some((id) => selected.has(id));
}

/** So many ways lead to one card where something fails; of more, each is drawn as its beginning, until it was taken. */
const MANY_WAYS_OUT = 6;

/** Whether of an edge only the beginning is drawn, with its events: that of one among many to the same card. */
export function cutEdges(
  { edges }: CanvasModel,
  selected: ReadonlySet<string>,
): (edge: CanvasEdge, tone: EdgeTone) => boolean {
  const ways = new Map<string, number>();
  for (const edge of edges.filter(isWayOut)) ways.set(edge.target, (ways.get(edge.target) ?? 0) + 1);
  return (edge, tone) =>
    isWayOut(edge) &&
    (ways.get(edge.target) ?? 0) > MANY_WAYS_OUT &&
    quiet.has(tone) &&
    ![edge.id, edge.source, edge.target].some((id) => selected.has(id));
}

const isWayOut = (edge: CanvasEdge) => !edge.undo && tellsFailure(edge);
