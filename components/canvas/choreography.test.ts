import { describe, expect, test } from "vitest";
import { choreographed } from "@/components/designer/testing";
import { decide } from "@/engine/decide";
import { compile } from "@/engine/definition/compile";
import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import type { RunEvent } from "@/engine/run/event";
import type { RunState } from "@/engine/run/state";
import { toCanvasModel } from "./canvas-model";
import { toFlow } from "./flow";
import { CARD, columnGap, GAP, layeredPositions, mergePositions, placesOf } from "./geometry";
import { neighbourOf } from "./neighbour";

const saga = compile(choreographed, 1);
const model = toCanvasModel(choreographed);

let told = 0;
const tell = (type: string): RunEvent => ({
  type: "EventTold",
  at: 1_000 * ++told,
  event: { id: `e${told}`, source: "Shop", type, data: { order_id: "o-17", reservation_id: "r-1" } },
});
const start: RunEvent = {
  type: "RunRequested",
  at: 1,
  run: "01890000-0000-7000-8000-000000000001",
  data: { order_id: "o-17", total: 129 },
  actor: null,
};
const done = (step: string, half: "action" | "compensation" = "action"): RunEvent => ({
  type: "ReplyReceived",
  at: 1_000 * ++told,
  step,
  half,
  outcome: { kind: "success", result: {} },
});

const runOf = (...events: RunEvent[]): RunState => {
  const state = events.reduce<RunState | null>((now, event) => decide(saga, now, event).state, null);
  if (!state) throw new Error("No run");
  return state;
};

const edgesIn = (document: SagaDocument, state: RunState | null = null, selected: readonly string[] = []) =>
  toFlow(document, state, { selected: new Set(selected) }).edges;
const edge = (state: RunState | null, source: string, target: string, undo = false) =>
  edgesIn(choreographed, state).find((one) => one.source === source && one.target === target && one.data?.undo === undo)
    ?.data;

describe("the graph of a choreography", () => {
  test("each reaction that does something is a card, what undoes it is its lower half", () => {
    expect(model.steps.map(({ id, undo, events }) => [id, undo, events?.undoOn.join()])).toEqual([
      ["reserve", "ReleaseInventory", "PaymentFailed,ShipmentFailed"],
      ["pay", "RefundPayment", "ShipmentFailed"],
      ["ship", null, ""],
      ["fulfil", null, ""],
      ["give_up", null, ""],
    ]);
  });

  test("its classes are those that the engine works with", () => {
    expect(model.steps.map((step) => step.class)).toEqual(saga.steps.map((step) => step.class));
  });

  test("a class that nobody wrote is only assumed, save where an event is said", () => {
    const unsaid = model.steps.filter(({ classSaid }) => !classSaid).map(({ id }) => id);
    expect(unsaid).toEqual(["reserve", "pay"]);
  });

  test("an edge leads from a card to each that reacts to an event of it, one for several events", () => {
    const drawn = model.edges.map(({ source, target, undo, events }) => [
      `${source}${undo ? " undoes " : " "}${target}`,
      events.map(({ type, fails }) => `${type}${fails ? "!" : ""}`).join(),
    ]);
    expect(new Map(drawn as [string, string][])).toEqual(
      new Map([
        ["event:OrderCreated reserve", "OrderCreated"],
        ["reserve pay", "InventoryReserved"],
        ["pay ship", "PaymentProcessed"],
        ["pay give_up", "PaymentFailed!"],
        ["pay undoes reserve", "PaymentFailed!"],
        ["ship fulfil", "ShipmentCreated"],
        ["ship give_up", "ShipmentFailed!"],
        ["ship undoes reserve", "ShipmentFailed!"],
        ["ship undoes pay", "ShipmentFailed!"],
        ["fulfil event:OrderFulfilled", "OrderFulfilled"],
        ["give_up event:OrderFailed", "OrderFailed!"],
      ]),
    );
    const both = {
      ...choreographed,
      reactions: [reaction("a", "OrderCreated", ["X", "Y"]), reaction("b", ["X", "Y"])],
    };
    expect(edgesIn(both).filter(({ source }) => source === "a")).toMatchObject([
      { target: "b", data: { events: [{ type: "X" }, { type: "Y" }] }, ariaLabel: "X, Y from A to B" },
    ]);
  });

  test("events that begin, end or come from outside have small cards of their own", () => {
    const document = {
      ...choreographed,
      reactions: [...(choreographed.reactions ?? []), reaction("stop", "Cancelled")],
    };
    expect(toCanvasModel(document).terminals.map(({ event, role }) => [event, role])).toEqual([
      ["OrderCreated", "start"],
      ["OrderFulfilled", "completed"],
      ["OrderFailed", "failed"],
      ["Cancelled", "outside"],
    ]);
  });

  test("only what is sent from here is tried so many times", () => {
    const attemptsOf = (document: SagaDocument) => toCanvasModel(document).stepOf.get("pay")?.attempts;
    expect(attemptsOf(choreographed)).toBe(3);
    expect(attemptsOf({ ...choreographed, mode: "observe" })).toBeNull();
  });

  test("what undoes nothing that there is stands for itself", () => {
    const document = { ...choreographed, reactions: [{ ...reaction("lost", "OrderCreated"), undoes: "nobody" }] };
    expect(toCanvasModel(document).steps.map(({ id }) => id)).toEqual(["lost"]);
  });

  test("forward columns follow the events; a circle of events is drawn as well", () => {
    const at = layeredPositions(model);
    const x = (id: string) => at.get(id)?.x ?? Number.NaN;
    expect([x("event:OrderCreated"), x("reserve"), x("pay"), x("ship"), x("fulfil")]).toEqual(
      [0, 1, 2, 3, 4].map((column) => column * (CARD.width + columnGap(model))),
    );
    const circle = toCanvasModel({
      ...choreographed,
      reactions: [reaction("a", ["OrderCreated", "B"], ["A"]), reaction("b", "A", ["B"])],
    });
    expect(layeredPositions(circle).size).toBe(placesOf(circle).length);
  });

  test("an end that nothing brings about yet stands where runs end", () => {
    const begun = toCanvasModel({ ...choreographed, reactions: [reaction("a", "OrderCreated")] });
    const at = layeredPositions(begun);
    expect(at.get("event:OrderFulfilled")?.x).toBeGreaterThan(at.get("a")?.x ?? Number.NaN);
    const empty = layeredPositions(toCanvasModel({ ...choreographed, reactions: [] }));
    expect(empty.get("event:OrderFailed")?.x).toBe(CARD.width + GAP.column);
  });

  test("the cards of events stand beside their neighbours where the document says positions", () => {
    const written = new Map(
      model.steps.map(({ id }, index) => [id, { x: index * 400, y: id === "give_up" ? 500 : 100 }]),
    );
    const at = mergePositions(model, written, layeredPositions(model));
    expect(at.get("event:OrderCreated")).toEqual({ x: -240, y: 136 });
    expect(at.get("event:OrderFulfilled")?.y).toBe(136);
    expect(at.get("event:OrderFulfilled")?.x).toBe(1_496);
  });

  test("an end that nothing brings about yet stands beside what was placed, wherever that is", () => {
    const begun = toCanvasModel({ ...choreographed, reactions: [reaction("a", "OrderCreated")] });
    const computed = layeredPositions(begun);
    const by = 5_000 - (computed.get("a")?.x ?? Number.NaN);
    const at = mergePositions(begun, new Map([["a", { x: 5_000, y: 0 }]]), computed);
    expect(at.get("event:OrderFulfilled")?.x).toBe((computed.get("event:OrderFulfilled")?.x ?? Number.NaN) + by);
  });

  test("arrow keys follow events and come to their cards", () => {
    const at = layeredPositions(model);
    expect(neighbourOf("reserve", "ArrowLeft", model, at)).toBe("event:OrderCreated");
    expect(neighbourOf("event:OrderCreated", "ArrowRight", model, at)).toBe("reserve");
    expect(neighbourOf("fulfil", "ArrowRight", model, at)).toBe("event:OrderFulfilled");
  });

  test("of many triggers only those of the chosen card are drawn", () => {
    const many = Array.from({ length: 30 }, (_, index) => [
      reaction(`do_${index}`, "OrderCreated", index === 0 ? ["Done", "Broke"] : undefined),
      { ...reaction(`undo_${index}`, "Broke"), undoes: `do_${index}` },
    ]).flat();
    const document = { ...choreographed, reactions: many };
    const undos = (selected: readonly string[]) => edgesIn(document, null, selected).filter(({ data }) => data?.undo);
    expect(undos([])).toHaveLength(0);
    expect(undos(["do_7"])).toHaveLength(1);
    expect(undos(["do_0"])).toHaveLength(30);
  });
});

