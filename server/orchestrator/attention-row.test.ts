import { expect, test } from "vitest";
import { compile } from "@/engine";
import { choreographed } from "@/engine/testing/choreographies";
import {
  accepted,
  asked,
  declined,
  type Happening,
  requested,
  specification,
  succeeded,
  told,
  wait,
} from "@/engine/testing/specification";
import { attentionOf, errorOf } from "./attention-row";

const minute = 60_000;
const started = requested({ order_id: "o-1" });
const shop = choreographed([
  {
    id: "reserve",
    title: "Reserve inventory",
    on: "OrderCreated",
    send: "Stock.Reserve",
    expect: ["Reserved", "SoldOut"],
    fails: ["SoldOut"],
    within: "PT5M",
  },
  {
    id: "release",
    title: "Release it",
    on: "OrderFailed",
    send: "Stock.Release",
    undoes: "reserve",
    expect: ["Released"],
    within: "PT5M",
  },
]);
const held = compile(
  {
    saga: "Parcel",
    steps: [{ id: "ship", title: "Ship parcel", class: "irreversible", action: "Carrier.Ship", onFailure: "hold" }],
  },
  1,
);
const rowOf = (saga: typeof shop, ...events: Happening[]) => {
  const { state } = specification(saga)
    .given(...events.slice(0, -1))
    .when(events.at(-1) ?? started);
  if (!state) throw new Error("There is a run");
  return { attention: JSON.parse(attentionOf(saga, state)), error: JSON.parse(errorOf(saga, state) ?? "null") };
};

test("a run that waits for an event names the event and the step that it was to come from", () => {
  expect(rowOf(shop, started, accepted("reserve"), wait(5 * minute)).attention).toMatchObject([
    {
      reason: "missing_event",
      title: "Reserve inventory",
      error: { message: "Neither Reserved nor SoldOut came from Reserve inventory in time" },
      since: expect.stringMatching(/Z$/),
    },
  ]);
});

test("a step that is held says why", () => {
  expect(rowOf(held, started, declined("ship")).attention).toMatchObject([
    { reason: "step_held", title: "Ship parcel", error: { code: "no" } },
  ]);
});

test("an undo that is missed says what of it was missed, not how its action went", () => {
  const events = [
    started,
    told("Reserved"),
    told("OrderFailed"),
    accepted("reserve", { half: "compensation" }),
    wait(5 * minute),
  ];
  const { attention, error } = rowOf(shop, ...events);
  expect(attention.map((need: { error?: { message: string } }) => need.error?.message)).toContain(
    "No Released came from Release it in time",
  );
  expect(error).toMatchObject({ code: "OrderFailed", title: "Reserve inventory" });
});

test("what is about the run as a whole has neither title nor error, and what needs nobody has nothing", () => {
  const [need] = rowOf(shop, started, told("Reserved")).attention;
  expect(need).toEqual({ reason: "missing_event", step: null, since: expect.any(String) });
  expect(rowOf(shop, started).attention).toEqual([]);
  expect(rowOf(held, started, succeeded("ship"), asked("note")).attention).toEqual([]);
});
