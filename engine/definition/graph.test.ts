import fc from "fast-check";
import { expect, test } from "vitest";
import { type IndexedEdge, reachability, sortTopologically } from "./graph";

type Graph = { readonly size: number; readonly edges: readonly IndexedEdge[] };

const anyGraph: fc.Arbitrary<Graph> = fc.integer({ min: 1, max: 70 }).chain((size) => {
  const node = fc.integer({ min: 0, max: size - 1 });
  return fc.record({
    size: fc.constant(size),
    edges: fc.array(fc.record({ from: node, to: node }), { maxLength: 150 }),
  });
});

/** Every edge from a lower rank to a higher one, ranks being shuffled: no cycle, and no order that gives it away. */
const acyclic: fc.Arbitrary<Graph> = anyGraph.chain(({ size, edges }) =>
  fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }).map((rank) => ({
    size,
    edges: edges
      .filter(({ from, to }) => from !== to)
      .map(({ from, to }) => ((rank[from] ?? 0) < (rank[to] ?? 0) ? { from, to } : { from: to, to: from })),
  })),
);

test("in the order of an acyclic graph every node follows its predecessors", () => {
  fc.assert(
    fc.property(acyclic, ({ size, edges }) => {
      const sorted = sortTopologically(size, edges);
      if (!sorted.ok) throw new Error("expected no cycle");
      const place = new Map(sorted.order.map((node, index) => [node, index]));
      expect(place.size).toBe(size);
      for (const { from, to } of edges) expect(place.get(from)).toBeLessThan(place.get(to) ?? -1);
    }),
  );
});

test("downstream is what a walk reaches", () => {
  fc.assert(
    fc.property(acyclic, ({ size, edges }) => {
      const sorted = sortTopologically(size, edges);
      if (!sorted.ok) throw new Error("expected no cycle");
      const sets = reachability(size, edges, sorted.order);
      for (let node = 0; node < size; node++) expect(sets[node]).toEqual(walk(node, edges));
    }),
  );
});

test("a cycle that is named is a cycle", () => {
  fc.assert(
    fc.property(anyGraph, ({ size, edges }) => {
      const sorted = sortTopologically(size, edges);
      const cyclic = edges.some(({ from, to }) => from === to || walk(to, edges).has(from));
      expect(sorted.ok).toBe(!cyclic);
      if (sorted.ok) return;
      expect(new Set(sorted.cycle).size).toBe(sorted.cycle.length);
      for (const [index, node] of sorted.cycle.entries()) {
        const next = sorted.cycle[(index + 1) % sorted.cycle.length];
        expect(edges.some(({ from, to }) => from === node && to === next)).toBe(true);
      }
    }),
  );
});

function walk(start: number, edges: readonly IndexedEdge[]): Set<number> {
  const seen = new Set<number>();
  const pending = [start];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const { from, to } of edges) {
      if (from !== node || seen.has(to)) continue;
      seen.add(to);
      pending.push(to);
    }
  }
  return seen;
}
