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
  const decisions = new Set(document.steps.flatMap((step) => (step.kind === "decision" ? [step.id] : [])));
  const healed = heal(left, gone, decisions);
  if (gone.size === 0 && healed.length === 0) return document;
  return pinned(withEdges({ ...document, steps: kept }, healed), { ...pins, ...document.layout });
}

/** Whether cutting these edges would leave none, which means the sequence again: the one thing that cannot be drawn. */
export const leavesNoEdge = (document: SagaDocument, edges: readonly number[]): boolean =>
  document.steps.length > 1 && edges.length > 0 && new Set(edges).size >= edgesOf(document).length;

/** Bridges stand where the edge stood that led into what goes, so that a decision asks in the same order as before. */
function heal(edges: readonly EdgeDocument[], gone: ReadonlySet<string>, decisions: ReadonlySet<string>) {
  const staying = edges.filter((edge) => !gone.has(edge.from) && !gone.has(edge.to));
  const bridges: EdgeDocument[] = [];
  return edges.flatMap((entry): EdgeDocument[] => {
    if (gone.has(entry.from)) return [];
    if (!gone.has(entry.to)) return [entry];
    const fresh = bridgesFrom(entry, { edges, gone, decisions }, new Set()).filter(({ from, to }) => {
      const others = [...staying, ...bridges];
      // Ways out of a decision exclude each other, so a longer one does not make a shorter one needless.
      return decisions.has(from)
        ? !others.some((other) => other.from === from && other.to === to)
        : !reaches(others, from, to);
    });
    bridges.push(...fresh);
    return fresh;
  });
}

type Graph = {
  readonly edges: readonly EdgeDocument[];
  readonly gone: ReadonlySet<string>;
  readonly decisions: ReadonlySet<string>;
};

/** Edges from the last step that stays to the next ones that stay, past what goes; the conditions on the way all hold. */
function bridgesFrom(entry: EdgeDocument, graph: Graph, seen: Set<string>): EdgeDocument[] {
  if (!graph.gone.has(entry.to)) return [entry];
  if (seen.has(entry.to)) return [];
  seen.add(entry.to);
  const out = graph.edges.filter((edge) => edge.from === entry.to);
  return out.flatMap((edge) => {
    const own = graph.decisions.has(entry.to) ? wayCondition(edge, out) : edge.when;
    const when = both(entry.when, own);
    const { otherwise } = entry;
    const bridge = { from: entry.from, to: edge.to, ...(when ? { when } : otherwise ? { otherwise } : {}) };
    return bridgesFrom(bridge, graph, seen);
  });
}

/** What holds when a decision takes this way: its own condition, and none of those that are asked before. */
function wayCondition(edge: EdgeDocument, out: readonly EdgeDocument[]): string | undefined {
  const asked = out.filter((other) => !other.otherwise);
  const before = edge.otherwise ? asked : asked.slice(0, asked.indexOf(edge));
  const refused = before.map((other) => `!(${other.when ?? "true"})`);
  return [...refused, ...(edge.when ? [edge.when] : [])].reduce<string | undefined>(both, undefined);
}

const both = (a: string | undefined, b: string | undefined) => (a && b ? `(${a}) && (${b})` : (a ?? b));
