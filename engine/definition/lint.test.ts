import { describe, expect, test } from "vitest";
import type { ActionDocument, SagaDocument, StepDocument } from "./document";
import { lint } from "./lint";

const undo = { class: "compensable", compensation: "S.Undo" } as const;

function step(id: string, fields: Partial<ActionDocument> = {}): ActionDocument {
  return { id, action: "S.Do", ...undo, ...fields };
}

function saga(steps: readonly StepDocument[], fields: Partial<SagaDocument> = {}): SagaDocument {
  return { saga: "Order", steps: [...steps], ...fields };
}

function edges(...pairs: readonly string[]): NonNullable<SagaDocument["edges"]> {
  return pairs.map((pair) => {
    const [from = "", to = ""] = pair.split(">");
    return { from, to };
  });
}

function many(count: number): StepDocument[] {
  return Array.from({ length: count }, (_, index) => step(`s${index}`));
}

/** `code path`, with ! for an error and ? for a warning. */
function found(document: SagaDocument): string[] {
  return lint(document).map(({ severity, code, path }) => `${severity === "error" ? "!" : "?"} ${code} ${path}`);
}

const sequence = saga([step("a"), step("b"), step("c")]);
const diamond = edges("a>b", "a>c", "b>d", "c>d");

test("a sound definition has no problems", () => {
  expect(found(sequence)).toEqual([]);
  expect(found(saga([step("a"), step("b"), step("c"), step("d")], { edges: diamond }))).toEqual([]);
});

test("100 branches side by side are allowed", () => {
  const edges = many(100).flatMap(({ id }) => [
    { from: "a", to: id },
    { from: id, to: "z" },
  ]);
  expect(found(saga([step("a"), ...many(100), step("z")], { edges }))).toEqual([]);
});

type Case = readonly [string, SagaDocument, readonly string[]];

const withInput = (input: unknown, fields: Partial<ActionDocument> = {}) =>
  step("b", { action: { command: "S.Do", input: input as never }, ...fields });
const withUndo = (input: unknown, fields: Partial<ActionDocument> = {}) =>
  step("b", { compensation: { command: "S.Undo", input: input as never }, ...fields });

