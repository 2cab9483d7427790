import { kindOf } from "@/components/canvas/step-kind";
import type { SagaDocument, StepDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import { defaultStepKind, stepKinds } from "@/engine/steps";
import { withEdges } from "./edge-changes";
import { changeStep } from "./set-field";

/** A step of another kind in the same place. What both kinds have is kept: names, commands, what a failure does. */
export function setKind(document: SagaDocument, id: string, as: StepDocument): SagaDocument {
  const step = document.steps.find((other) => other.id === id);
  if (!step || (step.kind ?? defaultStepKind) === kindOf(as)) return document;
  const next = changeStep(document, id, () => ({ ...as, ...kept(step, as), id }) as StepDocument);
  if (kindOf(step) !== "decision") return next;
  const edges = edgesOf(document).map(({ otherwise, ...edge }) =>
    otherwise && edge.from !== id ? { ...edge, otherwise } : edge,
  );
  return withEdges(next, edges);
}

/** The fields of a step that the other kind has too, where what is written fits there. */
function kept(step: StepDocument, as: StepDocument): object {
  const { shape } = stepKinds[kindOf(as)].schema;
  const entries = Object.entries(step).filter(([field, value]) => {
    const schema = (shape as Readonly<Record<string, { safeParse: (value: unknown) => { success: boolean } }>>)[field];
    return field !== "kind" && schema !== undefined && (isCommandPart(field) || schema.safeParse(value).success);
  });
  return Object.fromEntries(entries);
}

/** A command that is not named yet is kept as well. */
const isCommandPart = (field: string) => field === "action" || field === "compensation" || field === "probe";
