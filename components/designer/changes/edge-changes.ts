import type { EdgeDocument, SagaDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";

/** The document with these edges. None at all would mean the sequence of the steps, so then they are left out. */
export function withEdges(document: SagaDocument, edges: readonly EdgeDocument[]): SagaDocument {
  if (edges.length > 0) return { ...document, edges: [...edges] };
  const { edges: _, ...rest } = document;
  return rest;
}

/** Why two steps cannot be joined, or null. The graph has no circle (engine.md F1). */
export function connectProblem(document: SagaDocument, from: string, to: string): string | null {
  const known = (id: string) => document.steps.some((step) => step.id === id);
  if (!known(from) || !known(to)) return "One of the steps is gone.";
  if (from === to) return "A step cannot follow itself.";
  const edges = edgesOf(document);
  if (edges.some((edge) => edge.from === from && edge.to === to)) return "These steps are joined already.";
  return reaches(edges, to, from) ? "That would close a circle: a saga only goes forward." : null;
}

export function connect(document: SagaDocument, from: string, to: string): SagaDocument {
  if (connectProblem(document, from, to) !== null) return document;
  return withEdges(document, [...edgesOf(document), { from, to }]);
}

/** An empty condition takes it away: the edge is then always taken. */
export function setCondition(document: SagaDocument, index: number, when: string | undefined): SagaDocument {
  const edges = edgesOf(document);
  const edge = edges[index];
  if (!edge || edge.when === (when || undefined)) return document;
  const { when: _, otherwise: __, ...bare } = edge;
  edges[index] = when ? { ...bare, when } : bare;
  return withEdges(document, edges);
}

/** Whether `to` can be reached from `from` along the edges. */
export function reaches(edges: readonly EdgeDocument[], from: string, to: string): boolean {
  return downstreamOf(edges, from).has(to);
}

/** Every step that can be reached from this one, itself included. */
export function downstreamOf(edges: readonly EdgeDocument[], from: string): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const edge of edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  const seen = new Set([from]);
  for (const id of seen) for (const target of next.get(id) ?? []) seen.add(target);
  return seen;
}
