/** What a failed end is blamed on: the step that failed, as the services told it, not the event that says the end. */
import { describe, expect, it } from "vitest";
import { choreographed, driven } from "../testing/choreographies";
import { accepted, requested, specification, told, wait } from "../testing/specification";

const minute = 60_000;
const started = requested({ order_id: "o-1", items: ["book"] });
const reserved = told("InventoryReserved", { reservation_id: "r-1" });
const paid = told("PaymentProcessed", { payment_id: "p-1" });
const order = specification(driven);

describe("why a run failed", () => {
  const reason = { reason: "Card declined" };

  it("is what the step that failed last says, not the event that says the end", () => {
    order
      .given(started, reserved)
      .when(told("PaymentFailed", reason))
      .thenRun({
        error: {
          step: "pay",
          code: "PaymentFailed",
          message: "world said PaymentFailed: Card declined",
          detail: reason,
        },
      });
    order
      .given(started, reserved, paid)
      .when(told("ShipmentFailed", { code: 7, message: " ", error: "No van" }))
      .thenRun({ error: expect.objectContaining({ step: "ship", message: "world said ShipmentFailed: No van" }) });
  });

  it("is the event alone where that tells no reason in words", () => {
    for (const data of [{ reason: 7, detail: {} }, ["declined"], "declined"])
      order
        .given(started, reserved)
        .when(told("PaymentFailed", data))
        .thenRun({ error: expect.objectContaining({ message: "world said PaymentFailed" }) });
  });

  it("is the last of several failures, also one of which nobody knows what it did", () => {
    const asked = (id: string, more = {}) => ({ id, on: "OrderCreated", send: `Shop.${id}`, within: "PT5M", ...more });
    const both = specification(
      choreographed([
        asked("first", { expect: ["FirstDone", "FirstFailed"], fails: ["FirstFailed"] }),
        asked("second", { expect: ["SecondDone", "SecondFailed"], fails: ["SecondFailed"] }),
      ]),
    );
    const blamed = (step: string, code: string) => ({ error: expect.objectContaining({ step, code }) });
    both
      .given(started, told("FirstFailed"), told("SecondFailed"))
      .when(told("OrderFailed"))
      .thenRun(blamed("second", "SecondFailed"));
    both
      .given(started, told("SecondFailed"), told("FirstFailed"))
      .when(told("OrderFailed"))
      .thenRun(blamed("first", "FirstFailed"));
    both
      .given(started, told("SecondFailed"), accepted("first"), wait(5 * minute))
      .when(told("OrderFailed"))
      .thenRun(blamed("first", "missing_event"));
    both
      .given(started, accepted("first"), wait(5 * minute), told("FirstFailed", reason))
      .when(told("OrderFailed"))
      .thenRun({ error: expect.objectContaining({ step: "first", message: "world said FirstFailed: Card declined" }) });
    both
      .given(started, told("SecondFailed"), accepted("first"), wait(5 * minute), told("FirstDone"))
      .when(told("OrderFailed"))
      .thenRun(blamed("second", "SecondFailed"));
  });

  it("is the end itself where no step failed", () => {
    order
      .given(started, reserved)
      .when(told("OrderFailed", { detail: "Shop closed" }))
      .thenRun({
        error: expect.objectContaining({ step: "give_up", message: "world said OrderFailed: Shop closed" }),
      });
  });
});
