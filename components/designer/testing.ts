import type { SagaDocument } from "@/engine/definition/document";

/** A small order: reserve, pay, ship, in the order listed. */
export const order: SagaDocument = {
  saga: "Order",
  sample: { order_id: "o-17", total: 129, items: [{ sku: "tea" }] },
  input: { type: "object", properties: { order_id: { type: "string" }, note: { type: "string" } } },
  steps: [
    { id: "reserve", action: "InventoryService.Reserve", compensation: "InventoryService.Release" },
    {
      id: "pay",
      action: { command: "PaymentService.Pay", input: { amount: "${data.total}", hold: "${steps.reserve.result.id}" } },
      compensation: "PaymentService.Refund",
    },
    { id: "ship", action: "ShippingService.Ship", compensation: "ShippingService.Recall" },
  ],
};
