/** Rules about single edges. */
import { limits } from "../../limits";
import { errorAt, type Rule, type StepFacts, warningAt } from "../facts";

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

const otherwiseOutOfPlace: Rule = ({ edges, steps }) =>
  edges
    .filter(({ edge, from }) => edge.otherwise === true && steps[from]?.step.kind !== "decision")
    .map(({ edge, index }) =>
      errorAt(
        { path: ["edges", index, "otherwise"], step: edge.from },
        "otherwise-out-of-place",
        `The edge from ${edge.from} to ${edge.to} says otherwise, which belongs to a decision; ${edge.from} takes every edge whose condition holds, so write the opposite condition in when.`,
      ),
    );

const otherwiseWithCondition: Rule = ({ edges, steps }) =>
  edges
    .filter(({ edge, from }) => edge.otherwise === true && edge.when !== undefined && isDecision(steps[from]))
    .map(({ edge, index }) =>
      errorAt(
        { path: ["edges", index, "when"], step: edge.from },
        "otherwise-with-condition",
        `The edge from ${edge.from} to ${edge.to} says otherwise and has a condition; it is taken when no other is, so remove one of the two.`,
      ),
    );

const severalOtherwise: Rule = ({ edges, steps }) =>
  steps.filter(isDecision).flatMap(({ index: decision }) =>
    edges
      .filter(({ edge, from }) => from === decision && edge.otherwise === true)
      .slice(1)
      .map(({ edge, index }) =>
        errorAt(
          { path: ["edges", index, "otherwise"], step: edge.from },
          "otherwise-twice",
          `The decision ${edge.from} has more than one edge that says otherwise; only one can be taken.`,
        ),
      ),
  );

/** An edge of a decision without a condition is always taken, so those after it never are. */
const unreachableWay: Rule = ({ edges, steps }) =>
  steps.filter(isDecision).flatMap(({ index: decision, step }) => {
    const out = edges.filter(({ from }) => from === decision);
    const always = out.findIndex(({ edge }) => edge.when === undefined && edge.otherwise !== true);
    if (always < 0 || out.length < 2) return [];
    const index = out[always]?.index ?? 0;
    const message = `The edge from ${step.id} to ${out[always]?.edge.to} has no condition, so the decision always takes it once it gets there; say when, or otherwise.`;
    return [errorAt({ path: ["edges", index], step: step.id }, "decision-without-condition", message)];
  });

const noWayOut: Rule = ({ edges, steps }) =>
  steps.filter(isDecision).flatMap(({ index: decision, step, path }) => {
    const out = edges.filter(({ from }) => from === decision);
    if (out.length === 0)
      return [warningAt({ path, step: step.id }, "decision-without-ways", `The decision ${step.id} leads nowhere.`)];
    if (out.some(({ edge }) => edge.otherwise === true || edge.when === undefined)) return [];
    const message = `When none of its conditions is true, the decision ${step.id} fails; add an edge that says otherwise.`;
    return [warningAt({ path, step: step.id }, "decision-without-otherwise", message)];
  });

function isDecision(facts: StepFacts | undefined): facts is StepFacts {
  return facts?.step.kind === "decision";
}

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
  otherwiseWithCondition,
  severalOtherwise,
  unreachableWay,
  noWayOut,
  sequenceWithEmptyEdges,
  tooManyBranches,
];
