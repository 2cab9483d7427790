/** Rules about single edges. */
import { limits } from "../../limits";
import { errorAt, type Rule, warningAt } from "../facts";

const edgeToNowhere: Rule = ({ edges, edgesWritten }) =>
  edgesWritten
    ? edges.flatMap(({ edge, index, from, to }) =>
        (["from", "to"] as const)
          .filter((end) => (end === "from" ? from : to) < 0)
          .map((end) =>
            errorAt(
              { path: ["edges", index, end] },
              "edge-to-nowhere",
              `The edge from ${edge.from} to ${edge.to} names ${edge[end]}, but there is no such step.`,
            ),
          ),
      )
    : [];

const selfLoop: Rule = ({ edges, edgesWritten }) =>
  edges
    .filter(({ from, to }) => edgesWritten && from >= 0 && from === to)
    .map(({ edge, index }) =>
      errorAt(
        { path: ["edges", index], step: edge.from },
        "self-loop",
        `Step ${edge.from} has an edge to itself; it would wait for itself for ever.`,
      ),
    );

const duplicateEdge: Rule = ({ edges, edgesWritten }) => {
  if (!edgesWritten) return [];
  const seen = new Set<string>();
  return edges.flatMap(({ edge, index }) => {
    const ends = `${edge.from} ${edge.to}`;
    if (!seen.has(ends)) {
      seen.add(ends);
      return [];
    }
    const message = `There is already an edge from ${edge.from} to ${edge.to}; join their conditions in one with ||.`;
    return [errorAt({ path: ["edges", index], step: edge.from }, "duplicate-edge", message)];
  });
};

const otherwiseOutOfPlace: Rule = ({ edges }) =>
  edges
    .filter(({ edge }) => edge.otherwise === true)
    .map(({ edge, index }) =>
      errorAt(
        { path: ["edges", index, "otherwise"], step: edge.from },
        "otherwise-out-of-place",
        `The edge from ${edge.from} to ${edge.to} says otherwise, which belongs to a decision; ${edge.from} takes every edge whose condition holds, so write the opposite condition in when.`,
      ),
    );

const sequenceWithEmptyEdges: Rule = ({ document }) =>
  document.edges?.length === 0 && document.steps.length > 1
    ? [warningAt({ path: ["edges"] }, "edges-empty", "No edge is written, so the steps run in the order listed.")]
    : [];

const tooManyBranches: Rule = ({ document, edges, edgesWritten }) => {
  if (!edgesWritten) return [];
  const leaving = countBy(edges.map(({ from }) => from));
  const entered = new Set(edges.map(({ to }) => to));
  const first = document.steps.filter((_, index) => !entered.has(index));
  const expected = `expected at most ${limits.branches}; put a step between, or join some of them`;
  return [
    ...document.steps.flatMap(({ id }, index) => {
      const branches = leaving.get(index) ?? 0;
      if (branches <= limits.branches) return [];
      const message = `Step ${id} has ${branches} edges out of it, which may all be taken at once; ${expected}.`;
      return [errorAt({ path: ["steps", index], step: id }, "too-many-branches", message)];
    }),
    ...(first.length > limits.branches
      ? [errorAt({ path: ["steps"] }, "too-many-branches", `${first.length} steps begin at once; ${expected}.`)]
      : []),
  ];
};

function countBy(values: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

export const edgeRules: readonly Rule[] = [
  edgeToNowhere,
  selfLoop,
  duplicateEdge,
  otherwiseOutOfPlace,
  sequenceWithEmptyEdges,
  tooManyBranches,
];
