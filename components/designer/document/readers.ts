import { stepTitle } from "@/components/canvas/canvas-model";
import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import { parseExpression, parseTemplate, references } from "@/engine/expression/expression";
import type { Json } from "@/engine/json";

export type Reader = {
  /** What reads: a step's half, or a condition. */
  readonly where: string;
  /** The step to go to. */
  readonly step: string;
  readonly path: string;
};

/** Everything in a document that reads what a step answered. */
export function readersOf(document: SagaDocument, id: string): readonly Reader[] {
  const inSteps = document.steps.flatMap((step) =>
    (["action", "compensation"] as const).flatMap((half) =>
      readsOf(templatesOf(step[half]), id).map((path) => ({
        where: `${stepTitle(step)}, ${half}`,
        step: step.id,
        path,
      })),
    ),
  );
  const onEdges = edgesOf(document).flatMap((edge) => {
    const parsed = edge.when === undefined ? null : parseExpression(edge.when);
    const reads = parsed?.ok ? pathsTo(references(parsed.value), id) : [];
    return reads.map((path) => ({ where: `Condition to ${edge.to}`, step: edge.to, path }));
  });
  return [...inSteps, ...onEdges];
}

function templatesOf(half: StepDocument["action"] | undefined): readonly Json[] {
  if (typeof half !== "object") return [];
  return [half.input, half.http?.path].filter((value) => value !== undefined);
}

function readsOf(values: readonly Json[], id: string): string[] {
  return values.flatMap((value) => {
    const parsed = parseTemplate(value);
    return parsed.ok ? pathsTo(references(parsed.value), id) : [];
  });
}

const pathsTo = (found: ReturnType<typeof references>, id: string) => [
  ...new Set(found.filter(({ path }) => path[0] === "steps" && path[1] === id).map(({ path }) => path.join("."))),
];
