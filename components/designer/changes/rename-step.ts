import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import { stepIdPattern } from "@/engine/definition/fields";
import type { Json } from "@/engine/json";
import { pinned } from "./pin";
import { renameInExpression, renameInValue } from "./rename-in-expression";

/** A new id everywhere it is named: its step, edges, position, and every expression that reads it. */
export function renameStep(document: SagaDocument, from: string, to: string): SagaDocument {
  const taken = document.steps.some((step) => step.id === to);
  if (from === to || taken || !stepIdPattern.test(to) || !document.steps.some((step) => step.id === from))
    return document;
  const id = (name: string) => (name === from ? to : name);
  const ids = new Map([[from, to]]);
  const steps = document.steps.map((step) => {
    const renamed = renameStepReads(step, ids);
    return renamed.id === from ? { ...renamed, id: to } : renamed;
  });
  const edges = document.edges?.map((edge) => ({
    ...edge,
    from: id(edge.from),
    to: id(edge.to),
    ...(edge.when === undefined ? {} : { when: renameInExpression(edge.when, ids) }),
  }));
  const layout = Object.fromEntries(Object.entries(document.layout ?? {}).map(([name, at]) => [id(name), at]));
  return pinned({ ...document, steps, ...(edges ? { edges } : {}) }, layout);
}

/** The step with every expression of its two halves reading the new names; the same object when it reads none. */
export function renameStepReads(step: StepDocument, ids: ReadonlyMap<string, string>): StepDocument {
  const action = renameInValue(step.action as Json, ids) as StepDocument["action"];
  if (step.compensation === undefined) return action === step.action ? step : { ...step, action };
  const compensation = renameInValue(step.compensation as Json, ids) as StepDocument["compensation"];
  return action === step.action && compensation === step.compensation ? step : { ...step, action, compensation };
}
