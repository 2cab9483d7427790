import { describe, expect, test } from "vitest";
import { limits } from "../limits";
import { parseDefinition } from "./parse";

const step = { id: "pay", action: "PaymentService.Charge" };
const minimal = { saga: "Order", steps: [step] };

function problemsOf(source: unknown) {
  const parsed = parseDefinition(source);
  return parsed.ok ? [] : parsed.problems;
}

function codesOf(source: unknown): string[] {
  return problemsOf(source).map(({ code, path }) => (path ? `${code} ${path}` : code));
}

describe("what is read", () => {
  test("YAML, JSON text and a value give the same document", () => {
    const yaml = "saga: Order\nsteps:\n  - id: pay\n    action: PaymentService.Charge\n";
    for (const source of [yaml, JSON.stringify(minimal), JSON.stringify(minimal, null, "\t"), minimal]) {
      expect(parseDefinition(source)).toEqual({ ok: true, value: minimal });
    }
  });
  test("YAML means what YAML 1.2 says: yes, no, on and dates are text", () => {
    const yaml = "saga: Order\nsample: [yes, no, on, 2026-01-01, 0o17, null, ~]\nsteps: [{ id: pay, action: A.B }]";
    expect(parseDefinition(yaml)).toMatchObject({
      ok: true,
      value: { sample: ["yes", "no", "on", "2026-01-01", 15, null, null] },
    });
  });
  test("a byte order mark and a comment do no harm", () => {
    expect(parseDefinition("\uFEFF# The saga\nsaga: Order\nsteps: [{ id: pay, action: A.B }]").ok).toBe(true);
  });
  test("an anchor may be used again", () => {
    const yaml = `saga: Order
steps:
  - id: a
    action: { command: A.B, retry: &patient { attempts: 9 } }
  - id: b
    action: { command: A.C, retry: *patient }`;
    expect(parseDefinition(yaml)).toMatchObject({
      ok: true,
      value: { steps: [{}, { action: { retry: { attempts: 9 } } }] },
    });
  });
});

describe("what is not a definition at all", () => {
  test.each([
    ["nothing", "", ["empty"]],
    ["blanks", " \n\t\n", ["empty"]],
    ["null", null, ["wrong-type"]],
    ["undefined", undefined, ["not-json"]],
    ["a list", [], ["wrong-type"]],
    ["a number", 5, ["wrong-type"]],
    ["text that is a scalar", "hello", ["wrong-type"]],
    ["truncated JSON", '{"saga": "Order", "steps": [', ["syntax"]],
    ["broken indentation", "saga: Order\n  steps: []", ["syntax"]],
    ["two documents", "saga: A\n---\nsaga: B", ["syntax"]],
    ["a tag", "saga: !secret x\nsteps: []", ["syntax"]],
    ["an unknown alias", "saga: *x", ["syntax"]],
    ["another YAML", "%YAML 1.1\n---\nsaga: A", ["syntax"]],
    ["a duplicate key", '{"saga": "A", "saga": "B"}', ["duplicate-key"]],
    ["a list as key", "? [a]\n: 1", ["syntax"]],
    ["a zip file", "PK\u0003\u0004\u0000\u0000", ["bad-character"]],
    ["more than 1 MB", "x".repeat(limits.definition + 1), ["too-large"]],
    ["binary", "saga: !!binary aGVsbG8=", ["not-json /saga"]],
  ])("%s", (_, source, codes) => expect(codesOf(source).slice(0, 1)).toEqual(codes));

  test("deep nesting ends before it costs anything", () => {
    for (const text of [
      "[".repeat(150_000),
      "[ ".repeat(3000) + "]".repeat(3000),
      '{"a":'.repeat(50_000),
      "- ".repeat(100_000),
      '[ "]",'.repeat(40_000),
    ]) {
      const started = performance.now();
      expect(codesOf(text)).toEqual(["too-deep"]);
      expect(performance.now() - started).toBeLessThan(4000);
    }
  });
  test("keys are looked up, however many there are", () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`);
    expect(codesOf(["sample:", ...keys.map((key) => `  ${key}`)].join("\n"))).toContain("missing /saga");
    expect(codesOf([...keys, "k7: 2", "k9: 2"].join("\n"))).toEqual(["duplicate-key", "duplicate-key"]);
  }, 60_000);
  test("a bomb of anchors is refused", () => {
    const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"];
    for (let i = 1; i < 9; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(",")}]`,
      );
    expect(codesOf(lines.join("\n"))).toEqual(["syntax"]);
  });
  test("values that JSON cannot say, or the database cannot keep", () => {
    const withSample = (sample: unknown) => codesOf({ ...minimal, sample });
    expect(withSample("a\u0000b")).toEqual(["bad-character /sample"]);
    expect(withSample("\ud800")).toEqual(["bad-character /sample"]);
    expect(withSample({ "\ud800": 1 })).toEqual(["bad-character /sample"]);
    expect(withSample(Number.NaN)).toEqual(["bad-number /sample"]);
    expect(withSample(Number.POSITIVE_INFINITY)).toEqual(["bad-number /sample"]);
    expect(withSample(2 ** 53)).toEqual(["bad-number /sample"]);
    expect(withSample(1n)).toEqual(["not-json /sample"]);
    expect(withSample({ at: new Date(0) })).toEqual(["not-json /sample/at"]);
    expect(withSample([undefined])).toEqual(["not-json /sample/0"]);
    expect(withSample(() => 1)).toEqual(["not-json /sample"]);
    expect(withSample(JSON.parse('{"__proto__": 1}'))).toEqual(["forbidden-key /sample"]);
    expect(withSample(Array.from({ length: 100_001 }, () => 1))).toEqual(["too-large"]);
    expect(withSample("x".repeat(limits.definition))).toEqual(["too-large"]);
    expect(codesOf(`saga: A\nsample: .inf\nsteps: [{ id: pay, action: A.B }]`)).toEqual(["bad-number /sample"]);
    expect(codesOf(`{"saga": "A", "sample": 1e400, "steps": []}`)).toEqual(["bad-number /sample"]);
    expect(codesOf(`{"saga": "A", "sample": 9007199254740993, "steps": []}`)).toEqual(["bad-number /sample"]);
  });
  test("a value that contains itself", () => {
    const loop: { again?: unknown; too?: unknown } = {};
    loop.again = loop;
    loop.too = loop;
    expect(codesOf({ ...minimal, sample: loop })[0]).toMatch(/too-(deep|large)/);
  });
  test("65 levels", () => {
    const nested = JSON.parse(`${"[".repeat(65)}${"]".repeat(65)}`) as unknown;
    expect(codesOf({ ...minimal, sample: nested })[0]).toMatch(/^too-deep/);
  });
});

