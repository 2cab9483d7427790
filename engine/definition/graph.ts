/** The graph of a definition by index: who precedes whom. Pure arithmetic; knows nothing of steps. */

export type IndexedEdge = { readonly from: number; readonly to: number };

export type Sorted =
  | { readonly ok: true; readonly order: readonly number[] }
  | { readonly ok: false; readonly cycle: readonly number[] };

/** Every node after all of its predecessors, ties in the order listed; or the nodes of one cycle, in its order. */
export function sortTopologically(size: number, edges: readonly IndexedEdge[]): Sorted {
  const successors = adjacency(size, edges);
  const waiting = new Array<number>(size).fill(0);
  for (const edge of edges) waiting[edge.to] = (waiting[edge.to] ?? 0) + 1;
  const order: number[] = [];
  for (let node = 0; node < size; node++) if (waiting[node] === 0) order.push(node);
  for (let next = 0; next < order.length; next++) {
    for (const successor of successors[order[next] ?? -1] ?? []) {
      const left = (waiting[successor] ?? 0) - 1;
      waiting[successor] = left;
      if (left === 0) order.push(successor);
    }
  }
  return order.length === size ? { ok: true, order } : { ok: false, cycle: findCycle(edges, waiting) };
}

/** `sets[i]` holds every node reachable from node i by one edge or more. */
export function reachability(
  size: number,
  edges: readonly IndexedEdge[],
  order: readonly number[],
): ReadonlySet<number>[] {
  const successors = adjacency(size, edges);
  const words = Math.ceil(size / 32);
  const bits = Array.from({ length: size }, () => new Uint32Array(words));
  for (const node of [...order].reverse()) {
    const own = bits[node];
    for (const successor of successors[node] ?? []) {
      const theirs = bits[successor];
      if (!own || !theirs) continue;
      for (let word = 0; word < words; word++) own[word] = (own[word] ?? 0) | (theirs[word] ?? 0);
      own[successor >> 5] = (own[successor >> 5] ?? 0) | (1 << (successor & 31));
    }
  }
  return bits.map(toSet);
}

export function adjacency(size: number, edges: readonly IndexedEdge[]): number[][] {
  const successors: number[][] = Array.from({ length: size }, () => []);
  for (const edge of edges) successors[edge.from]?.push(edge.to);
  return successors;
}

function toSet(words: Uint32Array): ReadonlySet<number> {
  const members = new Set<number>();
  words.forEach((word, index) => {
    for (let rest = word >>> 0; rest !== 0; rest &= rest - 1) members.add(index * 32 + 31 - Math.clz32(rest & -rest));
  });
  return members;
}

/** Every node that still waits has a predecessor that still waits: walking back from one must come round. */
function findCycle(edges: readonly IndexedEdge[], waiting: readonly number[]): number[] {
  const stuck = (node: number) => (waiting[node] ?? 0) > 0;
  const before = new Map<number, number>();
  for (const edge of edges) if (stuck(edge.from) && stuck(edge.to)) before.set(edge.to, edge.from);
  const path: number[] = [];
  const seen = new Set<number>();
  let node = waiting.findIndex((count) => count > 0);
  while (!seen.has(node)) {
    seen.add(node);
    path.push(node);
    node = before.get(node) ?? node;
  }
  return fromSmallest(path.slice(path.indexOf(node)).reverse());
}

function fromSmallest(cycle: readonly number[]): number[] {
  const start = cycle.indexOf(Math.min(...cycle));
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}
