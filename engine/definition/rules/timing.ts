/** Rules about time. */
import { commandFieldsOf, defaultTimeout } from "../defaults";
import { formatDuration, parseDuration } from "../duration";
import { type Facts, type Rule, warningAt } from "../facts";

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
    const written = step && commandFieldsOf(step.action).timeout;
    const own = (written === undefined ? null : parseDuration(written)) ?? defaultTimeout;
    until[index] = own + Math.max(0, ...(before.get(index) ?? []).map((from) => until[from] ?? 0));
  }
  return until.reduce((longest, sum) => Math.max(longest, sum), 0);
}

export const timingRules: readonly Rule[] = [deadlineTooShort];
