/** Rules about what is computed once, when a run starts. */
import { type ExpressionFacts, type Rule, warningAt } from "../facts";

const constantBusinessKey: Rule = ({ expressions }) =>
  expressions
    .filter((facts) => facts.path[0] === "businessKey" && isConstant(facts))
    .map((facts) =>
      warningAt(
        facts,
        "constant-business-key",
        "The business key is the same for every run; expected an expression such as ${data.order_id}.",
      ),
    );

function isConstant({ parsed }: ExpressionFacts): boolean {
  return parsed.ok && "kind" in parsed.value && parsed.value.kind === "constant";
}

export const runExpressionRules: readonly Rule[] = [constantBusinessKey];