describe("a run over it", () => {
  test("events that were heard are marked, and the edges along which somebody reacted are taken", () => {
    const state = runOf(start, done("reserve"), tell("InventoryReserved"));
    expect(edge(state, "event:OrderCreated", "reserve")).toMatchObject({ tone: "taken", marks: "h" });
    expect(edge(state, "reserve", "pay")).toMatchObject({ tone: "running", marks: "h" });
    expect(edge(state, "pay", "ship")).toMatchObject({ tone: "waiting", marks: "-" });
    expect(toFlow(choreographed, state).nodes.map(({ ariaLabel }) => ariaLabel)).toContain(
      "OrderCreated, starts with, heard",
    );
  });

  test("an event that sets off an undo lights its way back, until that is done", () => {
    const failed = [start, done("reserve"), tell("InventoryReserved"), done("pay"), tell("PaymentFailed")];
    const unwinding = runOf(...failed);
    expect(edge(unwinding, "pay", "reserve", true)).toMatchObject({ tone: "unwinding", marks: "h" });
    expect(edge(unwinding, "reserve", "pay")?.tone).toBe("unwinding");
    expect(edge(unwinding, "ship", "pay", true)?.tone).toBe("waiting");
    const over = runOf(...failed, done("reserve", "compensation"));
    expect(over.rollback).toBe("clean");
    expect(edge(over, "pay", "reserve", true)?.tone).toBe("compensated");
    expect(edge(over, "pay", "ship")).toMatchObject({ tone: "dead", marks: "-" });
  });

  test("what nobody expected is flagged", () => {
    const state = runOf(start, tell("ShipmentCreated"));
    expect(edge(state, "ship", "fulfil")?.marks).toBe("u");
  });

  test("a card says what it waits for, and a reader hears what sets it off", () => {
    const waiting = runOf(start, done("reserve"));
    const label = toFlow(choreographed, waiting).nodes.find(({ id }) => id === "reserve")?.ariaLabel;
    expect(label).toBe("Reserve, executing, reacts to OrderCreated, waits for InventoryReserved");
    expect(toFlow(choreographed, null).nodes[0]?.ariaLabel).toBe(
      "Reserve, reacts to OrderCreated, within 5 min, undo ReleaseInventory on PaymentFailed or ShipmentFailed",
    );
  });
});

function reaction(id: string, on: ReactionDocument["on"], expected?: readonly string[]): ReactionDocument {
  return { id, on, send: "Shop.Do", ...(expected ? { expect: [...expected] } : {}) };
}
