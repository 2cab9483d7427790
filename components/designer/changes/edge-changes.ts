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
  const edges = edgesOf(document);
  return withEdges(document, [...edges, wayOut(document, edges, from, to)]);
}

const isDecision = (document: SagaDocument, id: string) =>
  document.steps.find((step) => step.id === id)?.kind === "decision";

/** A new edge. A decision's is taken when no other is, as long as none of them says so already: its condition comes later. */
export function wayOut(document: SagaDocument, edges: readonly EdgeDocument[], from: string, to: string): EdgeDocument {
  const last = isDecision(document, from) && !edges.some((edge) => edge.from === from && edge.otherwise);
  return last ? { from, to, otherwise: true } : { from, to };
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

/** One way out of a decision at most is the one that is taken when no other is; it asks nothing. */
export function setOtherwise(document: SagaDocument, index: number, otherwise: boolean): SagaDocument {
  const edges = edgesOf(document);
  const edge = edges[index];
  if (!edge || (edge.otherwise ?? false) === otherwise) return document;
  const bare = ({ otherwise: _, ...rest }: EdgeDocument): EdgeDocument => rest;
  const next = edges.map((other, at) => {
    if (at === index) return otherwise ? { from: edge.from, to: edge.to, otherwise: true } : bare(edge);
    return otherwise && other.from === edge.from && other.otherwise ? bare(other) : other;
  });
  return withEdges(document, next);
}

/** Ways are asked in the order of the list: two that ask change places. */
export function moveWay(document: SagaDocument, index: number, by: -1 | 1): SagaDocument {
  const edges = edgesOf(document);
  const asking = edges.flatMap((edge, at) => (edge.from === edges[index]?.from && !edge.otherwise ? [at] : []));
  const other = asking[asking.indexOf(index) + by];
  const [one, two] = [edges[index], edges[other ?? -1]];
  if (!one || !two || other === undefined || !asking.includes(index)) return document;
  return withEdges(document, edges.with(index, two).with(other, one));
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
