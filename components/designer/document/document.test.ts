import { describe, expect, test } from "vitest";
import { applyChange } from "../changes/apply-change";
import { order } from "../testing";
import { attemptTimes } from "./attempt-times";
import { readCode, type Snapshot, textOf } from "./code";
import { contextPaths } from "./context-paths";
import { beginHistory, historyReducer } from "./history";
import { previewCondition, previewInput } from "./preview";
import { countByStep, problemsOf, tabOf } from "./problems";
import { readDuration } from "./read-duration";
import { summarise } from "./summarise";

const start: Snapshot = { document: order, source: null, broken: null };
const text = `# our order
saga: Order
steps:
  - id: reserve # holds the stock
    action: InventoryService.Reserve
  - id: pay
    action: "PaymentService.Pay"
`;

describe("code", () => {
  test("comments and quotes stay when the canvas changes something else", () => {
    const typed = readCode({ ...start, document: { saga: "Order", steps: [] } }, text);
    const document = applyChange(typed.document, { type: "set-field", step: "pay", field: "title", value: "Pay up" });
    const drawn = applyChange(document, { type: "add-step", step: { id: "ship", action: "S.Ship" }, after: "pay" });
    expect(textOf({ ...typed, document: drawn }, "yaml")).toBe(`# our order
saga: Order
steps:
  - id: reserve # holds the stock
    action: InventoryService.Reserve
  - id: pay
    action: "PaymentService.Pay"
    title: Pay up
  - id: ship
    action: S.Ship
edges:
  - { from: reserve, to: pay }
  - { from: pay, to: ship }
`);
  });

  test("unreadable text stays as typed and leaves the document; undo goes through both", () => {
    let history = beginHistory(start);
    history = historyReducer(history, { type: "type-code", text: "saga: [", at: 0 });
    expect(history.present.document).toBe(order);
    expect(history.present.broken).not.toBeNull();
    expect(textOf(history.present, "json")).toBe("saga: [");
    expect(historyReducer(history, { type: "undo" }).present).toBe(start);
    expect(historyReducer(history, { type: "discard-code" }).present).toEqual(start);
  });

  test("another saga's text is refused", () => {
    expect(readCode(start, text.replace("saga: Order", "saga: Other")).broken?.[0]?.code).toBe("saga-renamed");
  });

  test("steps that say the same stay the same objects", () => {
    const next = readCode(start, textOf(start, "json").replace("InventoryService.Reserve", "InventoryService.Hold"));
    expect(next.document.steps[0]).not.toBe(order.steps[0]);
    expect(next.document.steps[1]).toBe(order.steps[1]);
  });
});

describe("problems", () => {
  test("a step without a command is refused by name, and lint goes on about the rest", () => {
    const hole = applyChange(order, { type: "add-step", step: { id: "new_step", action: "" }, after: "ship" });
    const problems = problemsOf({ document: hole, source: null, broken: null });
    expect(problems.some((problem) => problem.step === "new_step" && problem.severity === "error")).toBe(true);
    expect(countByStep(hole, problems).get("new_step")?.errors).toBeGreaterThan(0);
  });

  test("a draft without steps has none yet", () => {
    expect(problemsOf({ document: { saga: "Order", steps: [] }, source: null, broken: null })).toEqual([]);
  });

  test("lead to the tab that holds the field", () => {
    expect(tabOf({ code: "x", path: "/steps/1/compensation/input/amount" }, "action")).toBe("compensation");
    expect(tabOf({ code: "x", path: "/steps/1/action/retry/attempts" }, "action")).toBe("reliability");
    expect(tabOf({ code: "x", path: "/steps/1/class" }, "action")).toBe("step");
  });
});

describe("what an expression may read", () => {
  test("in an action: data, and the steps before it", () => {
    const paths = contextPaths(order, { kind: "part", step: "pay", part: "action" }).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["data.order_id", "data.note", "data.items", "steps.reserve.result"]));
    expect(paths).not.toContain("steps.ship.result");
    expect(paths).not.toContain("steps.pay.result");
    expect(paths).not.toContain("original_result");
  });

  test("in a compensation: what the action did as well", () => {
    const paths = contextPaths(order, { kind: "part", step: "pay", part: "compensation" }).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["original_result", "action_key", "outcome"]));
  });
});

describe("preview", () => {
  const pay = order.steps[1];
  test("shows the sample's values, and names what only a run can answer", () => {
    if (!pay) throw new Error("no step");
    expect(previewInput(order, pay, "action")).toEqual({
      ok: true,
      guessed: true,
      value: { amount: 129, hold: "‹steps.reserve.result.id›" },
    });
  });

  test("says what the default input is", () => {
    const ship = order.steps[2];
    if (!ship) throw new Error("no step");
    expect(previewInput(order, ship, "action")).toMatchObject({ value: { order_id: "o-17", step_name: "ship" } });
  });

  test("a condition over the sample", () => {
    expect(previewCondition(order, "data.total > 100")).toMatchObject({ ok: true, value: true });
    expect(previewCondition(order, "data.total >")).toMatchObject({ ok: false });
  });
});

test("attempts are spread as the policy says", () => {
  const policy = { attempts: 5, initial: 1_000, factor: 2, max: 3_000, jitter: 0.2, maxElapsed: 7_000 };
  expect(attemptTimes(policy)).toEqual([0, 1_000, 3_000, 6_000]);
});

test.each([
  ["90s", "PT1M30S"],
  ["5 min", "PT5M"],
  ["1h 30m", "PT1H30M"],
  ["pt5m", "PT5M"],
  ["2 d", "P2D"],
  ["soon", null],
  ["0s", null],
])("%s is the duration %s", (typed, iso) => {
  expect(readDuration(typed)).toBe(iso);
});

test("a version's changes are told in words", () => {
  const next = [
    { type: "set-field", step: "pay", field: "title", value: "Charge" } as const,
    { type: "add-step", step: { id: "mail", action: "M.Send" }, after: "ship" } as const,
  ].reduce(applyChange, order);
  expect(summarise(order, next)).toMatchObject({
    added: ["Mail"],
    removed: [],
    changed: ["Charge"],
    order: true,
    settings: false,
  });
});
