/**
 * Templates: any JSON in which strings may hold `${expression}`. A string that is one `${…}` and nothing else keeps
 * the expression's type; text around it interpolates; `$${` is a literal `${`. Constant parts are kept as they were
 * written and cost nothing to render.
 */
import type { Json } from "../json";
import { isJsonObject } from "../json";
import { limits } from "../limits";
import type { Problem, Result } from "../problem";
import { resetBudget } from "./budget";
import { type Evaluated, type Expression, type ExpressionContext, evaluateWithin, parseExpression } from "./evaluate";
import { findClosingBrace } from "./find-closing-brace";
import { maxOutputSize } from "./to-json";

export type Template =
  | { readonly kind: "constant"; readonly value: Json }
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "text"; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: "list"; readonly items: readonly Template[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Template])[] };

/** Problems are those of `parseExpression` and `template-unclosed`; their path is a JSON Pointer into the value. */
export function parseTemplate(value: Json, names: readonly string[] = []): Result<Template> {
  const problems: Problem[] = [];
  const template = parseNode(value, "", { problems, names }, 0);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: template };
}

/** Never throws; the problem's path is a JSON Pointer into the template. Its expressions share one budget. */
export function render(template: Template, context: ExpressionContext): Evaluated {
  return renderWith(template, context, asText);
}

/** As `render`, with what expressions yield percent-encoded: data fills a place in a path, it never makes new ones. */
export function renderUrlPath(template: Template, context: ExpressionContext): Evaluated {
  return renderWith(template, context, (value) => encodeURIComponent(asText(value)));
}

function renderWith(template: Template, context: ExpressionContext, toText: (value: Json) => string): Evaluated {
  if (template.kind === "constant") return { ok: true, value: template.value };
  resetBudget();
  try {
    return { ok: true, value: renderNode(template, "", { context, toText, left: maxOutputSize }) };
  } catch (error) {
    if (error instanceof RenderFailed) return { ok: false, problem: error.problem };
    throw error;
  }
}

class RenderFailed extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** `names`: what expressions may read beside the usual context. */
type Parsing = { readonly problems: Problem[]; readonly names: readonly string[] };

function parseNode(value: Json, path: string, parsing: Parsing, depth: number): Template {
  if (depth > limits.depth) {
    parsing.problems.push(
      problem("template-too-deep", path, `The value is nested deeper than ${limits.depth} levels.`),
    );
    return { kind: "constant", value: null };
  }
  if (typeof value === "string")
    return value.includes("${") ? parseText(value, path, parsing) : { kind: "constant", value };
  if (Array.isArray(value)) {
    const items = value.map((item: Json, index) => parseNode(item, `${path}/${index}`, parsing, depth + 1));
    return items.every(isConstant) ? { kind: "constant", value } : { kind: "list", items };
  }
  if (!isJsonObject(value)) return { kind: "constant", value };
  const entries = Object.entries(value).map(
    ([key, item]) => [key, parseNode(item, `${path}/${escapePointer(key)}`, parsing, depth + 1)] as const,
  );
  return entries.every(([, item]) => isConstant(item)) ? { kind: "constant", value } : { kind: "object", entries };
}

function isConstant(template: Template): boolean {
  return template.kind === "constant";
}

function parseText(text: string, path: string, { problems, names }: Parsing): Template {
  const parts: (string | Expression)[] = [];
  let literal = "";
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf("${", position);
    if (open < 0) break;
    literal += text.slice(position, open);
    if (text[open - 1] === "$" && open > position) {
      literal = `${literal.slice(0, -1)}\${`;
      position = open + 2;
      continue;
    }
    const close = findClosingBrace(text, open + 2);
    if (close < 0) {
      problems.push(
        problem(
          "template-unclosed",
          path,
          `"\${" at character ${open + 1} has no closing "}"; write "$\${" for the text itself.`,
        ),
      );
      return { kind: "constant", value: text };
    }
    const parsed = parseExpression(text.slice(open + 2, close), names);
    if (parsed.ok) parts.push(...(literal ? [literal, parsed.value] : [parsed.value]));
    else problems.push(...parsed.problems.map((found) => ({ ...found, path })));
    literal = "";
    position = close + 1;
  }
  literal += text.slice(position);
  if (literal) parts.push(literal);
  return assemble(parts);
}

function assemble(parts: readonly (string | Expression)[]): Template {
  const [only] = parts;
  if (parts.length === 0) return { kind: "constant", value: "" };
  if (parts.length > 1 || only === undefined) return { kind: "text", parts };
  return typeof only === "string" ? { kind: "constant", value: only } : { kind: "expression", expression: only };
}

type Rendering = { readonly context: ExpressionContext; readonly toText: (value: Json) => string; left: number };

function renderNode(template: Template, path: string, rendering: Rendering): Json {
  const yielded = (expression: Expression) => spend(evaluateAt(expression, rendering.context, path), path, rendering);
  switch (template.kind) {
    case "constant":
      return template.value;
    case "expression":
      return yielded(template.expression);
    case "text":
      return template.parts.map((part) => (typeof part === "string" ? part : rendering.toText(yielded(part)))).join("");
    case "list":
      return template.items.map((item, index) => renderNode(item, `${path}/${index}`, rendering));
    case "object":
      return Object.fromEntries(
        template.entries.map(([key, item]) => [key, renderNode(item, `${path}/${escapePointer(key)}`, rendering)]),
      );
  }
}

function evaluateAt(expression: Expression, context: ExpressionContext, path: string): Json {
  const result = evaluateWithin(expression, context);
  if (result.ok) return result.value;
  throw new RenderFailed({ ...result.problem, path });
}

/** Each result was measured alone; together they may not be larger than one may be. */
function spend(value: Json, path: string, rendering: Rendering): Json {
  rendering.left -= typeof value === "object" && value !== null ? JSON.stringify(value).length : String(value).length;
  if (rendering.left >= 0) return value;
  throw new RenderFailed(
    problem("expression-result", path, `The rendered value is larger than ${maxOutputSize / 1024} KB.`),
  );
}

function asText(value: Json): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function problem(code: string, path: string, message: string): Problem {
  return { code, severity: "error", path, message };
}

/** RFC 6901: `~` and `/` in a key. */
function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
