/** Rules about expressions: that they can be read, and that what they read will be there (engine.md, F1 and U2). */
import { isCondition, type Reference, references } from "../../expression/expression";
import type { Problem } from "../../problem";
import { type ExpressionFacts, errorAt, type Facts, type Rule, warningAt } from "../facts";
import { keysOf } from "../pointer";

const syntax: Rule = ({ expressions }) =>
  expressions.flatMap((facts) =>
    facts.parsed.ok
      ? []
      : facts.parsed.problems.map((problem) => {
          const where = { path: [...facts.path, ...keysOf(problem.path)], step: facts.step };
          return errorAt(where, problem.code, `${problem.message}${hintFor(facts, problem)}`);
        }),
  );

function hintFor({ reader }: ExpressionFacts, { message }: Problem): string {
  return reader.kind === "edge" && message.includes("${") ? " Write a condition without ${ }." : "";
}

const conditionNotBoolean: Rule = ({ expressions }) =>
  expressions.flatMap((facts) => {
    if (facts.reader.kind !== "edge" || !facts.parsed.ok || !("program" in facts.parsed.value)) return [];
    if (isCondition(facts.parsed.value)) return [];
    const message = `The condition "${facts.parsed.value.source}" is never true or false; expected a comparison.`;
    return [errorAt(facts, "condition-not-boolean", message)];
  });

/** One rule for what may be read, because each reference has at most one thing wrong with it. */
const reads: Rule = (facts) =>
  facts.expressions.flatMap((expression) => {
    if (!expression.parsed.ok) return [];
    const seen = new Set<string>();
    return references(expression.parsed.value).flatMap((reference) => {
      const problem = faultOf(facts, expression, reference);
      if (!problem || seen.has(problem.message)) return [];
      seen.add(problem.message);
      return [problem];
    });
  });

const undoNames = new Set(["original_result", "original_input", "action_key", "outcome"]);

function faultOf(facts: Facts, expression: ExpressionFacts, reference: Reference): Problem | null {
  const [root = "", step] = reference.path;
  const { reader } = expression;
  if (reader.kind === "run" && root !== "data" && root !== "saga") {
    return errorAt(expression, "expression-scope", `It reads ${root}, but only data is there when a run starts.`);
  }
  if (expression.names.includes(root)) return null;
  if (undoNames.has(root) && reader.kind !== "compensation") {
    return errorAt(expression, "expression-scope", `It reads ${root}, which exists only in a compensation.`);
  }
  if (root === "steps")
    return step === undefined ? readsAnyStep(expression) : faultOfStep(facts, expression, reference);
  if (root === "original_result") return unguardedResult(facts, expression, reference, reference.path.length > 1);
  return null;
}

function readsAnyStep(expression: ExpressionFacts): Problem {
  const message = "It picks a step by a computed name, so it cannot be checked that the step comes before.";
  return warningAt(expression, "dynamic-step", message);
}

function faultOfStep(facts: Facts, expression: ExpressionFacts, reference: Reference): Problem | null {
  const id = reference.path[1] ?? "";
  const read = facts.indexOf.get(id);
  if (read === undefined)
    return errorAt(expression, "unknown-step", `It reads steps.${id}, but there is no such step.`);
  if (isReadable(facts, expression, read)) {
    const own = expression.reader.kind === "compensation" && expression.reader.step === read;
    const inResult = own && reference.path[2] === "result" && reference.path.length > 3;
    return unguardedResult(facts, expression, reference, inResult);
  }
  const message = `It reads steps.${id}, but ${id} does not come before ${readerName(expression)}, so its result may not be there yet.`;
  return errorAt(expression, "step-not-upstream", message);
}

function isReadable({ sorted, downstream }: Facts, { reader }: ExpressionFacts, read: number): boolean {
  if (!sorted.ok || reader.kind === "run") return true;
  const own = reader.kind === "edge" ? reader.from : reader.step;
  if (own < 0) return true;
  return (read === own && reader.kind !== "action") || (downstream[read]?.has(own) ?? false);
}

/** While the outcome may be unknown there is no result, and reading a field of it would fail the undo (U2). */
function unguardedResult(
  { steps }: Facts,
  expression: ExpressionFacts,
  { path, guarded }: Reference,
  isField: boolean,
): Problem | null {
  if (guarded || !isField || expression.reader.kind !== "compensation") return null;
  const step = steps[expression.reader.step];
  if (step && "compensateSelf" in step.step && step.step.compensateSelf === "never") return null;
  const name = path.join(".");
  return errorAt(
    expression,
    "unguarded-original-result",
    `It reads ${name}, but when nobody knows whether the action happened there is no result; write has(${name}) ? ${name} : null.`,
  );
}

function readerName({ reader, step }: ExpressionFacts): string {
  return reader.kind === "edge" ? `the edges of ${step}` : `${step}`;
}

export const expressionRules: readonly Rule[] = [syntax, conditionNotBoolean, reads];
