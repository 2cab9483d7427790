import type { CommandDocument, SagaDocument, StepDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import type { StepClass } from "@/engine/definition/saga";

/**
 * What the canvas needs of a document, read once: it draws drafts that do not compile yet, so every answer here is
 * lenient, and defaults are the engine's (engine.md section 3).
 */
export type CanvasStep = {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly class: StepClass;
  /** True when the document says the class itself. */
  readonly classSaid: boolean;
  readonly command: string;
  /** Short name of the undo's command; null: there is none. */
  readonly undo: string | null;
  readonly attempts: number;
  readonly undoAttempts: number;
  readonly compensateSelf: "ifUnknown" | "always" | "never";
};

export type CanvasEdge = {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** The condition as written, or "otherwise". */
  readonly label: string | null;
  readonly index: number;
};

export type CanvasModel = {
  readonly steps: readonly CanvasStep[];
  readonly edges: readonly CanvasEdge[];
  readonly stepOf: ReadonlyMap<string, CanvasStep>;
  readonly incoming: ReadonlyMap<string, readonly CanvasEdge[]>;
  readonly outgoing: ReadonlyMap<string, readonly CanvasEdge[]>;
};

/** Attempts when the document says none: an undo is more patient (engine.md section 3). */
const ACTION_ATTEMPTS = 3;
const UNDO_ATTEMPTS = 10;

const models = new WeakMap<SagaDocument, CanvasModel>();

/** The document as the canvas sees it; edges to steps that do not exist are left out. */
export function toCanvasModel(document: SagaDocument): CanvasModel {
  const known = models.get(document);
  if (known) return known;
  const model = read(document);
  models.set(document, model);
  return model;
}

function read(document: SagaDocument): CanvasModel {
  const steps = document.steps.map(toCanvasStep);
  const stepOf = new Map(steps.map((step) => [step.id, step]));
  const incoming = new Map<string, CanvasEdge[]>();
  const outgoing = new Map<string, CanvasEdge[]>();
  const edges: CanvasEdge[] = [];
  for (const [index, { from, to, when, otherwise }] of edgesOf(document).entries()) {
    if (!stepOf.has(from) || !stepOf.has(to)) continue;
    const label = when ?? (otherwise ? "otherwise" : null);
    const edge = { id: `${from}->${to}:${index}`, source: from, target: to, label, index };
    edges.push(edge);
    push(outgoing, from, edge);
    push(incoming, to, edge);
  }
  return { steps, edges, stepOf, incoming, outgoing };
}

function push(map: Map<string, CanvasEdge[]>, key: string, edge: CanvasEdge) {
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
  const undo = commandOf(step.compensation);
  return {
    id: step.id,
    title: stepTitle(step),
    kind: step.kind ?? "action",
    class: step.class ?? (undo ? "compensable" : "irreversible"),
    classSaid: step.class !== undefined,
    command: commandOf(step.action) ?? "",
    undo: undo === null ? null : shortCommand(undo),
    attempts: attemptsOf(step.action) ?? ACTION_ATTEMPTS,
    undoAttempts: attemptsOf(step.compensation) ?? UNDO_ATTEMPTS,
    compensateSelf: step.compensateSelf ?? "ifUnknown",
  };
}

type Written = CommandDocument | undefined;

const commandOf = (half: Written): string | null => (typeof half === "string" ? half : (half?.command ?? null));
const attemptsOf = (half: Written) => (typeof half === "object" ? half.retry?.attempts : undefined);

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
