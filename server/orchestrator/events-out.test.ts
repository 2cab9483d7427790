import { expect, test } from "vitest";
import { limits } from "@/engine/limits";
import { eventsOut, type Told, type Wish } from "./events-out";

const run = "01900000-0000-7000-8000-000000000001";
const wish: Wish = { id: "s1", sagas: [], types: [], transitions: false };
const completed = {
  type: "PublishEvent",
  run,
  saga: "Order",
  event: "OrderCompleted",
  data: { saga_id: run, order: "o1" },
} as const;
const told: Told = {
  run,
  saga: "Order",
  businessKey: "o1",
  seq: 5,
  at: Date.UTC(2026, 0, 2),
  transitions: [
    { type: "StepCompleted", step: "ship", attempt: 1, result: { tracking: "t" } } as Told["transitions"][number],
    { type: "RunCompleted" } as Told["transitions"][number],
  ],
  published: [completed],
};
const midway: Told = { ...told, published: [] };

const parsed = (wishes: readonly Wish[], of: Told) =>
  eventsOut(wishes, of).map(({ subscription, event }) => ({ subscription, ...JSON.parse(event) }));
const typesFor = (more: Partial<Wish>, of = told) => parsed([{ ...wish, ...more }], of).map(({ type }) => type);

test("a final event is a CloudEvent of the run, with trace and business key", () => {
  expect(parsed([wish], told)).toEqual([
    {
      subscription: "s1",
      specversion: "1.0",
      id: `${run}:5:2`,
      source: "Order",
      type: "OrderCompleted",
      subject: run,
      time: "2026-01-02T00:00:00.000Z",
      datacontenttype: "application/json",
      traceparent: expect.stringMatching(/^00-01900000000070008000000000000001-[0-9a-f]{16}-01$/),
      correlationid: "o1",
      sagaseq: 5,
      data: { saga_id: run, order: "o1" },
    },
  ]);
});

test("the same decision gives the same events, whenever it is told", () => {
  const all = { ...wish, transitions: true };
  expect(eventsOut([all], told)).toEqual(eventsOut([all], told));
  const ids = parsed([all], told).map(({ id }) => id);
  expect(ids).toEqual([`${run}:5:0`, `${run}:5:1`, `${run}:5:2`]);
  expect(new Set(parsed([all], told).map(({ traceparent }) => traceparent)).size).toBe(3);
});

test("an id does not depend on who asks for what", () => {
  const [final] = parsed([wish], told);
  expect(parsed([{ ...wish, transitions: true }], told).at(-1)?.id).toBe(final?.id);
});

test.each<readonly [string, Partial<Wish>, readonly string[]]>([
  ["nothing in particular", {}, ["OrderCompleted"]],
  ["this saga", { sagas: ["Refund", "Order"] }, ["OrderCompleted"]],
  ["another saga", { sagas: ["Refund"] }, []],
  ["this type", { types: ["OrderCompleted"] }, ["OrderCompleted"]],
  ["another type", { types: ["OrderFailed"] }, []],
  ["a transition by its type, and not asked for transitions", { types: ["saga.studio.StepCompleted"] }, []],
  ["transitions", { transitions: true }, ["saga.studio.StepCompleted", "saga.studio.RunCompleted", "OrderCompleted"]],
  ["one transition", { transitions: true, types: ["saga.studio.StepCompleted"] }, ["saga.studio.StepCompleted"]],
  ["transitions of another saga", { transitions: true, sagas: ["Refund"] }, []],
])("who asks for %s gets it", (_, more, types) => {
  expect(typesFor(more)).toEqual(types);
});

test("a decision that ends nothing is told to those only who want transitions", () => {
  expect(typesFor({}, midway)).toEqual([]);
  expect(typesFor({ transitions: true }, midway)).toHaveLength(2);
});

test("each subscription has its own, event by event", () => {
  const wishes = [wish, { ...wish, id: "s2", transitions: true }];
  expect(parsed(wishes, told).map(({ subscription, type }) => [subscription, type])).toEqual([
    ["s2", "saga.studio.StepCompleted"],
    ["s2", "saga.studio.RunCompleted"],
    ["s1", "OrderCompleted"],
    ["s2", "OrderCompleted"],
  ]);
});

test("what a reaction says goes out under the id that it was heard with", () => {
  const said = { ...completed, event: "OrderGivenUp", id: `${run}:give_up:3` };
  expect(parsed([wish], { ...midway, published: [said] })).toMatchObject([{ id: said.id, type: "OrderGivenUp" }]);
});

test("a run without a business key has no correlation id", () => {
  expect(parsed([wish], { ...told, businessKey: null })[0]).not.toHaveProperty("correlationid");
});

test("of an event that is too large the data is cut, and it says so", () => {
  const data = { saga_id: run, rollback: "clean", note: "é".repeat(limits.eventOut / 2) };
  const [event] = parsed([wish], { ...told, published: [{ ...completed, data }] });
  expect(event).toMatchObject({ type: "OrderCompleted", datacut: true });
  expect(event?.data).toEqual({ saga_id: run, rollback: "clean" });
});
