import { hasKind } from "@/components/canvas/step-kind";
import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import { stepIdPattern } from "@/engine/definition/fields";
import { isJsonObject, type Json, type JsonObject } from "@/engine/json";
import { expressionsOf } from "@/engine/steps";
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

/** The step with each of its expressions reading the new names, whatever its kind; the same object when none does. */
export function renameStepReads(step: StepDocument, ids: ReadonlyMap<string, string>): StepDocument {
  return rewriteExpressions(step, (value) => renameInValue(value, (source) => renameInExpression(source, ids)));
}

/** The step with what `rewrite` makes of each value of it that may hold expressions. */
export function rewriteExpressions(step: StepDocument, rewrite: (value: Json) => Json): StepDocument {
  if (!hasKind(step)) return step;
  return expressionsOf(step).reduce((now: StepDocument, { path, source }) => {
    const next = rewrite(source);
    return next === source ? now : (setIn(now as JsonObject, path, next) as StepDocument);
  }, step);
}

function setIn(holder: JsonObject, [key = "", ...rest]: readonly string[], value: Json): JsonObject {
  const inner = holder[key];
  return { ...holder, [key]: rest.length > 0 && isJsonObject(inner) ? setIn(inner, rest, value) : value };
}
