import type { Edge, Node } from "reactflow";
import { Position } from "reactflow";
import { plural } from "@/components/ui/format";
import type { SagaDocument } from "@/engine/definition/document";
import type { StepKind } from "@/engine/definition/saga";
import type { RunState, StepState } from "@/engine/run/state";
import { type CanvasStep, toCanvasModel } from "./canvas-model";
import { type EdgeTone, edgeReader, type TakenEdges } from "./edge-face";
import { CARD, layeredPositions, type Positions } from "./geometry";
import { handleInset } from "./nodes/silhouettes";
import { type UndoProgress, undoProgress } from "./owed-undos";
import { toStepFace } from "./step-face";
import { stepKindNames } from "./step-kind";

export type ProblemCount = { readonly errors: number; readonly warnings: number };

export type StepNodeData = {
  readonly step: CanvasStep;
  readonly state: StepState | null;
  /** How far the unwind is; null while there is none. */
  readonly progress: UndoProgress | null;
  /** What lint found with the step, in the designer. */
  readonly errors: number;
  readonly warnings: number;
  readonly attention: boolean;
};
/** A card's type is its step's kind. */
export type StepNode = Node<StepNodeData, StepKind>;
export type SagaEdgeData = {
  readonly tone: EdgeTone;
  readonly label: string | null;
  readonly turn: number | null;
  readonly index: number;
};
export type SagaEdge = Edge<SagaEdgeData, "saga">;
export type Flow = { readonly nodes: StepNode[]; readonly edges: SagaEdge[] };

export type FlowOptions = {
  readonly positions?: Positions;
  readonly taken?: TakenEdges;
  readonly selected?: ReadonlySet<string>;
  /** What lint found, by step. */
  readonly problems?: ReadonlyMap<string, ProblemCount>;
  readonly editable?: boolean;
};

/** What React Flow draws for a document at one moment of a run. The truth stays with the document and the state. */
export function toFlow(document: SagaDocument, state: RunState | null, options: FlowOptions = {}): Flow {
  const model = toCanvasModel(document);
  const positions = options.positions ?? layeredPositions(model);
  const states = new Map(state?.steps.map((step) => [step.id, step]));
  const attention = new Set(state?.attention.map((need) => need.step));
  const progress = undoProgress(model, state);
  const toneOf = edgeReader(model, state, options.taken);
  const nodes = model.steps.map((step): StepNode => {
    const of = states.get(step.id) ?? null;
    const reached = of?.undoOrder ? progress : null;
    const { errors, warnings } = options.problems?.get(step.id) ?? { errors: 0, warnings: 0 };
    const problems = errors + warnings;
    return {
      id: step.id,
      type: step.kind,
      position: positions.get(step.id) ?? { x: 0, y: 0 },
      data: {
        step,
        state: of,
        progress: reached,
        errors,
        warnings,
        attention: attention.has(step.id),
      },
      ariaLabel: [toStepFace(step, of, reached).label, problems > 0 && plural(problems, "problem")]
        .filter(Boolean)
        .join(", "),
      selected: options.selected?.has(step.id) ?? false,
      ...fixed[step.kind],
      ...(options.editable ? {} : { draggable: false, connectable: false, deletable: false }),
    };
  });
  const edges = model.edges.map(
    (edge): SagaEdge => ({
      id: edge.id,
      type: "saga",
      source: edge.source,
      target: edge.target,
      selected: options.selected?.has(edge.id) ?? false,
      data: { tone: toneOf(edge), label: edge.label, turn: edge.turn, index: edge.index },
      ...(options.editable ? {} : { selectable: false, focusable: false, deletable: false }),
    }),
  );
  return { nodes, edges };
}

/** Size and handles are said, not measured, so that edges are right before their cards were ever in view. */
function fixedOf(kind: StepKind) {
  const { left, right } = handleInset(kind);
  const point = { y: CARD.height / 2, width: 1, height: 1 };
  return {
    width: CARD.width,
    height: CARD.height,
    measured: { width: CARD.width, height: CARD.height },
    handles: [
      { type: "target" as const, position: Position.Left, x: left, ...point },
      { type: "source" as const, position: Position.Right, x: CARD.width - right, ...point },
    ],
  };
}

const fixed = Object.fromEntries(stepKindNames.map((kind) => [kind, fixedOf(kind)])) as Readonly<
  Record<StepKind, ReturnType<typeof fixedOf>>
>;

/** `next`, with every node and edge of `previous` that has not changed kept as it is: what is the same is not drawn again. */
export function reuseFlow(previous: Flow | null, next: Flow): Flow {
  if (!previous) return next;
  return { nodes: reuse(previous.nodes, next.nodes), edges: reuse(previous.edges, next.edges) };
}

function reuse<Item extends StepNode | SagaEdge>(previous: readonly Item[], next: readonly Item[]): Item[] {
  const before = new Map(previous.map((item) => [item.id, item]));
  return next.map((item) => {
    const old = before.get(item.id);
    return old && isSame(old, item) ? old : item;
  });
}

function isSame(old: StepNode | SagaEdge, item: StepNode | SagaEdge): boolean {
  if (old.type !== item.type || old.selected !== item.selected || old.deletable !== item.deletable) return false;
  if ("position" in old && "position" in item)
    if (old.position.x !== item.position.x || old.position.y !== item.position.y) return false;
  return isShallowEqual(old.data, item.data);
}

function isShallowEqual(a: object = {}, b: object = {}): boolean {
  const other = new Map(Object.entries(b));
  return Object.entries(a).every(([key, value]) => {
    const against = other.get(key);
    return Object.is(value, against) || (key === "progress" && sameProgress(value, against));
  });
}

const sameProgress = (a: UndoProgress | null, b: UndoProgress | null) => a?.done === b?.done && a?.total === b?.total;
