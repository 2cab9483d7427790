/**
 * Expressions of a definition (CEL), parsed once and evaluated many times. An `Expression` is opaque: make it with
 * `parseExpression`, give it to `evaluate`. Failures are values; nothing here throws (engine.md sections 2 and 3).
 */
import type { Json } from "../json";
import type { Problem, Result } from "../problem";
import { assertBudget, resetBudget } from "./budget";
import { type CelProgram, maxSourceLength, parseCel, typeOf } from "./cel";
import { NotJson, toJson } from "./to-json";

export type Expression = { readonly source: string; readonly program: CelProgram };

export type Evaluated = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: Problem };

/** What expressions read. The last four exist only in a compensation; a forEach's item comes under its own name. */
export type ExpressionContext = {
  readonly [name: string]: unknown;
  readonly saga: { readonly id: string; readonly type: string; readonly version: number };
  readonly data: Json;
  readonly steps: Readonly<Record<string, { readonly status: string; readonly result: Json; readonly error: Json }>>;
  readonly original_result?: Json;
  readonly original_input?: Json;
  readonly action_key?: string;
  readonly outcome?: string;
};

/** Problems: `expression-too-long`, `expression-syntax`. `names`: what it may read beside the usual context. */
export function parseExpression(source: string, names: readonly string[] = []): Result<Expression> {
  if (source.length > maxSourceLength) {
    return refuse(
      "expression-too-long",
      `The expression has ${source.length} characters; at most ${maxSourceLength} are allowed.`,
    );
  }
  if (source.trim() === "") return refuse("expression-syntax", "The expression is empty.");
  try {
    return { ok: true, value: { source, program: parseCel(source, names) } };
  } catch (error) {
    return refuse("expression-syntax", `"${excerpt(source)}" cannot be read: ${reasonOf(error)}`);
  }
}

/** Problems: `expression-failed`, `expression-result` (the result is not JSON, or larger than 256 KB). */
export function evaluate(expression: Expression, context: ExpressionContext): Evaluated {
  resetBudget();
  return evaluateWithin(expression, context);
}

/** As `evaluate`, with what is left of the budget. */
export function evaluateWithin(expression: Expression, context: ExpressionContext): Evaluated {
  try {
    const result = expression.program(context);
    assertBudget();
    return { ok: true, value: toJson(result) };
  } catch (error) {
    if (error instanceof NotJson) return fail("expression-result", `"${excerpt(expression.source)}" ${error.message}.`);
    return fail("expression-failed", `"${excerpt(expression.source)}" cannot be evaluated: ${reasonOf(error)}`);
  }
}

/** Whether an expression may yield true or false, as the condition of an edge must. */
export function isCondition(expression: Expression): boolean {
  return ["bool", "dyn"].includes(typeOf(expression.program));
}

function fail(code: string, message: string): Evaluated {
  return { ok: false, problem: { code, severity: "error", path: "", message } };
}

function refuse(code: string, message: string): Result<never> {
  return { ok: false, problems: [{ code, severity: "error", path: "", message }] };
}

function reasonOf(error: unknown): string {
  const { summary, message, range } = error as {
    summary?: string;
    message?: string;
    range?: { readonly start: number };
  };
  const text = (summary ?? message ?? "unknown error").replace(/\.$/, "");
  return range ? `${text} (at character ${range.start + 1}).` : `${text}.`;
}

function excerpt(source: string): string {
  return source.length > 80 ? `${source.slice(0, 77)}…` : source;
}
