/** Rules about the point of no return (engine.md, U5). */
import { type Facts, type Rule, type StepFacts, warningAt } from "../facts";

const pivotsBesideEachOther: Rule = (facts) => {
  const pivots = facts.steps.filter(isPivot);
  return pivots.flatMap((second, position) =>
    pivots
      .slice(0, position)
      .filter((first) => facts.sorted.ok && !isBefore(facts, first, second) && !isBefore(facts, second, first))
      .map((first) =>
        warningAt(
          { path: [...second.path, "class"], step: second.step.id },
          "pivots-beside-each-other",
          `${first.step.id} and ${second.step.id} are both pivots and neither comes after the other; unless their conditions exclude each other, one could be past the point of no return while the other fails.`,
        ),
      ),
  );
};

const compensableAfterPivot: Rule = (facts) =>
  facts.steps
    .filter(({ class: stepClass }) => stepClass === "compensable")
    .flatMap((later) =>
      firstPivot(facts, (pivot) => isBefore(facts, pivot, later)).map((pivot) =>
        warningAt(
          { path: [...later.path, "class"], step: later.step.id },
          "compensable-after-pivot",
          `Step ${later.step.id} comes after the pivot ${pivot.step.id}, where failures are no longer answered by an unwind; expected retriable, readonly or irreversible.`,
        ),
      ),
    );

const retriableBeforePivot: Rule = (facts) =>
  facts.steps
    .filter(({ class: stepClass }) => stepClass === "retriable")
    .flatMap((earlier) =>
      firstPivot(facts, (pivot) => isBefore(facts, earlier, pivot)).map((pivot) =>
        warningAt(
          { path: [...earlier.path, "class"], step: earlier.step.id },
          "retriable-before-pivot",
          `Step ${earlier.step.id} is retriable but comes before the pivot ${pivot.step.id}, where the run may still unwind; expected compensable.`,
        ),
      ),
    );

function firstPivot(facts: Facts, holds: (pivot: StepFacts) => boolean): readonly StepFacts[] {
  return facts.steps.filter((step) => isPivot(step) && holds(step)).slice(0, 1);
}

function isPivot(step: StepFacts): boolean {
  return step.class === "pivot";
}

function isBefore({ downstream }: Facts, earlier: StepFacts, later: StepFacts): boolean {
  return downstream[earlier.index]?.has(later.index) ?? false;
}

export const pivotRules: readonly Rule[] = [pivotsBesideEachOther, compensableAfterPivot, retriableBeforePivot];
