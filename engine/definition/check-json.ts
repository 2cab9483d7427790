/** Whether a value is JSON that can be stored and sent without loss. What is refused here would break later, elsewhere. */
import { limits } from "../limits";
import type { Problem } from "../problem";
import { pointerOf } from "./pointer";

const unstorable = /[\0\p{Surrogate}]/u;

type Path = readonly string[];
type Check = { count: number; length: number; readonly problems: Problem[] };

/** Stops at the first ten problems. Codes: `too-deep`, `too-large`, `bad-character`, `bad-number`, `not-json`, `forbidden-key`. */
export function checkJson(value: unknown): readonly Problem[] {
  const check: Check = { count: 0, length: 0, problems: [] };
  visit(value, [], check);
  if (isTooLarge(check)) reportSize(check);
  return check.problems;
}

function isTooLarge({ count, length }: Check): boolean {
  return count > limits.values || length > limits.definition;
}

function reportSize(check: Check): void {
  const most = `${limits.values} values or ${limits.definition} characters`;
  report(check, "too-large", [], `The definition is larger than ${most}.`);
}

function visit(value: unknown, path: Path, check: Check): void {
  check.count++;
  if (check.problems.length >= 10 || isTooLarge(check)) return;
  if (path.length > limits.depth) report(check, "too-deep", path, `Nested deeper than ${limits.depth} levels.`);
  else if (typeof value === "string") visitText(value, path, check);
  else if (typeof value === "number") visitNumber(value, path, check);
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, `${index}`], check);
  else if (isPlainObject(value)) visitObject(value, path, check);
  else if (value !== null && typeof value !== "boolean") {
    report(check, "not-json", path, `Expected JSON, found ${nameOf(value)}.`);
  }
}

function visitObject(value: object, path: Path, check: Check): void {
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") report(check, "forbidden-key", path, `The key "__proto__" is not allowed.`);
    else {
      visitText(key, path, check);
      visit(item, [...path, key], check);
    }
  }
}

function visitText(value: string, path: Path, check: Check): void {
  check.length += value.length;
  if (unstorable.test(value)) {
    report(
      check,
      "bad-character",
      path,
      "Text has a character that cannot be stored: NUL or half of a surrogate pair.",
    );
  }
}

function visitNumber(value: number, path: Path, check: Check): void {
  if (!Number.isFinite(value)) report(check, "bad-number", path, `${value} is not a JSON number.`);
  else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    report(check, "bad-number", path, `${value} is too large to be kept exactly; write it as text in quotes.`);
  }
}

function report(check: Check, code: string, path: Path, message: string): void {
  check.problems.push({ code, severity: "error", path: pointerOf(path), message });
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function nameOf(value: unknown): string {
  return typeof value === "object" ? (value?.constructor?.name ?? "an object") : typeof value;
}
