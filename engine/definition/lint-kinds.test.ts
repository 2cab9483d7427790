/** What lint finds in the kinds of steps beside the action. */
import { describe, expect, test } from "vitest";
import type { SagaDocument, StepDocument } from "./document";
import type { KnownSagas } from "./facts";
import { lint } from "./lint";

const act = { id: "act", action: "S.Do", compensation: "S.Undo" } as const;
const choose = { id: "choose", kind: "decision" } as const;
const agree = { id: "agree", kind: "approval", approvers: { role: "operator" } } as const;
const each = {
  id: "each",
  kind: "forEach",
  items: "${data.list}",
  as: "one",
  action: "S.Do",
  compensation: "S.Undo",
} as const;
const child = { id: "child", kind: "saga", saga: "Refund" } as const;
const pivot = { id: "pivot", action: "S.Decide", class: "pivot" } as const;
const behind = (id: string): StepDocument => ({ id, action: "S.Do", class: "retriable" });

function saga(steps: readonly StepDocument[], edges?: SagaDocument["edges"]): SagaDocument {
  return { saga: "Order", steps: [...steps], ...(edges ? { edges } : {}) };
}

/** `code path`, with ! for an error and ? for a warning. */
function found(document: SagaDocument, known?: KnownSagas): string[] {
  return lint(document, known).map(({ severity, code, path }) => `${severity === "error" ? "!" : "?"} ${code} ${path}`);
}

const a = { ...act, id: "a" };
const b = { ...act, id: "b" };
const toA = { from: "choose", to: "a", when: "data.x > 1" } as const;
const toB = { from: "choose", to: "b", otherwise: true } as const;

type Case = readonly [string, SagaDocument, readonly string[]];
const bad: readonly Case[] = [
  [
    "a decision with two edges that say otherwise",
    saga([choose, a, b], [{ ...toB, to: "a" }, toB]),
    ["! otherwise-twice /edges/1/otherwise"],
  ],
  [
    "a decision whose otherwise has a condition",
    saga([choose, a, b], [toA, { ...toB, when: "data.y" }]),
    ["! otherwise-with-condition /edges/1/when"],
  ],
  [
    "a decision with a way that is always taken",
    saga([choose, a, b], [{ from: "choose", to: "a" }, toB]),
    ["! decision-without-condition /edges/0"],
  ],
  [
    "a decision that may find no way",
    saga([choose, a, b], [toA, { from: "choose", to: "b", when: "data.x < 1" }]),
    ["? decision-without-otherwise /steps/0"],
  ],
  ["a decision that leads nowhere", saga([a, choose]), ["? decision-without-ways /steps/1"]],
  [
    "otherwise out of a forEach",
    saga([each, a], [{ from: "each", to: "a", otherwise: true }]),
    ["! otherwise-out-of-place /edges/0/otherwise"],
  ],
  ["a wait of no length", saga([{ id: "pause", kind: "wait" }]), ["! wait-time /steps/0"]],
  [
    "a wait of two lengths",
    saga([{ id: "pause", kind: "wait", for: "PT1H", until: "${data.at}" }]),
    ["! wait-time /steps/0"],
  ],
  [
    "a wait until no instant",
    saga([{ id: "pause", kind: "wait", until: "tomorrow" }]),
    ["! wait-until /steps/0/until"],
  ],
  [
    "a signal that may never come",
    saga([{ id: "paid", kind: "signal", signal: "Paid" }]),
    ["? signal-without-timeout /steps/0"],
  ],
  ["a form that is no schema", saga([{ ...agree, form: { type: "objekt" } }]), ["! approval-form /steps/0/form"]],
  [
    "an approver named twice",
    saga([{ ...agree, approvers: { users: ["ada@example.com", "Ada@example.com"] } }]),
    ["? approver-twice /steps/0/approvers"],
  ],
  ["items that are a text", saga([{ ...each, items: "data.list" }]), ["! items-not-a-list /steps/0/items"]],
  ["a forEach with no undo", saga([{ ...each, compensation: undefined }]), ["? class-assumed /steps/0"]],
  [
    "a forEach whose undo never runs",
    saga([{ ...each, class: "irreversible" }]),
    ["? compensation-unused /steps/0/compensation"],
  ],
  ["a forEach undone after the pivot", saga([pivot, each]), ["? compensable-after-pivot /steps/1/class"]],
  ["a child undone after the pivot", saga([pivot, child]), ["? compensable-after-pivot /steps/1/class"]],
  [
    "an unguarded result in an item's undo",
    saga([{ ...each, compensation: { command: "S.Undo", input: "${original_result.id}" } }]),
    ["! unguarded-original-result /steps/0/compensation/input"],
  ],
  [
    "an item read outside its step",
    saga([each, { ...a, action: { command: "S.Do", input: "${one}" } }]),
    ["! expression-syntax /steps/1/action/input"],
  ],
  [
    "an undo's name in a probe",
    saga([{ ...a, probe: { command: "S.Find", input: "${original_result}" } }]),
    ["! expression-scope /steps/0/probe/input"],
  ],
  ["a saga that runs itself", saga([{ ...child, saga: "Order" }]), ["? saga-calls-itself /steps/0/saga"]],
];

