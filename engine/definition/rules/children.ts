/** Rules about other sagas as steps: what is known of them comes from outside the document (engine.md, U8). */
import { type Facts, type Rule, type StepFacts, warningAt } from "../facts";

const unknownSaga: Rule = (facts) => {
  const { known, document } = facts;
  if (!known) return [];
  return childrenOf(facts)
    .filter(({ type }) => type !== document.saga && !known.has(type))
    .map(({ facts: { path, step }, type }) => {
      const message = `Step ${step.id} runs ${type}, of which no version is published; until one is, the step fails.`;
      return warningAt({ path: [...path, "saga"], step: step.id }, "unknown-saga", message);
    });
};

/** Past its own pivot a child does not stop, though its parent may still have to be undone. */
const childPivotBeforeParents: Rule = (facts) =>
  childrenOf(facts)
    .filter(({ type }) => facts.known?.get(type)?.hasPivot === true)
    .flatMap(({ facts: { path, step, index }, type }) => {
      const pivot = facts.steps.find((other) => other.class === "pivot" && !facts.downstream[other.index]?.has(index));
      if (!facts.sorted.ok || !pivot) return [];
      const message = `${type} has a point of no return of its own and comes before that of this saga, ${pivot.step.id}: until then a failure unwinds it all the same, past its point of no return.`;
      return [warningAt({ path: [...path, "saga"], step: step.id }, "child-pivot-before-parents", message)];
    });

function childrenOf({ steps }: Facts): { readonly facts: StepFacts; readonly type: string }[] {
  return steps.flatMap((facts) => (facts.step.kind === "saga" ? [{ facts, type: facts.step.saga }] : []));
}

export const childRules: readonly Rule[] = [unknownSaga, childPivotBeforeParents];
