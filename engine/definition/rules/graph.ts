/** Rules about the graph as a whole. */
import { errorAt, type Facts, type Rule, warningAt } from "../facts";

const cycle: Rule = ({ sorted, steps }) => {
  if (sorted.ok) return [];
  const ids = sorted.cycle.map((index) => steps[index]?.step.id ?? "");
  const around = [...ids.slice(0, 12), ...(ids.length > 12 ? [`… (${ids.length} steps)`] : []), ids[0]].join(" → ");
  const message = `These steps wait for each other in a circle: ${around}. Remove one of the edges between them.`;
  return [errorAt({ path: ["steps", sorted.cycle[0] ?? 0], step: ids[0] }, "cycle", message)];
};

/** In a graph without cycles every step is reachable from some start, so what can be lost is only the connection. */
const disconnected: Rule = (facts) => {
  if (!facts.edgesWritten) return [];
  const islands = islandsOf(facts);
  return islands.slice(1).map((island) => {
    const ids = island.map((index) => facts.steps[index]?.step.id ?? "");
    const names = ids.length > 5 ? `${ids.slice(0, 5).join(", ")} and ${ids.length - 5} more` : ids.join(", ");
    const message = `${names} ${ids.length === 1 ? "has" : "have"} no edge to the other steps and will run beside them from the start.`;
    return warningAt({ path: ["steps", island[0] ?? 0], step: ids[0] }, "disconnected", message);
  });
};

/** Groups of steps that hang together, the group of the first step first. */
function islandsOf({ steps, edges }: Facts): number[][] {
  const root = steps.map((_, index) => index);
  const find = (index: number): number => {
    let at = index;
    while (root[at] !== at) {
      root[at] = root[root[at] ?? at] ?? at;
      at = root[at] ?? at;
    }
    return at;
  };
  for (const { from, to } of edges) if (from >= 0 && to >= 0) root[find(to)] = find(from);
  const islands = new Map<number, number[]>();
  for (const { index } of steps) islands.set(find(index), [...(islands.get(find(index)) ?? []), index]);
  return [...islands.values()];
}

export const graphRules: readonly Rule[] = [cycle, disconnected];
