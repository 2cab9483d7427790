/** Rules about the list of steps and about what names them. */
import { errorAt, type Rule, warningAt } from "../facts";

const duplicateStepId: Rule = ({ steps, indexOf }) =>
  steps
    .filter(({ step, index }) => indexOf.get(step.id) !== index)
    .map(({ step, path }) => {
      const first = (indexOf.get(step.id) ?? 0) + 1;
      return errorAt(
        { path: [...path, "id"], step: step.id },
        "duplicate-step-id",
        `Step ${step.id} is already the id of step number ${first}; every step needs an id of its own.`,
      );
    });

const layoutOfUnknownStep: Rule = ({ document, indexOf }) =>
  Object.keys(document.layout ?? {})
    .filter((id) => !indexOf.has(id))
    .map((id) =>
      warningAt({ path: ["layout", id] }, "layout-unknown-step", `The layout places ${id}, but there is no such step.`),
    );

export const stepRules: readonly Rule[] = [duplicateStepId, layoutOfUnknownStep];
