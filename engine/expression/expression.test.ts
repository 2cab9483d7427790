import { describe, expect, test } from "vitest";
import type { Json } from "../json";
import { type ExpressionContext, evaluate, isCondition, parseExpression, references } from "./expression";

const context: ExpressionContext = {
  saga: { id: "run-1", type: "Order", version: 3 },
  data: {
    total: 10.5,
    quantity: 3,
    count: 2,
    zero: 0,
    items: [
      { sku: "a", price: 1 },
      { sku: "b", price: 2 },
    ],
    name: "Ada",
    nothing: null,
    huge: 9_007_199_254_740_991,
    many: Array.from({ length: 3000 }, (_, index) => index),
    text: "x".repeat(100_000),
  },
  steps: {
    pay: { status: "completed", result: { id: "p1" }, error: null },
    ship: { status: "pending", result: null, error: null },
  },
  original_result: null,
};

function resultOf(source: string): Json {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  const result = evaluate(parsed.value, context);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

/** The code of what went wrong, at either stage. */
function codeOf(source: string): string | undefined {
  const parsed = parseExpression(source);
  if (!parsed.ok) return parsed.problems[0]?.code;
  const result = evaluate(parsed.value, context);
  return result.ok ? undefined : result.problem.code;
}

describe("numbers of the data and literals work together", () => {
  test.each<[string, Json]>([
    ["data.quantity * 2", 6],
    ["2 * data.quantity", 6],
    ["data.total + 1", 11.5],
    ["data.total - 1", 9.5],
    ["data.quantity / 2", 1.5],
    ["data.quantity % 2", 1],
    ["data.quantity == 3", true],
    ["3 == data.quantity", true],
    ["2 == 2.0", true],
    ["data.quantity in [1, 2, 3]", true],
    ["data.items.size() > 1", true],
    ["size(data.items) == data.count", true],
    ["data.items[data.quantity - 2].sku", "b"],
    ["-data.total", -10.5],
    ["1 + 2", 3],
    ["data.items.map(i, i.price * 2)", [2, 4]],
    ["data.items.map(i, i.price).sum()", 3],
    ["[1, 2].sum()", 3],
    ["(data.quantity > 1 ? 1 : 2) * 1.5", 1.5],
  ])("%s is %j", (source, expected) => expect(resultOf(source)).toEqual(expected));
});

describe("what is absent is null, and branches may differ in type", () => {
  test.each<[string, Json]>([
    ["steps.ship.result", null],
    ["steps.ship.result == null", true],
    ["has(steps.ship.result.id)", false],
    ["has(original_result.id) ? original_result.id : null", null],
    ["has(data.nothing.x)", false],
    ["data.nothing == null", true],
    ['data.quantity > 1 ? "many" : null', "many"],
    ['data.quantity > 5 ? "many" : 0', 0],
    ['{"a": 1, "b": "x"}', { a: 1, b: "x" }],
    ['[1, "a", null]', [1, "a", null]],
    ["steps.pay.result.id", "p1"],
    ["saga.version + 1", 4],
  ])("%s is %j", (source, expected) => expect(resultOf(source)).toEqual(expected));
});

describe("times are in UTC and durations are ISO 8601", () => {
  test.each<[string, Json]>([
    ['timestamp("2026-01-31T08:00:00Z")', "2026-01-31T08:00:00.000Z"],
    ['timestamp("2026-01-31T08:00:00.5+02:00")', "2026-01-31T06:00:00.500Z"],
    ['timestamp("2026-01-31T08:00:00Z") + duration("1h")', "2026-01-31T09:00:00.000Z"],
    ['timestamp("2026-07-01T00:00:00Z").getDayOfYear()', 181],
    ["timestamp(0)", "1970-01-01T00:00:00.000Z"],
    ['duration("90s")', "PT90S"],
  ])("%s is %j", (source, expected) => expect(resultOf(source)).toEqual(expected));
  test.each(['timestamp("2026-02-30T00:00:00Z")', 'timestamp("2026-01-01")', 'timestamp("2026-01-01T00:00:00.0")'])(
    "%s fails",
    (source) => expect(codeOf(source)).toBe("expression-failed"),
  );
  test("a time zone of the host is not available", () => {
    expect(codeOf('timestamp(0).getHours("Europe/Paris")')).toBe("expression-syntax");
  });
});

describe("hostile and mistaken expressions are refused in words", () => {
  test.each([
    ["", "expression-syntax"],
    ["   ", "expression-syntax"],
    ["data.", "expression-syntax"],
    ["data.total +", "expression-syntax"],
    ["unknown_function(1)", "expression-syntax"],
    ["unknown_variable", "expression-syntax"],
    ["this", "expression-syntax"],
    ["globalThis", "expression-syntax"],
    ["process.env", "expression-syntax"],
    ["`x`", "expression-syntax"],
    ["/* comment */ 1", "expression-syntax"],
    ['"a" + 1', "expression-syntax"],
    ["cel.bind(x, data, x)", "expression-syntax"],
    ['b"{}".json()', "expression-syntax"],
    ["(".repeat(4000) + 1 + ")".repeat(4000), "expression-syntax"],
    ["1".repeat(10_001), "expression-too-long"],
    [`1${"+1".repeat(4000)}`, "expression-syntax"],
    ["!".repeat(9000), "expression-syntax"],
    [`data${".a".repeat(4000)}`, "expression-syntax"],
    ["data.missing", "expression-failed"],
    ["data.name.missing", "expression-failed"],
    ["data.constructor", "expression-failed"],
    ['data["__proto__"]', "expression-failed"],
    ["data.__proto__", "expression-failed"],
    ["data.name.constructor", "expression-failed"],
    ["data.toString", "expression-failed"],
    ["steps.hasOwnProperty", "expression-failed"],
    ["1 / 0", "expression-failed"],
    ["data.name > 1", "expression-failed"],
    ["data.name + data.total", "expression-failed"],
    ["data.items[5]", "expression-failed"],
    ["outcome", "expression-failed"],
    ["data.total / data.zero", "expression-result"],
    ["data.zero / data.zero", "expression-result"],
    ["9223372036854775807", "expression-result"],
    ["type(1)", "expression-result"],
    ['b"abc"', "expression-result"],
    ['"\\u0000"', "expression-result"],
    ['"😀".substring(0, 1)', "expression-result"],
    ['data.text.matches("(?=a)")', "expression-failed"],
    ['data.text.matches("(")', "expression-failed"],
  ])("%.40s: %s", (source, code) => expect(codeOf(source)).toBe(code));

  test.each([
    "data.many.map(a, data.many.map(b, a * b))",
    "data.many.all(a, data.many.all(b, b >= 0))",
    "data.many.all(a, a in data.many)",
    "data.many.filter(a, data.many == [a])",
    "data.many.exists(a, data.text.contains('y'))",
    'data.many.all(a, !data.text.matches("(x+)+$y"))',
    "data.many.map(a, data.many.map(b, 1)).size() > 0 || true",
  ])("%s ends soon", (source) => {
    const started = performance.now();
    expect(codeOf(source)).toBe("expression-failed");
    expect(performance.now() - started).toBeLessThan(4000);
  });

  test("a result of more than 256 KB is refused, however it is put together", () => {
    expect(codeOf("[data.text, data.text, data.text]")).toBe("expression-result");
    expect(codeOf("data.many.map(a, data.many)")).toBe("expression-result");
    expect(codeOf("data.text + data.text + data.text")).toBe("expression-result");
  });

  test("no prototype is changed or reached", () => {
    const data = JSON.parse('{"__proto__": {"polluted": true}, "x": 1}') as Json;
    const parsed = parseExpression('{"__proto__": {"polluted": true}, "constructor": 1, "y": data}');
    if (!parsed.ok) throw new Error("expected it to parse");
    const result = evaluate(parsed.value, { ...context, data });
    expect(result.ok).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    if (result.ok) expect(Object.getPrototypeOf(result.value)).toBe(Object.prototype);
  });
});

test("evaluating twice gives the same, whatever came between", () => {
  const parsed = parseExpression("data.items.filter(i, i.price > 1).map(i, i.sku)");
  if (!parsed.ok) throw new Error("expected it to parse");
  const first = evaluate(parsed.value, context);
  evaluate(parsed.value, { ...context, data: { items: 5 } });
  expect(evaluate(parsed.value, context)).toEqual(first);
});

test("a condition is what may be true or false", () => {
  const conditionOf = (source: string) => {
    const parsed = parseExpression(source);
    return parsed.ok && isCondition(parsed.value);
  };
  expect(["data.total > 0", "data.flag", "true"].map(conditionOf)).toEqual([true, true, true]);
  expect(["1 + 1", '"yes"', "[1]"].map(conditionOf)).toEqual([false, false, false]);
});

describe("references", () => {
  const readsOf = (source: string) => {
    const parsed = parseExpression(source);
    if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
    return references(parsed.value).map(({ path, guarded }) => `${path.join(".")}${guarded ? " guarded" : ""}`);
  };
  test.each([
    ["data.total + 1", ["data.total"]],
    ["steps.pay.result.id", ["steps.pay.result.id"]],
    ['steps["pay"].result', ["steps.pay.result"]],
    ["steps[data.which].result", ["steps", "data.which"]],
    ["data.items[0].sku", ["data.items.0.sku"]],
    ["data.items.map(i, i.price * data.rate)", ["data.items", "data.rate"]],
    ["data.items.all(data, data.x)", ["data.items"]],
    [
      "has(original_result.id) ? original_result.id : null",
      ["original_result.id guarded", "original_result.id guarded"],
    ],
    ["has(original_result.id) && original_result.id > 1", ["original_result.id guarded", "original_result.id guarded"]],
    [
      "!has(original_result.id) || original_result.id > 1",
      ["original_result.id guarded", "original_result.id guarded"],
    ],
    ["original_result != null ? original_result.id : 0", ["original_result", "original_result.id guarded"]],
    ["original_result == null ? 0 : original_result.id", ["original_result", "original_result.id guarded"]],
    ["original_result == null ? original_result.id : 0", ["original_result", "original_result.id"]],
    ['outcome == "completed" ? original_result.id : 0', ["outcome", "original_result.id guarded"]],
    ['outcome == "unknown" ? original_result.id : 0', ["outcome", "original_result.id"]],
    ["has(data.x) ? original_result.id : 0", ["data.x guarded", "original_result.id"]],
  ])("%s reads %j", (source, expected) => expect(readsOf(source)).toEqual(expected));
});
