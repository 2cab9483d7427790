import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { correlate } from "@/engine/choreography/start";
import { compile } from "@/engine/definition/compile";
import { parseDefinition } from "@/engine/definition/parse";
import type { Json } from "@/engine/json";
import { stepKinds } from "@/engine/steps";
import {
  childEnded,
  type Happening,
  requested,
  specification,
  succeeded,
  told,
  wait,
} from "@/engine/testing/specification";

function read(file: string) {
  const parsed = parseDefinition(readFileSync(new URL(`definitions/${file}`, import.meta.url), "utf8"));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join("\n"));
  return parsed.value;
}

test("the order saga is the one of the source text, with default inputs", () => {
  const { steps } = compile(read("order-fulfillment.yaml"), 1);
  const halves = steps.map(({ id, action, compensation }) => [
    id,
    `${action?.service}.${action?.command}`,
    `${compensation?.service}.${compensation?.command}`,
  ]);
  expect(halves).toEqual([
    ["reserve_inventory", "InventoryService.ReserveItems", "InventoryService.ReleaseReservation"],
    ["process_payment", "PaymentService.ProcessPayment", "PaymentService.RefundPayment"],
    ["create_shipment", "ShippingService.CreateShipment", "ShippingService.CancelShipment"],
    ["send_confirmation", "NotificationService.SendOrderConfirmation", "NotificationService.SendCancellationNotice"],
  ]);
  for (const { action, compensation } of steps) expect([action?.input, compensation?.input]).toEqual([null, null]);
});

test("a trip is booked in parallel, paid at the pivot and ticketed after it", () => {
  const saga = compile(read("trip-booking.yaml"), 1);
  expect(saga.edges.map(({ from, to }) => [from, to])).toEqual([
    [0, 3],
    [1, 3],
    [2, 3],
    [3, 4],
  ]);
  expect(saga.steps.map((step) => step.class)).toEqual([
    "compensable",
    "compensable",
    "compensable",
    "pivot",
    "retriable",
  ]);
});

describe("a purchase", () => {
  const document = read("purchase.yaml");
  const saga = compile(document, 1);
  const sample = document.sample as { readonly lines: readonly Json[]; readonly cost_centre: string };
  const large = requested(sample);
  const small = requested({ ...sample, lines: sample.lines.slice(3) });
  const approved = (form: Json): Happening => ({
    type: "DecisionReceived",
    id: "decision",
    actor: "ada",
    person: "ada",
    step: "approve",
    generation: 1,
    decision: "approve",
    form,
    comment: "",
  });
  const held = childEnded("hold_budget", { result: { saga_id: "child", results: {} } });
  const released = childEnded("hold_budget", { half: "compensation", state: "failed", rollback: "clean" });
  const answered = (item: number, half: "action" | "compensation" = "action"): Happening => ({
    type: "ReplyReceived",
    step: "reserve_lines",
    item,
    half,
    outcome: { kind: "success", result: { reservation_id: `line_${item}` } },
  });
  const refused = (item: number): Happening => ({
    type: "ReplyReceived",
    step: "reserve_lines",
    item,
    half: "action",
    outcome: { kind: "terminal", error: { code: "line_unavailable", message: "Sold out" } },
  });
  const confirmed: Happening = {
    type: "SignalReceived",
    id: "signal",
    actor: "ada",
    signal: "SupplierConfirmed",
    data: { deliver_on: "2027-03-12" },
  };
  const commandsAfter = (form: Json) => specification(saga).given(large).when(approved(form)).decision.commands;

  test("shows every kind of step, and one point of no return that compensable steps come before", () => {
    expect(new Set(saga.steps.map(({ kind }) => kind))).toEqual(new Set(Object.keys(stepKinds)));
    const pivots = saga.steps.flatMap((step, index) => (step.class === "pivot" ? [index] : []));
    expect(pivots).toHaveLength(1);
    const after = saga.downstream[pivots[0] ?? -1];
    for (const [index, step] of saga.steps.entries())
      if (step.undoneBy !== null && index !== pivots[0])
        expect(step.class).toBe(after?.has(index) ? "retriable" : "compensable");
  });

  test("that is large asks a person, who may choose another budget", () => {
    specification(saga)
      .given()
      .when(large)
      .thenStep("add_up", { result: { amount: 2887, lines: 4 } });
    specification(saga).given().when(large).thenStep("approve", { status: "executing" });
    expect(commandsAfter({ budget: "As requested" })).toMatchObject([
      { data: { cost_centre: "CC-FACILITIES", amount: 2887 } },
    ]);
    expect(commandsAfter({ budget: "CC-MARKETING" })).toMatchObject([{ data: { cost_centre: "CC-MARKETING" } }]);
  });

  test("that is small asks nobody, and is ordered without a note or a date", () => {
    const started = specification(saga).given().when(small);
    started.thenStep("approve", { status: "skipped" });
    expect(started.decision.commands).toMatchObject([
      { type: "StartChild", saga: "BudgetHold", data: { amount: 215 } },
    ]);
    const ordered = specification(saga)
      .given(small, held, answered(0), wait(5000))
      .when({ ...confirmed, data: null })
      .thenCalls("PlaceOrder");
    expect(ordered.decision.commands[0]).toMatchObject({ input: { deliver_on: null, note: null } });
  });

  test("reserves three lines at a time, waits for the word and the time, and orders what was reserved", () => {
    const begun = [large, approved({ budget: "As requested", comment: "Ring twice" })];
    specification(saga)
      .given(...begun)
      .when(held)
      .thenCalls("ReserveLine", "ReserveLine", "ReserveLine");
    const reserved = [...begun, held, ...[2, 0, 1, 3].map((item) => answered(item))];
    specification(saga)
      .given(...reserved, confirmed)
      .when({ type: "TimePassed" })
      .thenNothingHappens();
    const ordered = specification(saga)
      .given(...reserved, confirmed)
      .when(wait(5000))
      .thenCalls("PlaceOrder");
    expect(ordered.decision.commands[0]).toMatchObject({
      input: {
        reservations: ["line_0", "line_1", "line_2", "line_3"],
        amount: 2887,
        deliver_on: "2027-03-12",
        note: "Ring twice",
      },
    });
    specification(saga)
      .given(...reserved, confirmed, wait(5000), succeeded("place_order", { amount: 2887, deliver_on: null }))
      .when(succeeded("book_invoice"))
      .thenStep("tell_requester", { status: "executing" });
  });

  test("whose third line is refused gives back the two before it, and then the budget", () => {
    const begun = [large, approved({ budget: "As requested" }), held, answered(0), answered(1)];
    const unwinding = specification(saga)
      .given(...begun, answered(3))
      .when(refused(2));
    unwinding.thenCalls("CancelLine", "CancelLine", "CancelLine");
    const back = [...begun, answered(3), refused(2), answered(0, "compensation"), answered(1, "compensation")];
    specification(saga)
      .given(...back, answered(3, "compensation"))
      .when(released)
      .thenRun({ state: "failed", rollback: "clean", residue: [] });
  });
});

