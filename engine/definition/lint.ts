/**
 * lint: whether a document makes sense. A pure list of rules; each says what is wrong, where, and what was expected.
 * Errors forbid publishing, warnings do not. It never throws on a document that has the right shape.
 */
import { lintChoreography } from "../choreography/lint/lint";
import type { Problem } from "../problem";
import type { SagaDocument } from "./document";
import { createFacts, type KnownSagas, type Rule } from "./facts";
import { childRules } from "./rules/children";
import { classRules } from "./rules/classes";
import { commandRules } from "./rules/commands";
import { edgeRules } from "./rules/edges";
import { expressionRules } from "./rules/expressions";
import { graphRules } from "./rules/graph";
import { inputRules } from "./rules/input";
import { kindRules } from "./rules/kinds";
import { pivotRules } from "./rules/pivots";
import { runExpressionRules } from "./rules/run-expressions";
import { stepRules } from "./rules/steps";
import { timingRules } from "./rules/timing";

const rules: readonly Rule[] = [
  ...stepRules,
  ...edgeRules,
  ...graphRules,
  ...classRules,
  ...kindRules,
  ...childRules,
  ...pivotRules,
  ...commandRules,
  ...runExpressionRules,
  ...expressionRules,
  ...inputRules,
  ...timingRules,
];

/** Errors first, each kind in the order of the document. `known`: the other sagas that could be steps of this one. */
export function lint(document: SagaDocument, known?: KnownSagas): Problem[] {
  const facts = createFacts(document, known ?? null);
  const problems =
    document.style === "choreography"
      ? [...lintChoreography(document), ...inputRules.flatMap((rule) => rule(facts))]
      : rules.flatMap((rule) => rule(facts));
  return [...problems.filter(isError), ...problems.filter((problem) => !isError(problem))];
}

function isError(problem: Problem): boolean {
  return problem.severity === "error";
}