const bad: readonly Case[] = [
  ["two steps of one id", saga([step("a"), step("a")]), ["! duplicate-step-id /steps/1/id"]],
  [
    "an edge to nowhere",
    saga([step("a"), step("b")], { edges: edges("a>b", "a>z") }),
    ["! edge-to-nowhere /edges/1/to"],
  ],
  [
    "an edge from nowhere",
    saga([step("a"), step("b")], { edges: edges("a>b", "z>b") }),
    ["! edge-to-nowhere /edges/1/from"],
  ],
  ["an edge to its own step", saga([step("a"), step("b")], { edges: edges("a>b", "b>b") }), ["! self-loop /edges/1"]],
  ["one edge twice", saga([step("a"), step("b")], { edges: edges("a>b", "a>b") }), ["! duplicate-edge /edges/1"]],
  [
    "otherwise out of an action",
    saga([step("a"), step("b")], { edges: [{ from: "a", to: "b", otherwise: true }] }),
    ["! otherwise-out-of-place /edges/0/otherwise"],
  ],
  ["an empty list of edges", saga([step("a"), step("b")], { edges: [] }), ["? edges-empty /edges"]],
  ["a cycle", saga([step("a"), step("b"), step("c")], { edges: edges("a>b", "b>c", "c>b") }), ["! cycle /steps/1"]],
  ["an island", saga([step("a"), step("b"), step("c")], { edges: edges("a>b") }), ["? disconnected /steps/2"]],
  [
    "101 edges out of one step",
    saga([step("a"), ...many(101)], { edges: many(101).map(({ id }) => ({ from: "a", to: id })) }),
    ["! too-many-branches /steps/0"],
  ],
  [
    "101 steps that begin at once",
    saga([...many(101), step("z")], { edges: many(101).map(({ id }) => ({ from: id, to: "z" })) }),
    ["! too-many-branches /steps"],
  ],
  ["a place for no step", saga([step("a")], { layout: { z: { x: 0, y: 0 } } }), ["? layout-unknown-step /layout/z"]],
  [
    "no undo where one is promised",
    saga([{ id: "a", action: "S.Do", class: "compensable" }]),
    ["! compensation-missing /steps/0"],
  ],
  [
    "an undo that never runs",
    saga([step("a", { class: "readonly" })]),
    ["? compensation-unused /steps/0/compensation"],
  ],
  [
    "an undo of what has none",
    saga([step("a", { class: "irreversible" })]),
    ["? compensation-unused /steps/0/compensation"],
  ],
  ["neither class nor undo", saga([{ id: "a", action: "S.Do" }]), ["? class-assumed /steps/0"]],
  [
    "an undo that does it again",
    saga([step("a", { compensation: "S.Do" })]),
    ["? undo-repeats-action /steps/0/compensation"],
  ],
  [
    "undoing itself with nothing",
    saga([{ id: "a", action: "S.Do", class: "irreversible", compensateSelf: "always" }]),
    ["? compensate-self-unused /steps/0/compensateSelf"],
  ],
  [
    "pivots beside each other",
    saga([step("a"), step("b", { class: "pivot" }), step("c", { class: "pivot" })], { edges: edges("a>b", "a>c") }),
    ["? pivots-beside-each-other /steps/2/class"],
  ],
  [
    "an undo after the pivot",
    saga([step("a", { class: "pivot" }), step("b")]),
    ["? compensable-after-pivot /steps/1/class"],
  ],
  [
    "retriable before the pivot",
    saga([step("a", { class: "retriable" }), step("b", { class: "pivot" })]),
    ["? retriable-before-pivot /steps/0/class"],
  ],
  ...["", "orders", "//host/x", "/a b", "/../secret", "/a/./b", "/x#y", "/a\\b"].map(
    (path): Case => [
      `the path ${JSON.stringify(path)}`,
      saga([step("a", { action: { command: "S.Do", http: { path } } })]),
      ["! http-path /steps/0/action/http/path"],
    ],
  ),
  [
    "a first delay above the longest",
    saga([step("a", { action: { command: "S.Do", retry: { initial: "PT5M" } } })]),
    ["? retry-delays /steps/0/action/retry"],
  ],
  [
    "an unreadable input",
    saga([step("a"), withInput({ x: ["${data.}"] })]),
    ["! expression-syntax /steps/1/action/input/x/0"],
  ],
  ["an open ${", saga([step("a"), withInput("${data")]), ["! template-unclosed /steps/1/action/input"]],
  [
    "an unreadable condition",
    saga([step("a"), step("b")], { edges: [{ from: "a", to: "b", when: "data.x >" }] }),
    ["! expression-syntax /edges/0/when"],
  ],
  [
    "a condition that is a number",
    saga([step("a"), step("b")], { edges: [{ from: "a", to: "b", when: "1 + 1" }] }),
    ["! condition-not-boolean /edges/0/when"],
  ],
  ["an unreadable business key", saga([step("a")], { businessKey: "${data.}" }), ["! expression-syntax /businessKey"]],
  [
    "a business key of steps",
    saga([step("a")], { businessKey: "${steps.a.result.id}" }),
    ["! expression-scope /businessKey"],
  ],
  [
    "an exposure of steps",
    saga([step("a")], { exposure: "${steps.a.result.amount}" }),
    ["! expression-scope /exposure"],
  ],
  ["a business key for all", saga([step("a")], { businessKey: "order" }), ["? constant-business-key /businessKey"]],
  [
    "a step that is not there",
    saga([step("a"), withInput("${steps.z.result}")]),
    ["! unknown-step /steps/1/action/input"],
  ],
  ["its own result", saga([step("a"), withInput("${steps.b.result}")]), ["! step-not-upstream /steps/1/action/input"]],
  [
    "a later result",
    saga([step("a"), withInput("${steps.c.result}"), step("c")]),
    ["! step-not-upstream /steps/1/action/input"],
  ],
  [
    "a parallel result",
    saga([step("a"), withInput("${steps.c.result}"), step("c")], { edges: edges("a>b", "a>c") }),
    ["! step-not-upstream /steps/1/action/input"],
  ],
  [
    "a later result in an undo",
    saga([step("a"), withUndo("${steps.c.result}"), step("c")]),
    ["! step-not-upstream /steps/1/compensation/input"],
  ],
  [
    "a later result in a condition",
    saga([step("a"), step("b")], { edges: [{ from: "a", to: "b", when: "steps.b.result == null" }] }),
    ["! step-not-upstream /edges/0/when"],
  ],
  [
    "a later result in a path",
    saga([step("a", { action: { command: "S.Do", http: { path: "/x/${steps.b.result}" } } }), step("b")]),
    ["! step-not-upstream /steps/0/action/http/path"],
  ],
  [
    "a computed step",
    saga([step("a"), withInput("${steps[data.which].result}")]),
    ["? dynamic-step /steps/1/action/input"],
  ],
  [
    "an undo's names in an action",
    saga([step("a"), withInput("${action_key}")]),
    ["! expression-scope /steps/1/action/input"],
  ],
  [
    "an unguarded original result",
    saga([step("a"), withUndo({ id: "${original_result.id}" })]),
    ["! unguarded-original-result /steps/1/compensation/input"],
  ],
  [
    "an unguarded original result in the path",
    saga([step("a"), step("b", { compensation: { command: "S.Undo", http: { path: "/x/${original_result.id}" } } })]),
    ["! unguarded-original-result /steps/1/compensation/http/path"],
  ],
  [
    "its own result unguarded in its undo",
    saga([step("a"), withUndo("${steps.b.result.id}")]),
    ["! unguarded-original-result /steps/1/compensation/input"],
  ],
  ["a type that is none", saga([step("a")], { input: { type: "objekt" } }), ["! input-schema /input"]],
  [
    "a schema elsewhere",
    saga([step("a")], { input: { $ref: "https://example.com/x.json" } }),
    ["! input-schema /input"],
  ],
  [
    "a sample that does not fit",
    saga([step("a")], { input: { type: "object", required: ["id"] }, sample: {} }),
    ["? sample-invalid /sample/id"],
  ],
  [
    "a field that the schema does not have",
    saga([step("a"), withInput("${data.totl}")], { input: { type: "object", properties: { total: {} } } }),
    ["? unknown-data-field /steps/1/action/input"],
  ],
  [
    "a deadline below the time-outs",
    saga([step("a"), step("b")], { deadline: "PT1M" }),
    ["? deadline-too-short /deadline"],
  ],
];

