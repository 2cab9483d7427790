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

/** A trip that has a step of every kind. */
export const everyKind: SagaDocument = {
  saga: "GroupTrip",
  sample: {
    total: 900,
    passengers: [{ name: "Ada", seat: "1A" }, { name: "Grace" }],
    pickup_at: "2026-12-24T18:00:00Z",
  },
  steps: [
    { id: "price", kind: "transform", set: { amount: "${data.total * 2}", rooms: 2 } },
    { id: "choose", kind: "decision" },
    {
      id: "agree",
      kind: "approval",
      approvers: { role: "operator" },
      due: "P2D",
      fourEyes: true,
      form: { type: "object", properties: { reason: { type: "string" } } },
    },
    {
      id: "seats",
      kind: "forEach",
      class: "compensable",
      items: "${data.passengers}",
      as: "passenger",
      concurrency: 4,
      action: {
        command: "Flight.Book",
        input: { who: "${passenger.name}", at: "${index}", for: "${steps.price.result.amount}" },
      },
      compensation: { command: "Flight.Cancel", input: { who: "${passenger.name}", key: "${action_key}" } },
      probe: { command: "Flight.Find", input: { key: "${action_key}", name: "${passenger.name}" } },
    },
    { id: "paid", kind: "signal", signal: "PaymentReceived", timeout: "P3D" },
    { id: "cool_off", kind: "wait", until: "${data.pickup_at}" },
    { id: "cover", kind: "saga", saga: "Insurance", input: { amount: "${steps.price.result.amount}" } },
    { id: "mail", class: "irreversible", action: { command: "Mail.Send", input: { by: "${steps.agree.result.by}" } } },
  ],
  edges: [
    { from: "price", to: "choose" },
    { from: "choose", to: "agree", when: "steps.price.result.amount > 1000" },
    { from: "choose", to: "seats", otherwise: true },
    { from: "agree", to: "seats" },
    { from: "seats", to: "paid" },
    { from: "paid", to: "cool_off" },
    { from: "cool_off", to: "cover" },
    { from: "cover", to: "mail" },
  ],
};

/** An order that services bring about by reacting to each other's events. */
export const choreographed: SagaDocument = {
  saga: "OrderChoreography",
  style: "choreography",
  mode: "drive",
  correlation: "${event.data.order_id}",
  starts: "OrderCreated",
  sample: { order_id: "o-17", total: 129, items: [{ sku: "tea" }] },
  steps: [],
  reactions: [
    {
      id: "reserve",
      on: "OrderCreated",
      send: "InventoryService.ReserveInventory",
      input: { order_id: "${event.data.order_id}" },
      expect: ["InventoryReserved"],
      within: "PT5M",
    },
    {
      id: "pay",
      on: "InventoryReserved",
      send: "PaymentService.ProcessPayment",
      input: { amount: "${data.total}", hold: "${event.data.reservation_id}" },
      expect: ["PaymentProcessed", "PaymentFailed"],
    },
    {
      id: "ship",
      on: "PaymentProcessed",
      send: "ShippingService.CreateShipment",
      expect: ["ShipmentCreated", "ShipmentFailed"],
      class: "irreversible",
    },
    { id: "fulfil", on: "ShipmentCreated", emit: "OrderFulfilled" },
    {
      id: "release",
      on: ["PaymentFailed", "ShipmentFailed"],
      send: "InventoryService.ReleaseInventory",
      input: { hold: "${events.InventoryReserved.data.reservation_id}" },
      undoes: "reserve",
    },
    { id: "refund", on: "ShipmentFailed", send: "PaymentService.RefundPayment", undoes: "pay" },
    {
      id: "give_up",
      on: ["PaymentFailed", "ShipmentFailed"],
      emit: "OrderFailed",
      input: { reason: "${event.type == 'PaymentFailed' ? 'declined' : 'not shipped'}", by: "${steps.pay.status}" },
    },
  ],
  ends: { completed: ["OrderFulfilled"], failed: ["OrderFailed"] },
};
