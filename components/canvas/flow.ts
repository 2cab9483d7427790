import type { Edge, Node } from "reactflow";
import { Position } from "reactflow";
import { plural } from "@/components/ui/format";
import type { SagaDocument } from "@/engine/definition/document";
import type { RunState, StepState } from "@/engine/run/state";
import { type CanvasEdge, type CanvasStep, type EdgeEvent, type Terminal, toCanvasModel } from "./canvas-model";
import { cutEdges, eventEdgeReader, type Mark, markReader, marksOf, shownEdges } from "./choreography-face";
import { type EdgeTone, edgeReader, type TakenEdges } from "./edge-face";
import { cardSize, columnGap, isOfEvents, layeredPositions, type Positions, type Size, TERMINAL } from "./geometry";
import { handleInset } from "./nodes/silhouettes";
import { type UndoProgress, undoProgress } from "./owed-undos";
import { toStepFace } from "./step-face";
import { type CardKind, stepKindNames } from "./step-kind";
import { terminalLabel } from "./terminal-words";

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
export type StepNode = Node<StepNodeData, CardKind>;
/** An event that begins or ends a run of a choreography. */
export type TerminalNode = Node<{ readonly terminal: Terminal; readonly mark: Mark }, "event">;
export type CanvasNode = StepNode | TerminalNode;
export type SagaEdgeData = {
  readonly tone: EdgeTone;
  readonly label: string | null;
  readonly turn: number | null;
  readonly index: number;
  readonly events: readonly EdgeEvent[];
  /** How each of the events stands in a run. */
  readonly marks: string;
  readonly undo: boolean;
  /** How far right of its card a chip stands: in the middle between the columns. */
  readonly beside: number;
  /** Only its beginning is drawn. */
  readonly cut: boolean;
};
export type SagaEdge = Edge<SagaEdgeData, "saga">;
export type Flow = { readonly nodes: CanvasNode[]; readonly edges: SagaEdge[] };

export type FlowOptions = {
  readonly positions?: Positions;
  readonly taken?: TakenEdges;
  readonly selected?: ReadonlySet<string>;
  /** What lint found, by step. */
  readonly problems?: ReadonlyMap<string, ProblemCount>;
  readonly editable?: boolean;
};

/** Of conditions, where the layout leaves room for them. */
const BESIDE = 104;

/** What React Flow draws for a document at one moment of a run. The truth stays with the document and the state. */
export function toFlow(document: SagaDocument, state: RunState | null, options: FlowOptions = {}): Flow {
  const model = toCanvasModel(document);
  const positions = options.positions ?? layeredPositions(model);
  const states = new Map(state?.steps.map((step) => [step.id, step]));
  const attention = new Set(state?.attention.map((need) => need.step));
  const progress = undoProgress(model, state);
  const markOf = markReader(state);
  const selected = options.selected ?? new Set();
  const locked = options.editable ? {} : { draggable: false, connectable: false, deletable: false };
  const cards = model.steps.map((step): StepNode => {
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
      selected: selected.has(step.id),
      ...fixed[step.kind],
      ...locked,
    };
  });
  const terminals = model.terminals.map(
    (terminal): TerminalNode => ({
      id: terminal.id,
      type: "event",
      position: positions.get(terminal.id) ?? { x: 0, y: 0 },
      data: { terminal, mark: markOf(terminal.event) },
      ariaLabel: terminalLabel(terminal, markOf(terminal.event)),
      selected: selected.has(terminal.id),
      ...fixed.event,
      ...locked,
      draggable: false,
    }),
  );
  const toneOf = document.style === "choreography" ? eventEdgeReader(state) : edgeReader(model, state, options.taken);
  const beside = isOfEvents(model) ? columnGap(model) / 2 : BESIDE;
  const isShown = shownEdges(model, selected);
  const isCut = cutEdges(model, selected);
  const titles = new Map([
    ...model.steps.map(({ id, title }) => [id, title] as const),
    ...model.terminals.map(({ id, event }) => [id, event] as const),
  ]);
  const edges = model.edges.flatMap((edge): SagaEdge[] => {
    const tone = toneOf(edge);
    if (!isShown(edge, tone)) return [];
    const { label, turn, index, events, undo } = edge;
    return [
      {
        id: edge.id,
        type: "saga",
        source: edge.source,
        target: edge.target,
        selected: selected.has(edge.id),
        data: { tone, label, turn, index, events, marks: marksOf(edge, markOf), undo, beside, cut: isCut(edge, tone) },
        ...(events.length > 0 ? { ariaLabel: edgeLabel(edge, titles) } : {}),
        ...(options.editable ? {} : { selectable: false, focusable: false, deletable: false }),
      },
    ];
  });
  return { nodes: [...cards, ...terminals], edges };
}

const edgeLabel = ({ source, target, events, undo }: CanvasEdge, titles: ReadonlyMap<string, string>) =>
  `${events.map(({ type }) => type).join(", ")} from ${titles.get(source)} ${undo ? "sets off the undo of" : "to"} ${titles.get(target)}`;

/** Size and handles are said, not measured, so that edges are right before their cards were ever in view. */
function fixedOf(size: Size, { left, right } = { left: 0, right: 0 }) {
  const { width, height } = size;
  const point = { y: height / 2, width: 1, height: 1 };
  return {
    ...size,
    measured: size,
    handles: [
      { type: "target" as const, position: Position.Left, x: left, ...point },
      { type: "source" as const, position: Position.Right, x: width - right, ...point },
    ],
  };
}

const cardKinds: readonly CardKind[] = [...stepKindNames, "reaction"];
const fixed = Object.fromEntries([
  ...cardKinds.map((kind) => [kind, fixedOf(cardSize(kind), handleInset(kind))]),
  ["event", fixedOf(TERMINAL)],
]) as Readonly<Record<CardKind | "event", ReturnType<typeof fixedOf>>>;

/** `next`, with every node and edge of `previous` that has not changed kept as it is: what is the same is not drawn again. */
export function reuseFlow(previous: Flow | null, next: Flow): Flow {
  if (!previous) return next;
  return { nodes: reuse(previous.nodes, next.nodes), edges: reuse(previous.edges, next.edges) };
}

function reuse<Item extends CanvasNode | SagaEdge>(previous: readonly Item[], next: readonly Item[]): Item[] {
  const before = new Map(previous.map((item) => [item.id, item]));
  return next.map((item) => {
    const old = before.get(item.id);
    return old && isSame(old, item) ? old : item;
  });
}

function isSame(old: CanvasNode | SagaEdge, item: CanvasNode | SagaEdge): boolean {
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
