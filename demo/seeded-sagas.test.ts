import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "@/engine/definition/compile";
import { parseDefinition } from "@/engine/definition/parse";

function read(file: string) {
  const parsed = parseDefinition(readFileSync(new URL(`definitions/${file}`, import.meta.url), "utf8"));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join("\n"));
  return parsed.value;
}

test("the order saga is the one of the source text, with default inputs", () => {
  const { steps } = compile(read("order-fulfillment.yaml"), 1);
  const halves = steps.map(({ id, action, compensation }) => [
    id,
    `${action.service}.${action.command}`,
    `${compensation?.service}.${compensation?.command}`,
  ]);
  expect(halves).toEqual([
    ["reserve_inventory", "InventoryService.ReserveItems", "InventoryService.ReleaseReservation"],
    ["process_payment", "PaymentService.ProcessPayment", "PaymentService.RefundPayment"],
    ["create_shipment", "ShippingService.CreateShipment", "ShippingService.CancelShipment"],
    ["send_confirmation", "NotificationService.SendOrderConfirmation", "NotificationService.SendCancellationNotice"],
  ]);
  for (const { action, compensation } of steps) expect([action.input, compensation?.input]).toEqual([null, null]);
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
