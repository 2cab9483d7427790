/** Rules about time. */
import { commandFieldsOf, defaultTimeout } from "../defaults";
import type { StepDocument } from "../document";
import { formatDuration, parseDuration } from "../duration";
import { type Facts, type Rule, warningAt } from "../facts";
import { commandOf } from "../step-commands";

const deadlineTooShort: Rule = (facts) => {
  const { document, sorted } = facts;
  const deadline = document.deadline === undefined ? null : parseDuration(document.deadline);
  if (deadline === null || !sorted.ok) return [];
  const longest = longestPath(facts, sorted.order);
  if (longest <= deadline) return [];
  const message = `The deadline is ${document.deadline}, but the time-outs on the longest path add up to ${formatDuration(longest)}: a slow run may be unwound before its steps have timed out.`;
  return [warningAt({ path: ["deadline"] }, "deadline-too-short", message)];
};

/** The largest sum of time-outs, one attempt each, on any way through the graph. */
function longestPath({ steps, edges }: Facts, order: readonly number[]): number {
  const before = new Map<number, number[]>();
  for (const { from, to } of edges) before.set(to, [...(before.get(to) ?? []), from]);
  const until: number[] = [];
  for (const index of order) {
    const step = steps[index]?.step;
    const own = step === undefined ? 0 : ownTime(step);
    until[index] = own + Math.max(0, ...(before.get(index) ?? []).map((from) => until[from] ?? 0));
  }
  return until.reduce((longest, sum) => Math.max(longest, sum), 0);
}

/** How long a step may take when all goes well; a step of unknown length counts nothing. */
function ownTime(step: StepDocument): number {
  const action = commandOf(step, "action");
  if (action !== undefined) return durationOf(commandFieldsOf(action).timeout) ?? defaultTimeout;
  switch (step.kind) {
    case "wait":
      return durationOf(step.for) ?? 0;
    case "signal":
    case "saga":
      return durationOf(step.timeout) ?? 0;
    case "approval":
      return durationOf(step.due) ?? 0;
    default:
      return 0;
  }
}

function durationOf(written: string | undefined): number | null {
  return written === undefined ? null : parseDuration(written);
}

export const timingRules: readonly Rule[] = [deadlineTooShort];
