import type { CommandDocument, SagaDocument, StepDocument } from "@/engine/definition/document";
import type { Json } from "@/engine/json";
import type { Half } from "./change";

/** Empty text means "not said": the document then falls back to its default. */
const said = (value: unknown) => value !== undefined && value !== "";

function withField<T extends object>(holder: T, field: keyof T, value: unknown): T {
  if (said(value)) return holder[field] === value ? holder : { ...holder, [field]: value };
  if (!(field in holder)) return holder;
  const { [field]: _, ...rest } = holder;
  return rest as T;
}

export function setSagaField(document: SagaDocument, field: keyof SagaDocument, value: Json | undefined): SagaDocument {
  return withField(document, field, value);
}

export function setStepField(
  document: SagaDocument,
  id: string,
  field: keyof StepDocument,
  value: Json | undefined,
): SagaDocument {
  return changeStep(document, id, (step) => withField(step, field, value));
}

/** An action without a command stays as an empty one, for lint to point at; a compensation goes away. */
export function setHalf(
  document: SagaDocument,
  id: string,
  half: Half,
  value: CommandDocument | undefined,
): SagaDocument {
  if (half === "action") return changeStep(document, id, (step) => ({ ...step, action: value ?? "" }));
  return changeStep(document, id, (step) =>
    value === undefined ? withField(step, "compensation", undefined) : { ...step, compensation: value },
  );
}

function changeStep(document: SagaDocument, id: string, change: (step: StepDocument) => StepDocument): SagaDocument {
  const index = document.steps.findIndex((step) => step.id === id);
  const step = document.steps[index];
  const next = step && change(step);
  return !next || next === step ? document : { ...document, steps: document.steps.with(index, next) };
}
