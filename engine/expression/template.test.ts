import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../json";
import { type ExpressionContext, parseTemplate, render, renderUrlPath, sharingBudget } from "./expression";

const context: ExpressionContext = {
  saga: { id: "run-1", type: "Order", version: 1 },
  data: { total: 10.5, name: "Ada", items: [{ sku: "a" }], nothing: null, big: "x".repeat(100_000) },
  steps: {},
};

function rendered(value: Json): Json {
  const parsed = parseTemplate(value);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  const result = render(parsed.value, context);
  if (!result.ok) throw new Error(`${result.problem.path}: ${result.problem.message}`);
  return result.value;
}

describe("strings", () => {
  test.each<[string, Json]>([
    ["plain", "plain"],
    ["", ""],
    ["${data.total}", 10.5],
    ["${data.items}", [{ sku: "a" }]],
    ["${data.nothing}", null],
    [" ${data.total}", " 10.5"],
    ["Total ${data.total} for ${data.name}", "Total 10.5 for Ada"],
    ["<${data.nothing}>", "<>"],
    ["items: ${data.items}", 'items: [{"sku":"a"}]'],
    ["${data.total}${data.name}", "10.5Ada"],
    ["$${data.total}", "${data.total}"],
    ["a $${b} ${data.name}", "a ${b} Ada"],
    ["$ {x} $5 }", "$ {x} $5 }"],
    ["${has(data.x) ? data.x : null}", null],
    ['${ {"a": {"b": 1}}.a.b }', 1],
    ["${\"}\"} and ${'{'}", "} and {"],
    ['${"\\"}"}!', '"}!'],
    ['${r"\\d}"}!', "\\d}!"],
    ["${'''a}'b'''}", "a}'b"],
    ["${1 // }\n}", 1],
    ["{{7*7}} #{7*7} <%= 7 %>", "{{7*7}} #{7*7} <%= 7 %>"],
  ])("%j renders %j", (source, expected) => expect(rendered(source)).toEqual(expected));
});

test("expressions anywhere in a value are rendered and the rest is kept", () => {
  const value = { a: ["${data.total}", 1, { b: "x ${data.name}" }], c: { d: null, e: true } };
  expect(rendered(value)).toEqual({ a: [10.5, 1, { b: "x Ada" }], c: { d: null, e: true } });
});

test("constant parts are the very objects that were written", () => {
  const constant = { deep: [1, { x: "y" }] };
  const parsed = parseTemplate({ constant, changing: "${data.total}" });
  const result = parsed.ok ? render(parsed.value, context) : null;
  expect(result?.ok && (result.value as { constant: Json }).constant).toBe(constant);
});

test("any JSON without ${ renders to itself", () => {
  const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("${"));
  fc.assert(
    fc.property(json, (value) => {
      expect(rendered(value as Json)).toEqual(value);
    }),
  );
});

test("any text survives as it is once its ${ are escaped", () => {
  const text = fc.array(fc.constantFrom("$", "{", "}", "a", "'", '"', "\\")).map((chars) => chars.join(""));
  fc.assert(
    fc.property(text, (written) => {
      const escaped = written.split("${").join("$${");
      expect(rendered(`${escaped} `)).toBe(`${written} `);
    }),
  );
});

test("problems point at the part that has them", () => {
  const parsed = parseTemplate({ "a/b": ["ok", "${data.}"], c: "${open", d: "x ${}" });
  expect(parsed.ok ? [] : parsed.problems.map(({ path, code }) => [path, code])).toEqual([
    ["/a~1b/1", "expression-syntax"],
    ["/c", "template-unclosed"],
    ["/d", "expression-syntax"],
  ]);
});

test("a failure while rendering points at its part too", () => {
  const parsed = parseTemplate({ list: [{ x: "${data.missing}" }] });
  const result = parsed.ok ? render(parsed.value, context) : null;
  expect(result && !result.ok && result.problem.path).toBe("/list/0/x");
});

test("parts that fit one by one are refused when together they exceed 256 KB", () => {
  expect(() => rendered(["${data.big}", "${data.big}", "${data.big}"])).toThrow("256 KB");
  expect(() => rendered("${data.big} ${data.big} ${data.big}")).toThrow("256 KB");
});

test("keys named like a prototype stay data", () => {
  const value = JSON.parse('{"__proto__": {"polluted": "${data.name}"}}') as Json;
  const result = rendered(value);
  expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":"Ada"}}');
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});

test("a value nested too deeply is refused, not run", () => {
  const deep = JSON.parse(`${"[".repeat(500)}"\${1}"${"]".repeat(500)}`) as Json;
  expect(parseTemplate(deep)).toMatchObject({ ok: false, problems: [{ code: "template-too-deep" }] });
});

test("the expressions of one template share one budget, those of one decision another", () => {
  const many = { ...context, data: { list: Array.from({ length: 150 }, (_, index) => index) } };
  const dear = "${data.list.all(a, data.list.all(b, a + b >= 0))}";
  const run = (count: number) => {
    const parsed = parseTemplate(Array.from({ length: count }, () => dear));
    return parsed.ok && render(parsed.value, many).ok;
  };
  const list = (count: number) => Array.from({ length: count }, () => run(1));
  expect(run(1)).toBe(true);
  expect(run(20)).toBe(false);
  expect(list(40)).not.toContain(false);
  expect(sharingBudget(() => list(40))).toContain(false);
  expect(run(1)).toBe(true);
});

test("data fills a place in a path and makes no new ones", () => {
  const parsed = parseTemplate("/orders/${data.id}/lines?of=${data.of}");
  const data = { id: "../x?y#z\r\n/\u{1f600}", of: "a&b" };
  const result = parsed.ok ? renderUrlPath(parsed.value, { ...context, data }) : null;
  expect(result).toEqual({ ok: true, value: "/orders/..%2Fx%3Fy%23z%0D%0A%2F%F0%9F%98%80/lines?of=a%26b" });
});
