import { stepTitle } from "@/components/canvas/canvas-model";
import type { SagaDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import { isJsonObject, type Json } from "@/engine/json";
import type { Half } from "../changes/change";
import { downstreamOf } from "../changes/edge-changes";

/** Something an expression may read. `detail` says what it is; `value` is the sample's, where there is one. */
export type ContextPath = { readonly path: string; readonly detail: string; readonly value?: Json };

/** Where an expression stands: in a step's half, on an edge out of a step, or in the saga's own fields (data only). */
export type Place =
  | { readonly kind: "half"; readonly step: string; readonly half: Half }
  | { readonly kind: "edge"; readonly from: string }
  | { readonly kind: "saga" };

const LONGEST = 400;

/** What expressions at a place may read, the run's data first. */
export function contextPaths(document: SagaDocument, place: Place): readonly ContextPath[] {
  const data = dataPaths(document);
  if (place.kind === "saga") return data;
  const own = place.kind === "half" && place.half === "compensation" ? undoPaths : [];
  return [...own, ...data, ...stepPaths(document, upstreamOf(document, place)), ...sagaPaths];
}

const undoPaths: readonly ContextPath[] = [
  { path: "original_result", detail: "what the action answered; null while unknown" },
  { path: "original_input", detail: "what the action was sent" },
  { path: "action_key", detail: "the action's idempotency key" },
  { path: "outcome", detail: "completed, unknown or failed" },
];

const sagaPaths: readonly ContextPath[] = [
  { path: "saga.id", detail: "the run's id" },
  { path: "saga.type", detail: "the saga's type" },
  { path: "saga.version", detail: "the version's number" },
];

/** Steps that have settled when an expression at the place is evaluated. */
export function upstreamOf(document: SagaDocument, place: Exclude<Place, { kind: "saga" }>): readonly string[] {
  const from = place.kind === "edge" ? place.from : place.step;
  const backward = edgesOf(document).map((edge) => ({ from: edge.to, to: edge.from }));
  const reached = downstreamOf(backward, from);
  return document.steps
    .map((step) => step.id)
    .filter((id) => reached.has(id) && (place.kind === "edge" || id !== from));
}

function stepPaths(document: SagaDocument, ids: readonly string[]): ContextPath[] {
  return ids.flatMap((id) => {
    const step = document.steps.find((other) => other.id === id);
    const title = step ? stepTitle(step) : id;
    return [
      { path: `steps.${id}.result`, detail: `what ${title} answered` },
      { path: `steps.${id}.status`, detail: `status of ${title}` },
      { path: `steps.${id}.error`, detail: `why ${title} failed` },
    ];
  });
}

/** Paths into the data: what the sample shows, and what the input schema names besides. */
function dataPaths(document: SagaDocument): ContextPath[] {
  const found = new Map<string, ContextPath>();
  walkSample(document.sample, "data", found);
  walkSchema(document.input, "data", found, 0);
  if (found.size === 0) found.set("data", { path: "data", detail: "the run's input" });
  return [...found.values()].slice(0, LONGEST);
}

const member = (parent: string, key: string) =>
  /^[A-Za-z_]\w*$/.test(key) ? `${parent}.${key}` : `${parent}[${JSON.stringify(key)}]`;

function walkSample(value: Json | undefined, path: string, found: Map<string, ContextPath>) {
  if (value === undefined || found.size >= LONGEST) return;
  if (path !== "data") found.set(path, { path, detail: typeName(value), value });
  if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) walkSample(item, member(path, key), found);
}

function walkSchema(schema: Json | undefined, path: string, found: Map<string, ContextPath>, depth: number) {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties) || depth > 8) return;
  for (const [key, item] of Object.entries(schema.properties)) {
    if (found.size >= LONGEST) return;
    const at = member(path, key);
    if (!found.has(at)) found.set(at, { path: at, detail: isJsonObject(item) ? String(item.type ?? "any") : "any" });
    walkSchema(item, at, found, depth + 1);
  }
}

function typeName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `list of ${value.length}`;
  return typeof value;
}
