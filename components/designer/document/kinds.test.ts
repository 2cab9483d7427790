import { describe, expect, test } from "vitest";
import { toFlow } from "@/components/canvas/flow";
import type { SagaDocument } from "@/engine/definition/document";
import { applyChange } from "../changes/apply-change";
import { newStep } from "../changes/new-step";
import { quickFixOf } from "../dock/quick-fix";
import { choreographed, everyKind } from "../testing";
import { readCode, type Snapshot, textOf } from "./code";
import { contextPaths } from "./context-paths";
import { previewInput, previewTemplate } from "./preview";
import { previewDuration, previewInstant } from "./preview-time";
import { problemsOf, tabOf, tabsOf } from "./problems";
import { readersOf } from "./readers";
import { wayOfSample } from "./ways";

const stepOf = (id: string) => everyKind.steps.find((step) => step.id === id) ?? expect.fail(`no ${id}`);
const empty: Snapshot = { document: { saga: "GroupTrip", steps: [] }, source: null, broken: null };

describe("code", () => {
  const text = `saga: GroupTrip
steps:
  - id: choose # which way
    kind: decision
  - id: paid
    kind: signal
`;

  test("what a kind cannot be without is missing in the code, and drawn as empty", () => {
    const typed = readCode(empty, text);
    expect(typed.document.steps[1]).toEqual({ id: "paid", kind: "signal", signal: "" });
    expect(problemsOf(typed).map(({ message }) => message)).toContainEqual(
      expect.stringContaining('"signal" of step paid is missing'),
    );
  });

  test("comments stay when the canvas completes such a step", () => {
    const typed = readCode(empty, text);
    const document = applyChange(typed.document, {
      type: "set-field",
      step: "choose",
      field: "title",
      value: "Which?",
    });
    expect(textOf({ ...typed, document }, "yaml")).toBe(`saga: GroupTrip
steps:
  - id: choose # which way
    kind: decision
    title: Which?
  - id: paid
    kind: signal
    signal: ""
`);
  });

  test("a kind that is only half typed is drawn, and said to be none", () => {
    const typed = readCode(empty, text.replace("kind: decision", "kind: deci"));
    expect(typed.broken).toBeNull();
    expect(problemsOf(typed).some(({ path }) => path === "/steps/0/kind")).toBe(true);
    expect(toFlow(typed.document, null).nodes[0]).toMatchObject({ type: "action" });
    const as = newStep(typed.document, { kind: "action" });
    const mended = applyChange(typed.document, { type: "set-kind", step: "choose", as });
    expect(mended.steps[0]).toMatchObject({ id: "choose", action: "" });
  });

  test("every kind goes through YAML and back, and steps that say the same stay the same objects", () => {
    const yaml = textOf({ document: everyKind, source: null, broken: null }, "yaml");
    const read = readCode({ document: everyKind, source: null, broken: null }, yaml);
    expect(read.document.steps.every((step, index) => step === everyKind.steps[index])).toBe(true);
    expect(problemsOf(read).filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

describe("what an expression may read", () => {
  const paths = (...[place]: [Parameters<typeof contextPaths>[1]]) =>
    contextPaths(everyKind, place).map(({ path }) => path);

  test("in a forEach's commands: the item of the sample and its place; in its list: neither", () => {
    const own = paths({ kind: "part", step: "seats", part: "action" });
    expect(own).toEqual(expect.arrayContaining(["passenger", "passenger.name", "passenger.seat", "index"]));
    expect(own).not.toContain("action_key");
    expect(paths({ kind: "step", step: "seats" })).not.toContain("passenger");
    const probe = paths({ kind: "part", step: "seats", part: "probe" });
    expect(probe).toEqual(expect.arrayContaining(["passenger.name", "action_key", "original_input"]));
    expect(probe).not.toContain("original_result");
  });

  test("of steps upstream: what their kinds leave", () => {
    const all = paths({ kind: "part", step: "mail", part: "action" });
    expect(all).toEqual(
      expect.arrayContaining([
        "steps.price.result.amount",
        "steps.agree.result.decision",
        "steps.agree.result.form.reason",
        "steps.cover.result.results",
      ]),
    );
    expect(all).not.toContain("steps.choose.result");
    expect(contextPaths(everyKind, { kind: "step", step: "cover" })).toContainEqual(
      expect.objectContaining({ path: "steps.price.result.amount", value: 1800 }),
    );
  });
});

describe("preview", () => {
  test("an item's input is that of the sample's first item, with what a transform sets worked out", () => {
    expect(previewInput(everyKind, stepOf("seats"), "action")).toEqual({
      ok: true,
      guessed: false,
      value: { who: "Ada", at: 0, for: 1800 },
    });
    expect(previewInput(everyKind, stepOf("seats"), "probe")).toMatchObject({
      value: { key: "run-id:seats:0:1:action", name: "Ada" },
    });
  });

  test("transforms that read each other end in a guess", () => {
    const circle: SagaDocument = {
      ...everyKind,
      steps: [
        { id: "a", kind: "transform", set: { x: "${steps.b.result.x}" } },
        { id: "b", kind: "transform", set: { x: "${steps.a.result.x}" } },
      ],
    };
    expect(previewTemplate(circle, "${steps.a.result.x}")).toMatchObject({ ok: true, guessed: true });
  });

  test("times are told as people say them, and what is none is refused", () => {
    expect(previewDuration(everyKind, "PT90S")).toMatchObject({ value: "1 min 30 s" });
    expect(previewInstant(everyKind, "${data.pickup_at}")).toMatchObject({
      value: expect.stringMatching(/^2\d Dec 2026 /),
    });
    expect(previewInstant(everyKind, "${data.total}")).toMatchObject({ ok: false, wrong: true });
    expect(previewDuration(everyKind, "${steps.paid.result.wait}")).toMatchObject({ ok: false, wrong: false });
  });

  test("of a decision's ways the sample takes the first that is true", () => {
    expect(wayOfSample(everyKind, "choose")).toBe(1);
    const poor = { ...everyKind, sample: { total: 10 } };
    expect(wayOfSample(poor, "choose")).toBe(2);
    expect(wayOfSample({ ...poor, sample: undefined } as unknown as SagaDocument, "choose")).toBeNull();
  });
});

test("who reads a step's answer is found in every kind", () => {
  expect(readersOf(everyKind, "price").map(({ where }) => where)).toEqual([
    "Seats, action",
    "Cover, input",
    "Condition to agree",
  ]);
});

test("problems lead to a tab that the kind has", () => {
  expect(tabsOf("wait")).toEqual(["step", "data", "notes"]);
  expect(tabOf({ code: "x", path: "/steps/1/onFailure" }, "wait")).toBe("step");
  expect(tabOf({ code: "x", path: "/steps/1/onFailure" }, "saga")).toBe("reliability");
  expect(tabOf({ code: "x", path: "/steps/1/probe/input" }, "forEach")).toBe("reliability");
});

test.each<[string, SagaDocument]>([
  [
    "decision-without-condition",
    { ...everyKind, edges: (everyKind.edges ?? []).map(({ from, to }) => ({ from, to })) },
  ],
  ["signal-without-timeout", { ...everyKind, steps: [{ id: "s", kind: "signal", signal: "S" }], edges: [] }],
  [
    "effect-without-undo",
    { ...choreographed, reactions: choreographed.reactions?.filter(({ id }) => id !== "refund") ?? [] },
  ],
  ["wait-time", { ...everyKind, steps: [{ id: "w", kind: "wait" }], edges: [] }],
  ["otherwise-out-of-place", { ...everyKind, edges: [{ from: "price", to: "choose", otherwise: true }] }],
])("the remedy for %s puts it right", (code, document) => {
  const found = (now: SagaDocument) =>
    problemsOf({ document: now, source: null, broken: null }).filter((problem) => problem.code === code);
  const [problem] = found(document);
  const fix = problem && quickFixOf(document, problem);
  expect(fix).toBeTruthy();
  if (fix) expect(found(applyChange(document, fix.change))).not.toContainEqual(problem);
});
