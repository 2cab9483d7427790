import { stepTitle } from "@/components/canvas/canvas-model";
import { hasKind } from "@/components/canvas/step-kind";
import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import { parseExpression, parseTemplate, references } from "@/engine/expression/expression";
import { expressionsOf } from "@/engine/steps";

export type Reader = {
  /** What reads: a part of a step, or a condition. */
  readonly where: string;
  /** The step to go to. */
  readonly step: string;
  readonly path: string;
};

/** Everything in a document that reads what a step answered. */
export function readersOf(document: SagaDocument, id: string): readonly Reader[] {
  const inSteps = document.steps.flatMap((step) => readsOfStep(step, id));
  const onEdges = edgesOf(document).flatMap((edge) => {
    const parsed = edge.when === undefined ? null : parseExpression(edge.when);
    const reads = parsed?.ok ? pathsTo(references(parsed.value), id) : [];
    return reads.map((path) => ({ where: `Condition to ${edge.to}`, step: edge.to, path }));
  });
  return [...inSteps, ...onEdges];
}

function readsOfStep(step: StepDocument, id: string): readonly Reader[] {
  if (!hasKind(step)) return [];
  return expressionsOf(step).flatMap(({ path: [field], source, names }) => {
    const parsed = parseTemplate(source, names);
    const reads = parsed.ok ? pathsTo(references(parsed.value), id) : [];
    return reads.map((path) => ({ where: `${stepTitle(step)}, ${field}`, step: step.id, path }));
  });
}

const pathsTo = (found: ReturnType<typeof references>, id: string) => [
  ...new Set(found.filter(({ path }) => path[0] === "steps" && path[1] === id).map(({ path }) => path.join("."))),
];
