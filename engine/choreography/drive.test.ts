/** A choreography that is driven: it takes the events and sends the commands (engine.md section 8, C1 and C2). */
import { describe, expect, it } from "vitest";
import { idempotencyKey } from "../key";
import type { InvokeCommand } from "../run/command";
import { choreographed, driven, drivenByEvents, orderReactions, repeated } from "../testing/choreographies";
import {
  accepted,
  asked,
  declined,
  type Happening,
  lost,
  requested,
  runId,
  specification,
  succeeded,
  takenOver,
  told,
  undone,
  wait,
} from "../testing/specification";

const minute = 60_000;
const started = requested({ order_id: "o-1", items: ["book"] });
const reserved = told("InventoryReserved", { reservation_id: "r-1" });
const paid = told("PaymentProcessed", { payment_id: "p-1" });
const order = specification(driven);

describe("a driven choreography", () => {
  it("begins with its event, is known by its correlation, and sends what reacts to it", () => {
    order
      .given()
      .when(started)
      .thenTransitions(
        { type: "RunStarted", businessKey: "o-1" },
        { type: "EventHeard", unexpected: false },
        { type: "ReactionFired", reaction: "reserve", event: 0 },
        { type: "StepStarted", step: "reserve", input: { order_id: "o-1", items: ["book"], saga_id: "o-1" } },
      )
      .thenCalls("Reserve");
  });

  it("goes from event to event, and ends with the last", () => {
    order
      .given(started, succeeded("reserve"))
      .when(reserved)
      .thenStep("reserve", { status: "completed" })
      .thenCalls("Pay");
    order.given(started, reserved).when(paid).thenCalls("Ship");
    order
      .given(started, reserved, paid)
      .when(told("ShipmentCreated", { tracking_number: "t-1" }))
      .thenRun({ state: "completed", rollback: null, attention: [] })
      .thenCommands(
        {
          type: "PublishEvent",
          event: "OrderFulfilled",
          id: `${runId}:fulfil:3`,
          data: { tracking_number: "t-1", saga_id: "o-1" },
        },
        { type: "PublishEvent", event: "ShopCompleted" },
      );
  });

  it("undoes what was done when a service says no, and fails clean", () => {
    const failing = [started, reserved, told("PaymentFailed", { reason: "declined" })];
    order
      .given(started, reserved)
      .when(told("PaymentFailed", { reason: "declined" }))
      .thenRun({ state: "compensating", cause: "step_failed" })
      .thenStep("pay", { status: "failed", effect: "none", handling: "continue" })
      .thenCalls("Release");
    order
      .given(...failing)
      .when(undone("reserve"))
      .thenRun({ state: "failed", rollback: "clean", attention: [] })
      .thenCommands({ type: "PublishEvent", event: "ShopFailed" });
  });

  it("undoes everything that a later failure leaves", () => {
    order.given(started, reserved, paid).when(told("ShipmentFailed")).thenCalls("Release", "Refund");
    order
      .given(started, reserved, paid, told("ShipmentFailed"), undone("pay"))
      .when(undone("reserve"))
      .thenRun({ state: "failed", rollback: "clean" });
  });

  it("is asked by a person for what it undoes before its failed end, and tells the others nothing of that", () => {
    order
      .given(started, reserved)
      .when(asked("compensate"))
      .thenRun({ state: "compensating", cause: "operator" })
      .thenCalls("Release");
    order
      .given(started, reserved)
      .when(asked("compensate", { downTo: "pay" }))
      .thenRefused("no_order");
  });
});

