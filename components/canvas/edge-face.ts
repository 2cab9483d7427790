import type { RunState, StepState } from "@/engine/run/state";
import type { CanvasEdge, CanvasModel } from "./canvas-model";

/** What an edge shows: which way the saga went along it. Backward tones are drawn on the same path as the forward ones. */
export type EdgeTone =
  | "plain"
  | "waiting"
  | "dead"
  | "taken"
  | "running"
  | "unwinding"
  | "compensated"
  | "compensation-failed";

/** Which edges were taken, by step, as the log says it; a step that is absent took all of its edges. */
export type TakenEdges = ReadonlyMap<string, readonly string[]>;

/** A reader of edge tones for one moment of a run; without a state every edge is plain. */
export function edgeReader(
  model: CanvasModel,
  state: RunState | null,
  taken?: TakenEdges,
): (edge: CanvasEdge) => EdgeTone {
  if (!state) return () => "plain";
  const states = new Map(state.steps.map((step) => [step.id, step]));
  return (edge) => {
    const source = states.get(edge.source);
    const target = states.get(edge.target);
    if (!source || !target) return "waiting";
    const back = backward(source);
    if (!source.passed) return back ?? (isSettled(source) ? "dead" : "waiting");
    if (!wasTaken(edge, source, target, model, taken)) return "dead";
    return back ?? (target.status === "executing" && target.waiting === null ? "running" : "taken");
  };
}

/** A step whose end let nothing through: it failed and held, or began the unwind. */
const isSettled = (source: StepState) => source.status !== "pending" && source.status !== "executing";

/** A step whose undo has begun. */
export function backward(source: StepState): EdgeTone | null {
  if (source.status === "compensating") return "unwinding";
  if (source.status === "compensated") return "compensated";
  return source.status === "compensation_failed" ? "compensation-failed" : null;
}

function wasTaken(edge: CanvasEdge, source: StepState, target: StepState, model: CanvasModel, taken?: TakenEdges) {
  const incoming = (id: string) => model.incoming.get(id)?.length ?? 0;
  if (source.status === "skipped" && source.takenIn === 0 && incoming(edge.source) > 0) return false;
  const said = taken?.get(edge.source);
  if (said) return said.includes(edge.target);
  if (taken || edge.label === null) return true;
  return target.takenIn > 0 && (incoming(edge.target) === 1 || target.takenIn === target.settledIn);
}
