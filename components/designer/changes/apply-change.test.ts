import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SagaDocument } from "@/engine/definition/document";
import { edgesOf } from "@/engine/definition/edges";
import { sortTopologically } from "@/engine/definition/graph";
import { beginHistory, type History, type HistoryAction, historyReducer } from "../document/history";
import { order } from "../testing";
import { applyChange } from "./apply-change";
import type { Change } from "./change";
import { cutFragment, fragmentFromText, fragmentToText } from "./fragment";

const edited = (...changes: Change[]) => changes.reduce(applyChange, order);
const arrows = (document: SagaDocument) => edgesOf(document).map((edge) => `${edge.from}>${edge.to}`);
const ids = (document: SagaDocument) => document.steps.map((step) => step.id);
const step = (id: string) => ({ id, action: "MailService.Send" });

describe("graph edits", () => {
  test("the first one writes the edges out", () => {
    const next = edited({ type: "add-step", step: step("mail"), after: "reserve" });
    expect(order.edges).toBeUndefined();
    expect(next.edges?.map((edge) => `${edge.from}>${edge.to}`)).toEqual(["reserve>pay", "pay>ship", "reserve>mail"]);
    expect(ids(next)).toEqual(["reserve", "mail", "pay", "ship"]);
  });

  test("a step put on an edge keeps the condition before it", () => {
    const guarded = edited({ type: "set-condition", edge: 1, when: "data.total > 0" });
    const next = applyChange(guarded, { type: "insert-step", step: step("check"), edge: 1 });
    expect(next.edges).toEqual([
      { from: "reserve", to: "pay" },
      { from: "pay", to: "check", when: "data.total > 0" },
      { from: "check", to: "ship" },
    ]);
  });

  test("what lies to the right of an inserted step makes room", () => {
    const pins = { reserve: { x: 0, y: 0 }, pay: { x: 336, y: 0 }, ship: { x: 672, y: 0 } };
    const next = edited({ type: "insert-step", step: step("check"), edge: 0, pins });
    expect(next.layout).toEqual({
      reserve: { x: 0, y: 0 },
      check: { x: 336, y: 0 },
      pay: { x: 672, y: 0 },
      ship: { x: 1008, y: 0 },
    });
  });

  test("an edge back, a second one and one to itself change nothing", () => {
    expect(edited({ type: "connect", from: "ship", to: "reserve" })).toBe(order);
    expect(edited({ type: "connect", from: "reserve", to: "pay" })).toBe(order);
    expect(edited({ type: "connect", from: "pay", to: "pay" })).toBe(order);
  });

  test("deleting a step joins its neighbours", () => {
    expect(arrows(edited({ type: "delete", steps: ["pay"], edges: [] }))).toEqual(["reserve>ship"]);
  });

  test("joined neighbours keep both conditions, and no edge that a longer way makes needless", () => {
    const document = edited(
      { type: "set-condition", edge: 0, when: "a" },
      { type: "set-condition", edge: 1, when: "b || c" },
      { type: "add-step", step: step("mail"), after: "reserve" },
      { type: "connect", from: "mail", to: "ship" },
    );
    const alone = applyChange(document, { type: "delete", steps: ["pay"], edges: [] });
    expect(arrows(alone)).toEqual(["reserve>mail", "mail>ship"]);
    const both = edited(
      { type: "set-condition", edge: 0, when: "a" },
      { type: "set-condition", edge: 1, when: "b || c" },
      { type: "delete", steps: ["pay"], edges: [] },
    );
    expect(both.edges).toEqual([{ from: "reserve", to: "ship", when: "(a) && (b || c)" }]);
  });

  test("the last edge cannot go: none at all would mean the sequence", () => {
    expect(edited({ type: "delete", steps: [], edges: [0, 1] })).toBe(order);
    expect(arrows(edited({ type: "delete", steps: [], edges: [0] }))).toEqual(["pay>ship"]);
  });
});

describe("renaming", () => {
  test("edges, positions and expressions follow, text that only looks alike does not", () => {
    const document: SagaDocument = {
      ...order,
      steps: [
        { id: "a", action: "S.Do" },
        {
          id: "b",
          action: {
            command: "S.Do",
            input: {
              one: "${steps.a.result}",
              two: '${"steps.a " + steps["a"].status}',
              three: "steps.a $${steps.a}",
              four: "x${steps.ab}",
            },
          },
        },
      ],
      edges: [{ from: "a", to: "b", when: "steps.a.result.ok && x.steps.a" }],
      layout: { a: { x: 1, y: 2 } },
    };
    const next = applyChange(document, { type: "rename-step", from: "a", to: "first" });
    expect(next.edges).toEqual([{ from: "first", to: "b", when: "steps.first.result.ok && x.steps.a" }]);
    expect(next.layout).toEqual({ first: { x: 1, y: 2 } });
    expect(next.steps[1]).toMatchObject({
      action: {
        input: {
          one: "${steps.first.result}",
          two: '${"steps.a " + steps["first"].status}',
          three: "steps.a $${steps.a}",
          four: "x${steps.ab}",
        },
      },
    });
  });

  test("to a name that is taken or not allowed, nothing happens", () => {
    expect(edited({ type: "rename-step", from: "pay", to: "ship" })).toBe(order);
    expect(edited({ type: "rename-step", from: "pay", to: "Pay" })).toBe(order);
  });
});

