/** Rules about what is particular to a kind of step. */

import { parseInstant } from "../../expression/expression";
import { errorAt, type Rule, type StepFacts, warningAt } from "../facts";
import { canCheckSchemas, dataCheckOf } from "../input-schema";

const waitTime: Rule = ({ steps }) =>
  steps.flatMap((facts) => {
    const { step } = facts;
    if (step.kind !== "wait" || (step.for === undefined) !== (step.until === undefined)) return [];
    const said = step.for === undefined ? "neither" : "both";
    return [
      errorAt(whereOf(facts), "wait-time", `The wait ${step.id} says ${said} for and until; expected one of them.`),
    ];
  });

/** What an expression gives is known only in a run; what is written out is known now. */
const waitUntilWritten: Rule = ({ steps }) =>
  steps.flatMap((facts) => {
    const { step } = facts;
    if (step.kind !== "wait" || step.until === undefined || step.until.includes("${")) return [];
    if (parseInstant(step.until) !== null) return [];
    const message = `The wait ${step.id} is until ${JSON.stringify(step.until.slice(0, 60))}, which is no instant; expected one such as 2026-12-24T18:00:00Z, or an expression in \${ }.`;
    return [errorAt(whereOf(facts, "until"), "wait-until", message)];
  });

const itemsWritten: Rule = ({ steps }) =>
  steps.flatMap((facts) => {
    const { step } = facts;
    if (step.kind !== "forEach" || step.items.includes("${")) return [];
    const message = `The items of ${step.id} are a text, which is no list; expected an expression such as \${data.passengers}.`;
    return [errorAt(whereOf(facts, "items"), "items-not-a-list", message)];
  });

const approvalForm: Rule = ({ steps }) =>
  steps.flatMap((facts) => {
    const { step } = facts;
    if (step.kind !== "approval" || step.form === undefined || !canCheckSchemas()) return [];
    const checked = dataCheckOf(step.form);
    if (checked.ok) return [];
    return checked.problems.map(({ message }) =>
      errorAt(whereOf(facts, "form"), "approval-form", message.replace("The input schema", `The form of ${step.id}`)),
    );
  });

const approverTwice: Rule = ({ steps }) =>
  steps.flatMap((facts) => {
    const { step } = facts;
    if (step.kind !== "approval" || !("users" in step.approvers)) return [];
    const seen = step.approvers.users.map((user) => user.toLowerCase());
    const twice = seen.find((user, i) => seen.indexOf(user) !== i);
    return twice === undefined
      ? []
      : [
          warningAt(
            whereOf(facts, "approvers"),
            "approver-twice",
            `${twice} is named twice as approver of ${step.id}.`,
          ),
        ];
  });

const signalForEver: Rule = ({ steps }) =>
  steps.flatMap((facts) => {
    const { step } = facts;
    if (step.kind !== "signal" || step.timeout !== undefined) return [];
    const message = `Step ${step.id} waits for ${step.signal} for ever; say a timeout, unless that is meant.`;
    return [warningAt(whereOf(facts), "signal-without-timeout", message)];
  });

const callsItself: Rule = ({ document, steps }) =>
  steps.flatMap((facts) => {
    const { step } = facts;
    if (step.kind !== "saga" || step.saga !== document.saga) return [];
    const message = `Step ${step.id} runs the saga that it is in; without a condition in front of it this goes on until the depth limit.`;
    return [warningAt(whereOf(facts, "saga"), "saga-calls-itself", message)];
  });

function whereOf({ path, step }: StepFacts, field?: string) {
  return { path: field === undefined ? path : [...path, field], step: step.id };
}

export const kindRules: readonly Rule[] = [
  waitTime,
  waitUntilWritten,
  itemsWritten,
  approvalForm,
  approverTwice,
  signalForEver,
  callsItself,
];