describe("what is found", () => {
  test.each(bad)("%s", (_, document, expected) => expect(found(document)).toEqual(expected));
  test("every problem is a sentence", () => {
    for (const [, document] of bad) {
      for (const { message } of lint(document)) expect(message).toMatch(/^[^\s].*[.)]( Write a condition.*)?$/s);
    }
  });
});

const good: readonly (readonly [string, SagaDocument])[] = [
  [
    "conditions on some edges",
    saga([step("a"), step("b"), step("c")], {
      edges: [
        { from: "a", to: "b", when: "data.x > 1" },
        { from: "a", to: "c" },
      ],
    }),
  ],
  ["conditions on all edges", saga([step("a"), step("b")], { edges: [{ from: "a", to: "b", when: "data.x > 1" }] })],
  [
    "a condition on the step it leaves",
    saga([step("a"), step("b")], { edges: [{ from: "a", to: "b", when: "steps.a.result != null" }] }),
  ],
  ["readonly without an undo", saga([{ id: "a", action: "S.Do", class: "readonly" }])],
  [
    "pivot then retriable",
    saga([step("a"), step("b", { class: "pivot" }), { id: "c", action: "S.Do", class: "retriable" }]),
  ],
  ["two pivots on one path", saga([step("a", { class: "pivot" }), step("b", { class: "pivot" })])],
  ["an upstream result", saga([step("a"), withInput("${steps.a.result.id}")])],
  ["an upstream result in an undo", saga([step("a"), withUndo("${steps.a.result.id}")])],
  ["the whole original result", saga([step("a"), withUndo("${original_result}")])],
  ["a guarded original result", saga([step("a"), withUndo("${has(original_result.id) ? original_result.id : null}")])],
  [
    "an original result by outcome",
    saga([step("a"), withUndo("${outcome == 'completed' ? original_result.id : null}")]),
  ],
  [
    "an original result that is never missing",
    saga([step("a"), withUndo("${original_result.id}", { compensateSelf: "never" })]),
  ],
  [
    "a guarded field that the schema does not have",
    saga([step("a")], { input: { properties: {} }, exposure: "${has(data.x) ? data.x : 0}" }),
  ],
  [
    "a schema that leaves fields open",
    saga([step("a")], { input: { properties: {}, patternProperties: { "^x": {} } }, exposure: "${data.x1}" }),
  ],
  [
    "a path with an expression",
    saga([step("a", { action: { command: "S.Do", http: { path: "/orders/${data.id}/items" } } })]),
  ],
  [
    "a deadline that parallel branches keep",
    saga([step("a"), step("b"), step("c"), step("d")], { edges: diamond, deadline: "PT15M" }),
  ],
];

test.each(good)("nothing is wrong with %s", (_, document) => expect(found(document)).toEqual([]));

test("the steps on a cycle are named in its order", () => {
  const document = saga([step("a"), step("b"), step("c"), step("d")], { edges: edges("a>b", "b>c", "c>d", "d>b") });
  expect(lint(document)[0]?.message).toContain("b → c → d → b");
});

test("problems carry the step, so that the canvas can point at it", () => {
  const problems = lint(saga([step("a"), withUndo("${original_result.id}")]));
  expect(problems).toMatchObject([{ step: "b", severity: "error" }]);
});

test("a condition written with ${ } is told how to write it", () => {
  const document = saga([step("a"), step("b")], { edges: [{ from: "a", to: "b", when: "${data.x > 1}" }] });
  expect(lint(document)[0]?.message).toContain("without ${ }");
});

test("names of prototype members are names like others", () => {
  const ids = ["has_own_property", "to_string", "value_of"];
  const document = saga(
    ids.map((id) => step(id)),
    {
      edges: [{ from: "__proto__", to: "constructor" }],
      layout: JSON.parse('{"__proto__": {"x": 1, "y": 1}, "toString": {"x": 1, "y": 1}}') as never,
    },
  );
  expect(found(document)).toContain("! edge-to-nowhere /edges/0/from");
  expect(found(document)).toContain("? layout-unknown-step /layout/toString");
  expect(({} as { x?: number }).x).toBeUndefined();
});

test("500 steps lint while somebody types", () => {
  const steps = Array.from({ length: 500 }, (_, index) =>
    step(`s${index}`, { action: { command: "S.Do", input: index ? `\${steps.s${index - 1}.result}` : "${data.x}" } }),
  );
  const started = performance.now();
  expect(found(saga(steps))).toEqual([]);
  expect(performance.now() - started).toBeLessThan(4000);
});
