import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import type { CommandDocument } from "@/engine/definition/fields";
import type { Json } from "@/engine/json";
import type { Part } from "@/engine/run/state";

/** Empty text means "not said": the document then falls back to its default. */
const said = (value: unknown) => value !== undefined && value !== "";

export function withField<T extends object>(holder: T, field: string, value: unknown): T {
  const before = (holder as Readonly<Record<string, unknown>>)[field];
  if (said(value)) return before === value ? holder : { ...holder, [field]: value };
  if (!(field in holder)) return holder;
  const { [field]: _, ...rest } = holder as Readonly<Record<string, unknown>>;
  return rest as T;
}

export function setSagaField(document: SagaDocument, field: keyof SagaDocument, value: Json | undefined): SagaDocument {
  return withField(document, field, value);
}

/** Fields that a kind cannot be without stay, empty, for lint to point at. */
const needed: ReadonlySet<string> = new Set(["action", "signal", "saga", "items"]);

export function setStepField(document: SagaDocument, id: string, field: string, value: Json | undefined): SagaDocument {
  return changeStep(document, id, (step) =>
    needed.has(field) ? { ...step, [field]: value ?? "" } : withField(step, field, value),
  );
}

/** A step whose kind has no such command is left alone. */
export function setCommand(
  document: SagaDocument,
  id: string,
  part: Part,
  value: CommandDocument | undefined,
): SagaDocument {
  return changeStep(document, id, (step) => {
    if (!("action" in step)) return step;
    if (part === "action") return { ...step, action: value ?? "" };
    return value === undefined ? withField(step, part, undefined) : { ...step, [part]: value };
  });
}

export function changeStep(
  document: SagaDocument,
  id: string,
  change: (step: StepDocument) => StepDocument,
): SagaDocument {
  const index = document.steps.findIndex((step) => step.id === id);
  const step = document.steps[index];
  const next = step && change(step);
  return !next || next === step ? document : { ...document, steps: document.steps.with(index, next) };
}