describe("copy and paste", () => {
  test("pasted steps get ids of their own and read each other", () => {
    const fragment = cutFragment(order, ["reserve", "pay"], new Map([["reserve", { x: 10, y: 10 }]]));
    const copied = fragmentFromText(fragmentToText(fragment));
    expect(copied).toEqual(fragment);
    if (!copied) return;
    const next = edited({ type: "paste", fragment: copied, offset: { x: 5, y: 5 } });
    expect(ids(next)).toEqual(["reserve", "pay", "ship", "reserve_2", "pay_2"]);
    expect(arrows(next)).toEqual(["reserve>pay", "pay>ship", "reserve_2>pay_2"]);
    expect(next.steps[4]).toMatchObject({ action: { input: { hold: "${steps.reserve_2.result.id}" } } });
    expect(next.layout).toEqual({ reserve_2: { x: 15, y: 15 } });
  });

  test("other text is no steps", () => {
    expect(fragmentFromText("the steps: of a dance")).toBeNull();
    expect(fragmentFromText("steps: [{ id: 1 }]")).toBeNull();
  });
});

const id = fc.constantFrom("reserve", "pay", "ship", "mail", "mail_2", "gone");
const index = fc.nat(6);
const point = fc.record({ x: fc.integer({ min: -500, max: 2000 }), y: fc.integer({ min: -500, max: 500 }) });
const pins = fc.constant({ reserve: { x: 0, y: 0 }, pay: { x: 336, y: 0 }, ship: { x: 672, y: 0 } });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ type: fc.constant("add-step" as const), step: fc.constant(step("mail")), after: id, pins }),
  fc.record({ type: fc.constant("add-step" as const), step: fc.constant(step("mail")), before: id }),
  fc.record({ type: fc.constant("insert-step" as const), step: fc.constant(step("mail")), edge: index, pins }),
  fc.record({ type: fc.constant("connect" as const), from: id, to: id }),
  fc.record({
    type: fc.constant("set-condition" as const),
    edge: index,
    when: fc.constantFrom("data.total > 1", undefined),
  }),
  fc.record({ type: fc.constant("move" as const), positions: fc.dictionary(id, point), pins }),
  fc.record({ type: fc.constant("rename-step" as const), from: id, to: id }),
  fc.record({
    type: fc.constant("set-field" as const),
    step: id,
    field: fc.constant("title" as const),
    value: fc.string(),
  }),
  fc.record({
    type: fc.constant("set-command" as const),
    step: id,
    part: fc.constantFrom("action" as const, "compensation" as const, "probe" as const),
    value: fc.constantFrom("A.B", { command: "A.B", input: { x: "${steps.pay.result}" } }, undefined),
  }),
  fc.record({
    type: fc.constant("delete" as const),
    steps: fc.array(id, { maxLength: 2 }),
    edges: fc.array(index, { maxLength: 2 }),
  }),
  fc.array(id, { maxLength: 3 }).map((chosen) => ({
    type: "paste" as const,
    fragment: cutFragment(order, chosen, new Map()),
    offset: { x: 24, y: 24 },
  })),
  fc.record({
    type: fc.constant("set-saga" as const),
    field: fc.constant("deadline" as const),
    value: fc.constantFrom("PT1H", undefined),
  }),
);

describe("after any sequence of edits", () => {
  test("undo, one by one, gives back every document, and redo the other way", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(change, fc.option(fc.constantFrom("m", "n"), { nil: undefined })), { maxLength: 12 }),
        (edits) => {
          const seen: History[] = [beginHistory({ document: order, source: null, broken: null })];
          for (const [at, [edit, merge]] of edits.entries()) {
            const action: HistoryAction = { type: "change", change: edit, at: at * 1_000, ...(merge ? { merge } : {}) };
            seen.push(historyReducer(seen.at(-1) as History, action));
          }
          let history = seen.at(-1) as History;
          const last = history.present.document;
          const count = history.past.length;
          for (let left = count; left > 0; left--) history = historyReducer(history, { type: "undo" });
          expect(history.present.document).toBe(order);
          for (let left = count; left > 0; left--) history = historyReducer(history, { type: "redo" });
          expect(history.present.document).toBe(last);
        },
      ),
    );
  });

  test("ids are unique, edges lead to steps that are there, nothing goes in a circle, only known steps are placed", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 14 }), (edits) => {
        const document = edits.reduce(applyChange, order);
        const known = ids(document);
        expect(new Set(known).size).toBe(known.length);
        const edges = edgesOf(document).map((edge) => ({ from: known.indexOf(edge.from), to: known.indexOf(edge.to) }));
        for (const edge of edges) expect(Math.min(edge.from, edge.to)).toBeGreaterThanOrEqual(0);
        expect(sortTopologically(known.length, edges).ok).toBe(true);
        expect(new Set(edges.map((edge) => `${edge.from}>${edge.to}`)).size).toBe(edges.length);
        for (const placed of Object.keys(document.layout ?? {})) expect(known).toContain(placed);
      }),
    );
  });
});
