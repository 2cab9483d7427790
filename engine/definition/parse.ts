import type { Problem, Result } from "../problem";
import { checkJson } from "./check-json";
import { asDocument, type SagaDocument, shapeOf } from "./document";
import { keysOf } from "./pointer";
import { readText } from "./read-text";
import { type PlaceOf, schemaProblems } from "./schema-problems";

/**
 * A document from YAML or JSON text, or from a JSON value. Never throws; problems carry code, path and message, and
 * the line where the source was text. What it accepts has the right shape; `lint` says whether it makes sense.
 */
export function parseDefinition(source: unknown): Result<SagaDocument> {
  if (typeof source !== "string") return parseValue(source, () => "");
  const text = readText(source);
  return text.ok ? parseValue(text.value.value, text.value.placeOf) : text;
}

function parseValue(value: unknown, placeOf: PlaceOf): Result<SagaDocument> {
  const unfit = checkJson(value);
  if (unfit.length > 0) return { ok: false, problems: unfit.map((problem) => withPlace(problem, placeOf)) };
  const parsed = shapeOf(value).safeParse(value);
  if (parsed.success) return { ok: true, value: asDocument(parsed.data) };
  return { ok: false, problems: schemaProblems(parsed.error.issues.slice(0, 50), value, placeOf) };
}

function withPlace(problem: Problem, placeOf: PlaceOf): Problem {
  const place = placeOf(keysOf(problem.path));
  return place ? { ...problem, message: `${place}: ${problem.message}` } : problem;
}
