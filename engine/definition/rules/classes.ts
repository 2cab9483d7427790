/** Rules about what a step's class promises and what its compensation keeps. */
import { commandFieldsOf } from "../defaults";
import { errorAt, type Rule, type StepFacts, warningAt } from "../facts";

const compensationMissing: Rule = ({ steps }) =>
  steps
    .filter(({ step, class: stepClass }) => stepClass === "compensable" && step.compensation === undefined)
    .map((facts) =>
      errorAt(
        whereOf(facts),
        "compensation-missing",
        `Step ${facts.step.id} is compensable but has no compensation; add the command that undoes it, or make it irreversible or readonly.`,
      ),
    );

const compensationUnused: Rule = ({ steps }) =>
  steps
    .filter(({ step, class: stepClass }) => step.compensation !== undefined && isPassedOver(stepClass))
    .map((facts) =>
      warningAt(
        { path: [...facts.path, "compensation"], step: facts.step.id },
        "compensation-unused",
        `Step ${facts.step.id} is ${facts.class}, so its compensation never runs; remove it, or make the step compensable.`,
      ),
    );

const classAssumed: Rule = ({ steps }) =>
  steps
    .filter(({ step }) => step.class === undefined && step.compensation === undefined)
    .map((facts) =>
      warningAt(
        whereOf(facts),
        "class-assumed",
        `Step ${facts.step.id} says neither its class nor how to undo it; it is taken as irreversible, and an unwind will leave its effect in place.`,
      ),
    );

const undoRepeatsAction: Rule = ({ steps }) =>
  steps
    .filter(({ step }) => step.compensation !== undefined)
    .filter(({ step }) => commandFieldsOf(step.action).command === commandFieldsOf(step.compensation ?? "").command)
    .map((facts) =>
      warningAt(
        { path: [...facts.path, "compensation"], step: facts.step.id },
        "undo-repeats-action",
        `Step ${facts.step.id} is undone by the same command that does it, ${commandFieldsOf(facts.step.action).command}; expected the command that reverses it.`,
      ),
    );

const compensateSelfUnused: Rule = ({ steps }) =>
  steps
    .filter(({ step }) => step.compensateSelf === "always" && step.compensation === undefined)
    .map((facts) =>
      warningAt(
        { path: [...facts.path, "compensateSelf"], step: facts.step.id },
        "compensate-self-unused",
        `Step ${facts.step.id} is to undo itself when it fails, but has no compensation.`,
      ),
    );

function isPassedOver(stepClass: StepFacts["class"]): boolean {
  return stepClass === "readonly" || stepClass === "irreversible";
}

function whereOf({ path, step }: StepFacts) {
  return { path, step: step.id };
}

export const classRules: readonly Rule[] = [
  compensationMissing,
  compensationUnused,
  classAssumed,
  undoRepeatsAction,
  compensateSelfUnused,
];