describe("C1: events and reactions", () => {
  it("hears an event once, by source and id, whatever else it says", () => {
    order
      .given(started, reserved)
      .when(told("InventoryReserved", { other: true }))
      .thenNothingHappens();
    order
      .given(started, reserved, paid)
      .when(told("PaymentProcessed", {}, "PaymentProcessed"))
      .thenNothingHappens();
  });

  it("fires a reaction once, and says so where the same was said again", () => {
    order
      .given(started, reserved)
      .when(told("InventoryReserved", {}, "again"))
      .thenTransitions(
        { type: "EventHeard", unexpected: true },
        { type: "AttentionRaised", reason: "unexpected_event", event: "InventoryReserved" },
      );
  });

  it("fires one that repeats on each event, each under a key of its own", () => {
    const spec = specification(repeated);
    const added = (id: string, data = {}) => told("ItemAdded", data, id);
    const { state } = spec.given(started, added("one")).when(added("two"));
    expect(state.steps[0]?.items).toHaveLength(3);
    const calls = [started, added("one"), added("two")].map((event, n, all) => {
      const { decision } = spec.given(...all.slice(0, n)).when(event);
      return (decision.commands[0] as InvokeCommand).key;
    });
    expect(calls).toEqual([`${runId}:collect:0:0`, `${runId}:collect:1:1`, `${runId}:collect:2:2`]);
    spec
      .given(started)
      .when(added("free", { free: true }))
      .thenTransitions("EventHeard");
    spec
      .given(started, told("ItemReserved"), added("one"), told("ItemReserved", {}, "2"))
      .when(told("OrderCancelled"))
      .thenCalls("Release", "Release");
  });

  it("keeps one key for a command however often it is sent", () => {
    const before = [started, reserved, lost("pay")] as const;
    const key = `${runId}:pay:1`;
    order.given(started).when(reserved).thenCommands({ key, attempt: 1 });
    order
      .given(...before)
      .when(wait(2_000))
      .thenCommands({ key, attempt: 2 });
    order.given(started, reserved).when(takenOver).thenCommands({ key, attempt: 1 });
    expect(key).not.toBe(idempotencyKey({ run: runId, step: "pay", generation: 1, half: "action" }));
  });

  it("counts an event that comes before the service's answer to the command", () => {
    order.given(started).when(reserved).thenStep("reserve", { status: "completed" });
    order.given(started, reserved).when(succeeded("reserve")).thenNothingHappens();
  });

  it("takes the event itself for an answer", () => {
    const event = { specversion: "1.0", id: "e", source: "Inventory", type: "InventoryReserved", data: { a: 1 } };
    order
      .given(started)
      .when(succeeded("reserve", event))
      .thenStep("reserve", { result: { a: 1 } })
      .thenCalls("Pay");
  });
});

describe("an event that does not come", () => {
  const waiting = [started, succeeded("reserve"), wait(5 * minute)] as const;

  it("is missed once its time is over, and a person is asked", () => {
    order
      .given(started, accepted("reserve"))
      .when(wait(5 * minute))
      .thenStep("reserve", { status: "failed", effect: "unknown", handling: "hold" })
      .thenRun({
        state: "pending",
        attention: [expect.objectContaining({ reason: "missing_event", step: "reserve" })],
      });
  });

  it("counts when it comes after all", () => {
    order
      .given(...waiting)
      .when(reserved)
      .thenRun({ attention: [] })
      .thenCalls("Pay");
  });

  it("is asked for again under the same key, or settled by hand as if it had come", () => {
    order
      .given(...waiting)
      .when(asked("retry", { step: "reserve" }))
      .thenCommands({ key: `${runId}:reserve:0`, attempt: 2 });
    order
      .given(...waiting)
      .when(asked("complete", { step: "reserve", result: { reservation_id: "r-9" } }))
      .thenStep("reserve", { status: "completed" })
      .thenCalls("Pay");
    order
      .given(started, reserved, succeeded("pay"), wait(5 * minute))
      .when(asked("fail", { step: "pay", effect: "none" }))
      .thenRun({ state: "compensating" })
      .thenCalls("Release");
  });

  it("leaves an effect unknown at a failed end, and that is undone", () => {
    order
      .given(started, told("PaymentFailed"), accepted("reserve"))
      .when(wait(5 * minute))
      .thenStep("reserve", { effect: "unknown", status: "compensating" })
      .thenCalls("Release");
  });

  it("holds the run where nothing is left that could go on", () => {
    const reactions = orderReactions.filter(({ id }) => id !== "give_up" && id !== "release");
    specification(choreographed(reactions))
      .given(started, reserved)
      .when(told("PaymentFailed"))
      .thenRun({ state: "pending", attention: [expect.objectContaining({ reason: "missing_event", step: null })] });
  });
});

