import type { EdgeDocument, SagaDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import type { Change } from "./change";
import { reaches, withEdges } from "./edge-changes";
import { pinned } from "./pin";

type Delete = Extract<Change, { type: "delete" }>;

/** Takes steps and edges out. Where a step stood between others, they are joined, so that the order survives it. */
export function deleteParts(document: SagaDocument, { steps, edges, pins }: Delete): SagaDocument {
  const gone = new Set(steps.filter((id) => document.steps.some((step) => step.id === id)));
  const cut = new Set(edges);
  const before = edgesOf(document);
  const left = before.filter((_, index) => !cut.has(index));
  if (gone.size === 0 && left.length === before.length) return document;
  const kept = document.steps.filter((step) => !gone.has(step.id));
  const healed = heal(left, gone);
  if (gone.size === 0 && healed.length === 0) return document;
  return pinned(withEdges({ ...document, steps: kept }, healed), { ...pins, ...document.layout });
}

/** Whether cutting these edges would leave none, which means the sequence again: the one thing that cannot be drawn. */
export const leavesNoEdge = (document: SagaDocument, edges: readonly number[]): boolean =>
  document.steps.length > 1 && edges.length > 0 && new Set(edges).size >= edgesOf(document).length;

function heal(edges: readonly EdgeDocument[], gone: ReadonlySet<string>): EdgeDocument[] {
  const kept = edges.filter((edge) => !gone.has(edge.from) && !gone.has(edge.to));
  for (const entry of edges) {
    if (gone.has(entry.from) || !gone.has(entry.to)) continue;
    for (const bridge of bridgesFrom(entry, edges, gone, new Set()))
      if (!reaches(kept, bridge.from, bridge.to)) kept.push(bridge);
  }
  return kept;
}

/** Edges from the last step that stays to the next ones that stay, past what goes; the conditions on the way all hold. */
function bridgesFrom(
  entry: EdgeDocument,
  edges: readonly EdgeDocument[],
  gone: ReadonlySet<string>,
  seen: Set<string>,
): EdgeDocument[] {
  if (!gone.has(entry.to)) return [entry];
  if (seen.has(entry.to)) return [];
  seen.add(entry.to);
  return edges
    .filter((edge) => edge.from === entry.to)
    .flatMap((edge) => {
      const when = both(entry.when, edge.when);
      return bridgesFrom({ from: entry.from, to: edge.to, ...(when ? { when } : {}) }, edges, gone, seen);
    });
}

const both = (a: string | undefined, b: string | undefined) => (a && b ? `(${a}) && (${b})` : (a ?? b));