const later = "steps.end.result";
const readingLater: readonly (readonly [StepDocument, string])[] = [
  [{ id: "x", kind: "wait", for: `\${${later}}` }, "for"],
  [{ id: "x", kind: "wait", until: `\${${later}}` }, "until"],
  [{ id: "x", kind: "transform", set: { y: `\${${later}}` } }, "set"],
  [{ ...each, id: "x", items: `\${${later}}` }, "items"],
  [{ ...each, id: "x", action: { command: "S.Do", input: `\${${later}}` } }, "action/input"],
  [{ ...each, id: "x", compensation: { command: "S.Undo", input: `\${${later}}` } }, "compensation/input"],
  [{ ...each, id: "x", probe: { command: "S.Find", input: `\${${later}}` } }, "probe/input"],
  [{ ...act, id: "x", probe: { command: "S.Find", http: { path: `/x/\${${later}}` } } }, "probe/http/path"],
  [{ ...child, id: "x", input: { y: `\${${later}}` } }, "input"],
];

describe("what is found", () => {
  test.each(bad)("%s", (_, document, expected) => expect(found(document)).toEqual(expected));

  test.each(readingLater)("a step that reads a later one: %j", (step, field) =>
    expect(found(saga([step, { ...act, id: "end" }]))).toEqual([`! step-not-upstream /steps/0/${field}`]),
  );

  test("a condition of a decision that reads a later step", () => {
    const edges = [{ ...toA, when: "steps.a.result == null" }, toB];
    expect(found(saga([choose, a, b], edges))).toEqual(["! step-not-upstream /edges/0/when"]);
  });

  test("every problem is a sentence", () => {
    for (const [, document] of bad) for (const { message } of lint(document)) expect(message).toMatch(/^[^\s].*[.)]$/s);
  });
});

test("nothing is wrong with each kind as it is meant", () => {
  const end = { ...act, id: "end" };
  const kinds: StepDocument[] = [
    { id: "pause", kind: "wait", until: "2026-12-24T18:00:00Z" },
    { id: "nap", kind: "wait", for: "${data.nap}" },
    { id: "paid", kind: "signal", signal: "Paid", timeout: "P1D" },
    { ...agree, form: { type: "object" } },
    { id: "total", kind: "transform", set: { y: "${steps.paid.result.amount}" } },
    { ...each, compensation: { command: "S.Undo", input: { who: "${one}", n: "${index}", key: "${action_key}" } } },
    { ...child, input: "${steps.total.result}" },
  ];
  expect(found(saga([...kinds, end]))).toEqual([]);
  expect(found(saga([choose, a, b], [toA, toB]))).toEqual([]);
  const asking = { command: "S.Find", input: { key: "${action_key}", was: "${original_input}" } };
  expect(found(saga([{ ...a, probe: asking }]))).toEqual([]);
});

describe("other sagas", () => {
  const known: KnownSagas = new Map([
    ["Refund", { hasPivot: false }],
    ["Ship", { hasPivot: true }],
  ]);
  const ship = { ...child, saga: "Ship" };

  test("are not judged when nothing is known of them", () => {
    expect(found(saga([{ ...child, id: "other", saga: "Nobody" }, ship, pivot]))).toEqual([]);
  });

  test("that are not published are told", () => {
    expect(found(saga([child, { ...child, id: "other", saga: "Nobody" }]), known)).toEqual([
      "? unknown-saga /steps/1/saga",
    ]);
    expect(found(saga([{ ...child, saga: "Order" }]), known)).toEqual(["? saga-calls-itself /steps/0/saga"]);
  });

  test("with a point of no return before this one's are told", () => {
    const before = "? child-pivot-before-parents /steps/0/saga";
    expect(found(saga([ship, pivot, behind("end")]), known)).toEqual([before]);
    expect(found(saga([child, pivot]), known)).toEqual([]);
    expect(found(saga([ship, a]), known)).toEqual([]);
    const retriable = { ...ship, class: "retriable" } as const;
    expect(found(saga([pivot, retriable]), known)).toEqual([]);
    const beside = saga(
      [{ ...ship }, pivot, behind("end")],
      [
        { from: "pivot", to: "end" },
        { from: "child", to: "end" },
      ],
    );
    expect(found(beside, known)).toEqual([before]);
  });
});