describe("C2: the end", () => {
  const afterwards: Happening[] = [started, reserved, paid, told("ShipmentCreated")];

  it("waits for undos that were sent, and is not clean while an effect is left", () => {
    const byEvents = specification(drivenByEvents);
    const failing = [started, reserved, told("PaymentFailed")];
    byEvents
      .given(...failing)
      .when(undone("reserve"))
      .thenRun({ state: "compensating" });
    byEvents
      .given(...failing)
      .when(told("InventoryReleased"))
      .thenRun({ state: "failed", rollback: "clean" });
    byEvents
      .given(...failing, undone("reserve"))
      .when(wait(5 * minute))
      .thenRun({
        state: "compensating",
        attention: [expect.objectContaining({ reason: "missing_compensation", step: "reserve" })],
      });
    const forgetful = choreographed(
      orderReactions.map((r) => (r.id === "release" ? { ...r, on: "ShipmentFailed" } : r)),
    );
    specification(forgetful)
      .given(started, reserved)
      .when(told("PaymentFailed"))
      .thenRun({
        state: "failed",
        rollback: "incomplete",
        attention: [expect.objectContaining({ reason: "missing_compensation" })],
      });
  });

  it("is not undone by what a person marks done until they say how they know", () => {
    const stuck = [started, reserved, told("PaymentFailed"), declined("reserve")].map((h) =>
      h.type === "ReplyReceived" ? ({ ...h, half: "compensation" } as Happening) : h,
    );
    order
      .given(...stuck)
      .when(asked("markCompensated", { step: "reserve" }))
      .thenRefused("evidence_required");
    order
      .given(...stuck)
      .when(asked("markCompensated", { step: "reserve", evidence: "counted" }))
      .thenRun({ state: "failed", rollback: "clean" });
  });

  it("lets only what undoes react after it, and says what else comes", () => {
    order
      .given(...afterwards)
      .when(told("PaymentProcessed", {}, "late"))
      .thenTransitions("EventHeard", { type: "AttentionRaised", reason: "unexpected_event" });
    order
      .given(...afterwards)
      .when(told("ShipmentFailed"))
      .thenRun({ state: "compensating" })
      .thenCalls("Release", "Refund");
    order
      .given(...afterwards, told("ShipmentFailed"), undone("reserve"))
      .when(undone("pay"))
      .thenRun({ state: "failed", rollback: "clean" })
      .thenCommands({ type: "PublishEvent", event: "ShopUnwound" });
  });

  it("sends nothing while paused, and what fired meanwhile once resumed", () => {
    order.given(started, asked("pause")).when(reserved).thenCalls();
    order.given(started, asked("pause"), reserved).when(asked("resume")).thenCalls("Pay");
    order.given(started, reserved, asked("pause"), told("PaymentFailed")).when(asked("resume")).thenCalls("Release");
  });

  it("is not stopped by a deadline, but a person is told", () => {
    specification(drivenByEvents)
      .given(started, reserved, paid)
      .when(wait(61 * minute))
      .thenRun({ attention: expect.arrayContaining([expect.objectContaining({ reason: "deadline_passed" })]) });
  });
});

describe("what cannot begin", () => {
  it("is an event that says of no run whose it is, and a step of another saga", () => {
    expect(order.given().when(requested({})).decision.refused).toEqual({
      code: "no_correlation",
      detail: "The data has no order_id, which tells this saga's runs apart",
    });
    expect(order.given().when(requested({ order_id: "" })).decision.refused?.detail).toContain("has no order_id");
    const parent = { run: "p", step: "s", generation: 1, depth: 1, undo: null };
    expect(order.given().when(requested({ order_id: "o" }, { parent })).decision.refused?.code).toBe(
      "choreography_child",
    );
  });

  it("asks a person where a reaction's input or condition cannot be evaluated", () => {
    const reactions = orderReactions.map((r) => (r.id === "pay" ? { ...r, when: "event.data.amount > 5" } : r));
    specification(choreographed(reactions))
      .given(started)
      .when(reserved)
      .thenStep("pay", { status: "failed", effect: "none" })
      .thenRun({ attention: [expect.objectContaining({ reason: "step_held", step: "pay" })] })
      .thenCalls();
  });
});
