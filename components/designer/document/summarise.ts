import { stepTitle } from "@/components/canvas/canvas-model";
import type { ReactionDocument, SagaDocument, StepDocument } from "@/engine/definition/document";
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

/** What a version would change of the one before, in words for people: steps and reactions by title, and whether order or settings did. */
export function summarise(before: SagaDocument, after: SagaDocument): ChangeSummary {
  const [earlier, later] = [partsOf(before), partsOf(after)];
  const was = new Map(earlier.map((part) => [part.id, part]));
  const is = new Map(later.map((part) => [part.id, part]));
  const added = later.filter((part) => !was.has(part.id)).map(stepTitle);
  const removed = earlier.filter((part) => !is.has(part.id)).map(stepTitle);
  const changed = later.filter((part) => was.has(part.id) && !same(part, was.get(part.id))).map(stepTitle);
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

/** Its steps, or its reactions. */
const partsOf = ({ steps, reactions = [] }: SagaDocument): readonly (StepDocument | ReactionDocument)[] => [
  ...steps,
  ...reactions,
];

const edgeNames = (document: SagaDocument) =>
  edgesOf(document)
    .map((edge) => JSON.stringify([edge.from, edge.to, edge.when ?? null, edge.otherwise ?? false]))
    .sort();

function settingsOf(document: SagaDocument) {
  const { steps: _, edges: __, layout: ___, reactions: ____, ...rest } = document;
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
