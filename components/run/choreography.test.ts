import { describe, expect, test } from "vitest";
import { choreographed } from "@/components/designer/testing";
import { compile } from "@/engine/definition/compile";
import type { SagaDocument } from "@/engine/definition/document";
import { choreographyWords } from "./choreography-words";
import { toEventLines } from "./event-lines";
import { awaitedEvents, heardEvents, reactedTo } from "./heard-events";
import { curlOf } from "./how-it-starts";
import { nextThings } from "./next-things";
import { offersOf } from "./offers";
import { type Happening, starts, type Told, tell } from "./testing";

const driven = compile(choreographed, 1);
const document: SagaDocument = { ...choreographed, mode: "observe" };
const observed = compile(document, 1);

const started = starts({ order_id: "o-17", total: 129 });
const hears =
  (type: string, id = type): Happening =>
  (at) => ({
    type: "EventTold",
    at,
    event: { id, source: "Shop", type, data: { order_id: "o-17", reservation_id: "r-1" } },
  });
const answers =
  (step: string, half: "action" | "compensation" = "action"): Happening =>
  (at) => ({ type: "ReplyReceived", at, step, half, outcome: { kind: "success", result: {} } });
const timePasses: Happening = () => ({ type: "TimePassed", at: 10_000_000 });

const words = (saga: typeof driven, { state, entries }: Told) =>
  toEventLines(entries, new Map(), null, choreographyWords(saga, state)).map(({ words: { what, why } }) =>
    [what, why].filter(Boolean).join(" | "),
  );

describe("the log in words", () => {
  test("an event comes with its source and data, a reaction with the event that set it off", () => {
    const told = words(driven, tell(driven, started, answers("reserve"), hears("InventoryReserved")));
    expect(told).toContain('Event InventoryReserved | from Shop; {"order_id":"o-17","reservation_id":"r-1"}');
    expect(told).toContain("pay: reacts | to InventoryReserved");
    expect(told.find((line) => line.startsWith("reserve: its event"))).toMatch(/until .*, 5 min at most$/);
  });

  test("an undo says which reaction brings it, and on which event", () => {
    const told = tell(driven, started, answers("reserve"), hears("InventoryReserved"), hears("PaymentFailed"));
    expect(words(driven, told)).toContain("reserve: is to be undone | on PaymentFailed; by Release");
  });

  test("where services act by themselves nothing is said to be sent", () => {
    const told = words(observed, tell(observed, started, hears("InventoryReserved"), hears("PaymentFailed")));
    expect(told).toContain("reserve: its service is to do this by itself");
    expect(told.join("\n")).not.toMatch(/sent/);
  });

  test("an event that came too early is named when it is accounted for", () => {
    const told = tell(observed, started, hears("PaymentProcessed"), hears("InventoryReserved"));
    expect(words(observed, told)).toContain("PaymentProcessed came too early, and is accounted for now");
  });
});

describe("the events that were heard", () => {
  const told = tell(driven, started, answers("reserve"), hears("InventoryReserved"), hears("ShipmentCreated"));

  test("in order, with what each set off; what nobody expected is flagged", () => {
    const rows = heardEvents(told.entries, told.state);
    expect(rows.map(({ type, unexpected }) => [type, unexpected])).toEqual([
      ["OrderCreated", false],
      ["InventoryReserved", false],
      ["ShipmentCreated", true],
      ["OrderFulfilled", false],
    ]);
    expect(rows.map(({ setOff }) => setOff.map(({ reaction }) => reaction).join())).toEqual([
      "reserve",
      "pay",
      "fulfil",
      "",
    ]);
    expect(rows[3]?.by).toBe("fulfil");
    expect(reactedTo(rows, "pay", false)?.row.type).toBe("InventoryReserved");
    expect(reactedTo(rows, "pay", true)).toBeNull();
  });

  test("an earlier moment has heard less", () => {
    const before = tell(driven, started);
    expect(heardEvents(told.entries.slice(0, 1), before.state).map(({ type }) => type)).toEqual(["OrderCreated"]);
  });

  test("what is still to come says by when", () => {
    const { state } = tell(driven, started, answers("reserve"));
    expect(awaitedEvents(driven, state)).toEqual([
      { step: "reserve", item: null, undo: false, types: ["InventoryReserved"], dueAt: 302_000 },
    ]);
    expect(nextThings(driven, state, 2_000)).toMatchObject([
      { text: "Reserve waits for InventoryReserved", aside: "in 5 min" },
    ]);
  });
});

test("of several reactions that undo one step, what is awaited is what the one that was set off expects", () => {
  const [reserve, pay, ...others] = choreographed.reactions ?? [];
  if (!reserve || !pay) throw new Error("There are no reactions");
  const shared = { send: "InventoryService.ReleaseInventory", undoes: "reserve" };
  const first = { ...shared, id: "expire", on: "OrderExpired", expect: ["HoldExpired"] };
  const second = { ...shared, id: "free", on: "PaymentFailed", expect: ["InventoryFreed"] };
  const kept = others.filter(({ id }) => id !== "release");
  const saga = compile({ ...choreographed, reactions: [reserve, pay, first, second, ...kept] }, 1);
  const freeing = [answers("reserve"), hears("InventoryReserved"), answers("pay"), hears("PaymentFailed")];
  const { state } = tell(saga, started, ...freeing, answers("reserve", "compensation"));
  expect(awaitedEvents(saga, state)).toMatchObject([{ step: "reserve", undo: true, types: ["InventoryFreed"] }]);
});

describe("what can be done", () => {
  test("to a run that is only watched: nothing that would be sent", () => {
    const { state } = tell(observed, started, timePasses);
    const offers = offersOf(observed, state);
    const offered = Object.entries(offers).flatMap(([name, offer]) => ("ok" in offer && offer.ok ? [name] : []));
    expect(offered.sort()).toEqual(["complete", "fail", "note", "terminate"]);
  });

  test("an observed saga begins with its first event, which a command can tell", () => {
    const command = curlOf({ starts: "OrderCreated", sample: { note: "it's new" } });
    expect(command).toContain("/api/v1/events");
    expect(command).toContain('"type":"OrderCreated"');
    expect(command).toContain(String.raw`it'\''s new`);
    expect(command).toContain(`"id":"'$(date +%s)'"`);
    expect(command).toContain("Bearer $SAGA_KEY");
  });
});