describe("an order that nobody directs", () => {
  const document = read("order-choreography.yaml");
  const driven = compile(document, 1);
  const observed = compile(read("order-choreography-observed.yaml"), 1);
  const order = requested(document.sample as Json);
  const placed = requested({ order_id: "ORD-1", channel: "shop", total_amount: 118 });
  const heard = (type: string, data = {}) => told(type, { order_id: "ORD-20871", channel: "driven", ...data });
  const reserved = heard("InventoryReserved", { reservation_id: "res_1" });

  test("is the shop's own or ours by its channel, and never both", () => {
    const keys = (data: Json) =>
      [driven, observed].map((saga) => {
        const found = correlate(saga, { id: "1", source: "OrderService", type: "OrderCreated", data });
        return found.ok ? found.key : null;
      });
    expect(keys({ order_id: "a" })).toEqual(["a", null]);
    expect(keys({ order_id: "a", channel: "driven" })).toEqual(["a", null]);
    expect(keys({ order_id: "a", channel: "shop" })).toEqual([null, "a"]);
  });

  test("has the same reactions to the same events, whoever sees to it", () => {
    const of = ({ choreography }: typeof driven) =>
      choreography?.reactions.map(({ id, on, send, emit, step, half }) => [id, on, send?.command, emit, step, half]);
    expect(of(observed)).toEqual(of(driven));
    expect(observed.choreography?.events).toEqual(driven.choreography?.events);
  });

  test("that is driven is reserved, paid and sent, each as the service says", () => {
    specification(driven).given().when(order).thenCalls("ReserveInventory");
    const paying = specification(driven).given(order).when(reserved);
    paying.thenCalls("ProcessPayment");
    expect(paying.decision.commands[0]).toMatchObject({
      input: { order_id: "ORD-20871", channel: "driven", total_amount: 118, reservation_id: "res_1" },
    });
    const paid = heard("PaymentProcessed", { payment_id: "pay_1" });
    specification(driven).given(order, reserved).when(paid).thenCalls("CreateShipment");
    specification(driven)
      .given(order, reserved, paid)
      .when(heard("ShipmentCreated", { tracking_number: "SG1" }))
      .thenRun({ state: "completed", attention: [] });
  });

  test("that is driven and cannot be paid gives back what it has reserved", () => {
    const failing = [order, reserved, succeeded("pay"), heard("PaymentFailed", { reason: "Card declined" })];
    const releasing = specification(driven)
      .given(...failing.slice(0, -1))
      .when(heard("PaymentFailed", { reason: "Card declined" }));
    releasing.thenCalls("ReleaseInventory");
    const input = expect.objectContaining({ reservation_id: "res_1" });
    expect(releasing.decision.commands).toContainEqual(expect.objectContaining({ command: "ReleaseInventory", input }));
    specification(driven)
      .given(...failing)
      .when(heard("InventoryReleased"))
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
  });

  test("that is driven and finds nothing in stock has nothing to give back", () => {
    specification(driven)
      .given(order, succeeded("reserve"))
      .when(heard("InventoryFailed", { reason: "Out of stock" }))
      .thenCalls()
      .thenRun({ state: "failed", rollback: "nothing_to_undo", attention: [] });
  });

  test("that is watched and not given back is told so, until it is", () => {
    const failed = [placed, ...["InventoryReserved", "PaymentFailed", "OrderFailed"].map((type) => heard(type))];
    specification(observed).given(placed).when(heard("InventoryReserved")).thenCalls();
    specification(observed)
      .given(...failed)
      .when(wait(30_000))
      .thenRun({ attention: [expect.objectContaining({ reason: "missing_compensation", step: "reserve" })] });
    specification(observed)
      .given(...failed, wait(30_000))
      .when(heard("InventoryReleased"))
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
  });
});
