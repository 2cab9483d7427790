import { stepTitle } from "@/components/canvas/canvas-model";
import type { SagaDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";

export type ChangeSummary = {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly order: boolean;
  readonly settings: boolean;
  /** Only positions differ. */
  readonly layoutOnly: boolean;
};

/** What a version would change of the one before, in words for people: steps by title, and whether order or settings did. */
export function summarise(before: SagaDocument, after: SagaDocument): ChangeSummary {
  const was = new Map(before.steps.map((step) => [step.id, step]));
  const is = new Map(after.steps.map((step) => [step.id, step]));
  const added = after.steps.filter((step) => !was.has(step.id)).map(stepTitle);
  const removed = before.steps.filter((step) => !is.has(step.id)).map(stepTitle);
  const changed = after.steps.filter((step) => was.has(step.id) && !same(step, was.get(step.id))).map(stepTitle);
  const order = !same(edgeNames(before), edgeNames(after));
  const settings = !same(settingsOf(before), settingsOf(after));
  const none = added.length + removed.length + changed.length === 0 && !order && !settings;
  return { added, removed, changed, order, settings, layoutOnly: none && !same(before.layout, after.layout) };
}

export const isUnchanged = (summary: ChangeSummary) =>
  !summary.layoutOnly &&
  !summary.order &&
  !summary.settings &&
  summary.added.length + summary.removed.length + summary.changed.length === 0;

const edgeNames = (document: SagaDocument) =>
  edgesOf(document)
    .map((edge) => JSON.stringify([edge.from, edge.to, edge.when ?? null, edge.otherwise ?? false]))
    .sort();

function settingsOf(document: SagaDocument) {
  const { steps: _, edges: __, layout: ___, ...rest } = document;
  return rest;
}

const same = (a: unknown, b: unknown) => JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));

/** The order of keys says nothing. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, canonical(item)]),
  );
}
