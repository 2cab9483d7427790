import type { SagaDocument } from "@/engine/definition/document";
import { isJsonObject, type Json } from "@/engine/json";

/**
 * A value that can be drawn and edited on the canvas, as a document: it may lack commands or break rules, which lint
 * says, but its steps have ids of their own and its edges and positions have the right shape. Null for anything else.
 */
export function toEditable(value: unknown): SagaDocument | null {
  if (!isJsonObject(value) || typeof value.saga !== "string") return null;
  const steps = stepsOf(value.steps);
  const edges = value.edges ?? undefined;
  const layout = value.layout ?? undefined;
  if (!steps || !areEdges(edges) || !isLayout(layout)) return null;
  const { edges: _, layout: __, ...rest } = value;
  return { ...rest, steps, ...(edges ? { edges } : {}), ...(layout ? { layout } : {}) } as unknown as SagaDocument;
}

function stepsOf(value: Json | undefined): readonly object[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return null;
  const steps = value.map(toStep);
  const ids = new Set(steps.map((step) => step?.id));
  return steps.every((step) => step !== null) && ids.size === steps.length ? steps : null;
}

function toStep(step: Json) {
  if (!isJsonObject(step) || typeof step.id !== "string" || step.id === "") return null;
  const texts = [step.title, step.class, step.notes];
  if (texts.some((text) => text !== undefined && typeof text !== "string")) return null;
  const action = step.action ?? "";
  if (!isCommand(action) || (step.compensation !== undefined && !isCommand(step.compensation))) return null;
  return step.action === undefined || step.action === null
    ? { ...step, id: step.id, action }
    : { ...step, id: step.id };
}

function isCommand(value: Json): boolean {
  if (typeof value === "string") return true;
  if (!isJsonObject(value) || (value.command !== undefined && typeof value.command !== "string")) return false;
  return [value.retry, value.http].every((part) => part === undefined || isJsonObject(part));
}

function areEdges(value: Json | undefined): boolean {
  if (value === undefined) return true;
  return (
    Array.isArray(value) &&
    value.every(
      (edge: Json) =>
        isJsonObject(edge) &&
        typeof edge.from === "string" &&
        typeof edge.to === "string" &&
        (edge.when === undefined || typeof edge.when === "string"),
    )
  );
}

function isLayout(value: Json | undefined): boolean {
  if (value === undefined) return true;
  return (
    isJsonObject(value) &&
    Object.values(value).every((at) => isJsonObject(at) && typeof at.x === "number" && typeof at.y === "number")
  );
}
