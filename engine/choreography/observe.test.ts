/** A choreography that is only watched: it sends nothing, and tells what is missing (engine.md section 8). */
import { describe, expect, it } from "vitest";
import { observed } from "../testing/choreographies";
import { asked, type Happening, requested, specification, takenOver, told, wait } from "../testing/specification";

const minute = 60_000;
const started = requested({ order_id: "o-1" });
const reserved = told("InventoryReserved");
const paid = told("PaymentProcessed");
const order = specification(observed);
const raised = (reason: string, more: object = {}) => expect.objectContaining({ reason, ...more });

describe("an observed choreography", () => {
  it("sends nothing, and follows what the services say", () => {
    order.given().when(started).thenStep("reserve", { status: "executing" }).thenCommands();
    order
      .given(started, reserved)
      .when(told("PaymentFailed"))
      .thenStep("reserve", { status: "compensating" })
      .thenCommands();
    order.given(started, reserved).when(takenOver).thenCommands();
    order
      .given(started, reserved, paid)
      .when(told("ShipmentCreated"))
      .thenStep("ship", { status: "completed" })
      .thenCommands();
    order
      .given(started, reserved, paid, told("ShipmentCreated"))
      .when(told("OrderFulfilled"))
      .thenRun({ state: "completed", attention: [] })
      .thenCommands({ type: "PublishEvent", event: "ShopCompleted" });
  });

  it("is clean when everything that was to be undone was", () => {
    order
      .given(started, reserved, told("PaymentFailed"), told("OrderFailed"))
      .when(told("InventoryReleased"))
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
  });

  it("tells of the effect that a service forgot to undo", () => {
    order
      .given(started, reserved, told("PaymentFailed"), told("OrderFailed"))
      .when(wait(5 * minute))
      .thenRun({
        state: "failed",
        rollback: "incomplete",
        attention: [raised("missing_compensation", { step: "reserve" })],
      });
  });

  it("takes a late undo for one, and mends the end", () => {
    order
      .given(started, reserved, told("PaymentFailed"), told("OrderFailed"), wait(5 * minute))
      .when(told("InventoryReleased"))
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
  });

  it("can be told by hand that it was undone, and nothing more", () => {
    const forgotten = [started, reserved, told("PaymentFailed"), told("OrderFailed"), wait(5 * minute)] as const;
    order
      .given(...forgotten)
      .when(asked("markCompensated", { step: "reserve", evidence: "seen on the shelf" }))
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
    for (const operation of [
      "retry",
      "skip",
      "cancel",
      "compensate",
      "pause",
      "startAgain",
      "retryCompensation",
    ] as const)
      order
        .given(started)
        .when(asked(operation, { step: "reserve" }))
        .thenRefused("only_watched");
  });

  it("misses an event that does not come in time, until it comes", () => {
    const missed: Happening[] = [started, reserved, wait(5 * minute)];
    order
      .given(started, reserved)
      .when(wait(5 * minute))
      .thenRun({ attention: [raised("missing_event", { step: "pay" })] });
    order
      .given(...missed)
      .when(paid)
      .thenRun({ attention: [] })
      .thenStep("ship", { status: "executing" });
  });
});

describe("events that come out of order", () => {
  it("are unexpected until what explains them comes", () => {
    order
      .given(started)
      .when(paid)
      .thenTransitions(
        "EventHeard",
        { type: "ReactionFired", reaction: "ship" },
        { type: "AttentionRaised", event: "PaymentProcessed" },
        "StepStarted",
        "CallAccepted",
      );
    order.given(started, paid).when(reserved).thenStep("pay", { status: "completed" }).thenRun({ attention: [] });
  });

  it("come to the same end in whatever order they come", () => {
    const told_ = [reserved, told("PaymentFailed"), told("OrderFailed"), told("InventoryReleased")];
    for (const events of permutations(told_)) {
      const { state } = order.given(started, ...events).when(wait(10 * minute));
      expect([state.state, state.rollback, state.attention]).toEqual(["failed", "clean", []]);
    }
  });

  it("are told of when nobody knows them, or their turn is over", () => {
    order
      .given(started)
      .when(told("Stranger"))
      .thenRun({ attention: [raised("unexpected_event", { event: "Stranger" })] });
    order
      .given(started, reserved, paid, told("ShipmentCreated"), told("OrderFulfilled"))
      .when(told("InventoryReserved", {}, "late"))
      .thenRun({ state: "completed", attention: [raised("unexpected_event", { event: "InventoryReserved" })] });
  });

  it("are told of when a service says yes after it had said no", () => {
    order
      .given(started, reserved, told("PaymentFailed"))
      .when(paid)
      .thenStep("pay", { effect: "happened" })
      .thenRun({ attention: expect.arrayContaining([raised("unexpected_event", { event: "PaymentProcessed" })]) });
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, n) => permutations(items.filter((_, m) => m !== n)).map((rest) => [item, ...rest]));
}