describe("fields that are wrong", () => {
  const inStep = (fields: object) => codesOf({ saga: "Order", steps: [{ ...step, ...fields }] });
  const inAction = (fields: object) => inStep({ action: { command: "A.B", ...fields } });

  test("a missing field", () => {
    expect(codesOf({})).toEqual(["missing /saga", "missing /steps"]);
    expect(codesOf({ saga: "Order", steps: [{ id: "a" }] })).toEqual(["missing /steps/0/action"]);
  });
  test("an unknown key names those that are known", () => {
    const [problem] = problemsOf({ ...minimal, step: [] });
    expect(problem).toMatchObject({ code: "unknown-key", path: "/step" });
    expect(problem?.message).toContain("known are saga, title");
    expect(inAction({ timout: "PT5S" })).toEqual(["unknown-key /steps/0/action/timout"]);
  });
  test.each(["constructor", "toString", "hasOwnProperty"])("the key %s is as unknown as any", (key) => {
    expect(codesOf({ ...minimal, [key]: 1 })).toEqual([`unknown-key /${key}`]);
  });
  test.each([
    "",
    "Pay",
    "1a",
    "a-b",
    "a b",
    "é",
    "__proto__",
    "constructor",
    "prototype",
    "in",
    "null",
    "true",
    "a".repeat(81),
    5,
    null,
    ["a"],
    { startsWith: "" },
  ])("%j is no step id", (id) =>
    expect(inStep({ id })).toEqual([expect.stringMatching(/^(invalid-value|wrong-type) \/steps\/0\/id$/)]),
  );
  test.each(["", "order", "Order-1", "Ürder", "A".repeat(81), 7])("%j is no saga type", (saga) => {
    expect(codesOf({ ...minimal, saga })).toEqual([expect.stringMatching(/ \/saga$/)]);
  });
  test.each(["", "Charge", "A.B.C", "A.", ".B", "A B.C", "A./etc", "http://x.y"])("%j is no command", (action) => {
    expect(inStep({ action })).toEqual(["invalid-value /steps/0/action"]);
  });
  test.each([5, true, [], null])("%j is no half of a step", (action) => {
    expect(inStep({ action })).toEqual(["wrong-type /steps/0/action"]);
  });
  test.each(["PT0S", "-PT5S", "5m", "P1M", "P1Y", "P401D", "", 0, -1, 300_000, null])(
    "%j is no time-out",
    (timeout) => {
      expect(inAction({ timeout })).toEqual([expect.stringMatching(/ \/steps\/0\/action\/timeout$/)]);
    },
  );
  test.each([
    { attempts: 0 },
    { attempts: -1 },
    { attempts: 101 },
    { attempts: 1.5 },
    { attempts: "3" },
    { factor: 0 },
    { factor: 1000 },
    { jitter: 1.1 },
    { jitter: -0.1 },
    { initial: "PT0S" },
    { max: 5 },
    { maxElapsed: "P999D" },
    { times: 3 },
  ])("a retry of %j is refused", (retry) => expect(inAction({ retry })).toHaveLength(1));
  test("a class, a policy or a kind that does not exist", () => {
    expect(inStep({ class: "pivotal" })).toEqual(["invalid-value /steps/0/class"]);
    expect(inStep({ onFailure: "retry" })).toEqual(["invalid-value /steps/0/onFailure"]);
    expect(inStep({ kind: "loop" })).toEqual(["invalid-value /steps/0/kind"]);
  });
  test("no step, and 501 of them", () => {
    expect(codesOf({ saga: "Order", steps: [] })).toEqual(["out-of-range /steps"]);
    const steps = Array.from({ length: 501 }, (_, index) => ({ ...step, id: `s${index}` }));
    expect(codesOf({ saga: "Order", steps })).toEqual(["out-of-range /steps"]);
  });
  test("a style that is none, and what belongs to the other one", () => {
    expect(codesOf({ ...minimal, style: "ballet" })).toEqual(["invalid-value /style"]);
    expect(codesOf({ ...minimal, mode: "drive" })).toEqual(["unknown-key /mode"]);
    const silent = { saga: "Order", style: "choreography" };
    expect(codesOf({ ...silent, steps: [] })).toEqual([
      "invalid-value /mode",
      "missing /correlation",
      "missing /starts",
      "missing /reactions",
      "missing /ends",
      "unknown-key /steps",
    ]);
  });
  test("the step is named, and in text the line", () => {
    const [problem] = problemsOf("saga: Order\nsteps:\n  - id: pay\n    action: A.B\n    onFailure: retry\n");
    expect(problem).toMatchObject({ step: "pay", path: "/steps/0/onFailure" });
    expect(problem?.message).toMatch(/^Line 5, column 5: "onFailure" of step pay is not valid/);
  });
});
