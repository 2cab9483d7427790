import { defaultRetry } from "@/engine/definition/defaults";
import type { EdgeDocument, SagaDocument, StepDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import type { CommandDocument } from "@/engine/definition/fields";
import type { StepClass } from "@/engine/definition/saga";
import { commandOf } from "@/engine/definition/step-commands";
import { classOfStep, stepKinds } from "@/engine/steps";
import { type About, aboutStep, commandName } from "./about-step";
import { readChoreography } from "./choreography-model";
import { type CardKind, kindOf } from "./step-kind";

/**
 * What the canvas needs of a document, read once: it draws drafts that do not compile yet, so every answer here is
 * lenient, and defaults are the engine's (engine.md section 3).
 */
export type CanvasStep = {
  readonly id: string;
  readonly title: string;
  readonly kind: CardKind;
  readonly class: StepClass;
  /** True when the class was not merely assumed. */
  readonly classSaid: boolean;
  readonly about: About;
  /** How it is undone, and what its card calls that: the undo's command, or the unwind of the run it began. */
  readonly undoneBy: "command" | "child" | null;
  readonly undo: string | null;
  /** How often its call is tried; null: it calls no service. */
  readonly attempts: number | null;
  readonly undoAttempts: number;
  readonly compensateSelf: "ifUnknown" | "always" | "never";
  /** Of a choreography: which events it and its undo react to and wait for; null: a step of an orchestration. */
  readonly events: StepEvents | null;
};

export type StepEvents = {
  readonly on: readonly string[];
  readonly expects: readonly string[];
  readonly undoOn: readonly string[];
  readonly undoExpects: readonly string[];
};

/** An event of a choreography that begins a run, ends it, or that nothing in it brings about: a small card of its own. */
export type Terminal = { readonly id: string; readonly event: string; readonly role: TerminalRole };
export type TerminalRole = "start" | "completed" | "failed" | "outside";

/** An event on an edge. `fails`: it says that something did not happen. */
export type EdgeEvent = { readonly type: string; readonly fails: boolean };

export type CanvasEdge = {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** The condition as written, or "otherwise". */
  readonly label: string | null;
  /** Its turn where a decision asks several conditions, the first that holds being taken; else null. */
  readonly turn: number | null;
  readonly index: number;
  /** Of a choreography: the events that lead from one card to the other. */
  readonly events: readonly EdgeEvent[];
  /** It leads into the lower half of its target: these events set off its undo. */
  readonly undo: boolean;
};

export type CanvasModel = {
  readonly steps: readonly CanvasStep[];
  readonly terminals: readonly Terminal[];
  readonly edges: readonly CanvasEdge[];
  readonly stepOf: ReadonlyMap<string, CanvasStep>;
  /** The edges that lead forward, by their ends. */
  readonly incoming: ReadonlyMap<string, readonly CanvasEdge[]>;
  readonly outgoing: ReadonlyMap<string, readonly CanvasEdge[]>;
  readonly undoOrder: "graph" | "sequence";
};

const models = new WeakMap<SagaDocument, CanvasModel>();

/** The document as the canvas sees it; edges to steps that do not exist are left out. */
export function toCanvasModel(document: SagaDocument): CanvasModel {
  const known = models.get(document);
  if (known) return known;
  const model = document.style === "choreography" ? readChoreography(document) : read(document);
  models.set(document, model);
  return model;
}

function read(document: SagaDocument): CanvasModel {
  const steps = document.steps.map(toCanvasStep);
  const stepOf = new Map(steps.map((step) => [step.id, step]));
  const incoming = new Map<string, CanvasEdge[]>();
  const outgoing = new Map<string, CanvasEdge[]>();
  const edges: CanvasEdge[] = [];
  const written = edgesOf(document);
  const turns = turnsOf(written, stepOf);
  for (const [index, way] of written.entries()) {
    const { from, to, when, otherwise } = way;
    if (!stepOf.has(from) || !stepOf.has(to)) continue;
    const label = when ?? (otherwise ? "otherwise" : null);
    const turn = turns.get(way) ?? null;
    const edge = {
      id: `${from}->${to}:${index}`,
      source: from,
      target: to,
      label,
      turn,
      index,
      events: [],
      undo: false,
    };
    edges.push(edge);
    push(outgoing, from, edge);
    push(incoming, to, edge);
  }
  return { steps, terminals: [], edges, stepOf, incoming, outgoing, undoOrder: document.undoOrder ?? "graph" };
}

/** Of each decision that asks several conditions, their order. */
function turnsOf(edges: readonly EdgeDocument[], stepOf: CanvasModel["stepOf"]): ReadonlyMap<EdgeDocument, number> {
  const asked = new Map<string, EdgeDocument[]>();
  for (const edge of edges)
    if (stepOf.get(edge.from)?.kind === "decision" && !edge.otherwise) push(asked, edge.from, edge);
  const several = [...asked.values()].filter((ways) => ways.length > 1);
  return new Map(several.flatMap((ways) => ways.map((way, index) => [way, index + 1] as const)));
}

export function push<Item>(map: Map<string, Item[]>, key: string, edge: Item) {
  const list = map.get(key);
  if (list) list.push(edge);
  else map.set(key, [edge]);
}

const readSteps = new WeakMap<StepDocument, CanvasStep>();

/** The same step gives the same object, so that an edit of one step draws one card. */
function toCanvasStep(step: StepDocument): CanvasStep {
  const known = readSteps.get(step);
  if (known) return known;
  const shown = readStep(step);
  readSteps.set(step, shown);
  return shown;
}

function readStep(step: StepDocument): CanvasStep {
  const kind = kindOf(step);
  const stepClass = classOfStep({ ...step, kind } as StepDocument);
  const action = commandOf(step, "action");
  const compensation = commandOf(step, "compensation");
  const child = kind === "saga" && stepClass !== "irreversible";
  const compensateSelf = "compensateSelf" in step ? step.compensateSelf : undefined;
  return {
    id: step.id,
    title: stepTitle(step),
    kind,
    class: stepClass,
    classSaid: "class" in step ? step.class !== undefined : stepKinds[kind].defaultClass !== null,
    about: aboutStep(step),
    undoneBy: child ? "child" : compensation === undefined ? null : "command",
    undo: child ? "unwinds that run" : compensation === undefined ? null : undoName(compensation),
    attempts: action === undefined ? null : (attemptsOf(action) ?? defaultRetry.action.attempts),
    undoAttempts: attemptsOf(compensation) ?? defaultRetry.compensation.attempts,
    compensateSelf: compensateSelf ?? "ifUnknown",
    events: null,
  };
}

const undoName = (command: CommandDocument) => shortCommand(commandName(command)) || "no command yet";
const attemptsOf = (command: CommandDocument | undefined) =>
  typeof command === "object" ? command.retry?.attempts : undefined;

/** `RefundPayment` of `PaymentService.RefundPayment`. */
export const shortCommand = (command: string) => command.slice(command.indexOf(".") + 1);

/** A step's title, or its id as words: `reserve_inventory` is "Reserve inventory". */
export function stepTitle(step: { readonly id: string; readonly title?: string | undefined }): string {
  if (step.title) return step.title;
  const words = step.id.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Titles by step id, for lists and logs. */
export const titlesOf = (document: SagaDocument): ReadonlyMap<string, string> =>
  new Map(toCanvasModel(document).steps.map((step) => [step.id, step.title]));
