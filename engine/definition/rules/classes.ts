/** Rules about what a step's class promises and what its compensation keeps. */
import { commandFieldsOf } from "../defaults";
import type { CommandDocument, StepDocument } from "../document";
import { errorAt, type Rule, type StepFacts, warningAt } from "../facts";
import { commandOf } from "../step-commands";

const compensationMissing: Rule = ({ steps }) =>
  steps
    .filter(({ step, class: stepClass }) => stepClass === "compensable" && isUndoneByCommand(step) && !undoOf(step))
    .map((facts) =>
      errorAt(
        whereOf(facts),
        "compensation-missing",
        `Step ${facts.step.id} is compensable but has no compensation; add the command that undoes it, or make it irreversible or readonly.`,
      ),
    );

const compensationUnused: Rule = ({ steps }) =>
  steps
    .filter(({ step, class: stepClass }) => undoOf(step) !== undefined && isPassedOver(stepClass))
    .map((facts) =>
      warningAt(
        { path: [...facts.path, "compensation"], step: facts.step.id },
        "compensation-unused",
        `Step ${facts.step.id} is ${facts.class}, so its compensation never runs; remove it, or make the step compensable.`,
      ),
    );

const classAssumed: Rule = ({ steps }) =>
  steps
    .filter(({ step }) => isUndoneByCommand(step) && step.class === undefined && !undoOf(step))
    .map((facts) =>
      warningAt(
        whereOf(facts),
        "class-assumed",
        `Step ${facts.step.id} says neither its class nor how to undo it; it is taken as irreversible, and an unwind will leave its effect in place.`,
      ),
    );

const undoRepeatsAction: Rule = ({ steps }) =>
  steps
    .filter(({ step }) => undoOf(step) !== undefined && nameOf(undoOf(step)) === nameOf(commandOf(step, "action")))
    .map((facts) =>
      warningAt(
        { path: [...facts.path, "compensation"], step: facts.step.id },
        "undo-repeats-action",
        `Step ${facts.step.id} is undone by the same command that does it, ${nameOf(undoOf(facts.step))}; expected the command that reverses it.`,
      ),
    );

const compensateSelfUnused: Rule = ({ steps }) =>
  steps
    .filter(({ step }) => isUndoneByCommand(step) && step.compensateSelf === "always" && !undoOf(step))
    .map((facts) =>
      warningAt(
        { path: [...facts.path, "compensateSelf"], step: facts.step.id },
        "compensate-self-unused",
        `Step ${facts.step.id} is to undo itself when it fails, but has no compensation.`,
      ),
    );

/** A step whose undo is a command of its own, where it has one. */
function isUndoneByCommand(step: StepDocument): step is Extract<StepDocument, { action: CommandDocument }> {
  return commandOf(step, "action") !== undefined;
}

function undoOf(step: StepDocument): CommandDocument | undefined {
  return commandOf(step, "compensation");
}

function nameOf(command: CommandDocument | undefined): string | undefined {
  return command && commandFieldsOf(command).command;
}

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
