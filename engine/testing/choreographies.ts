/** Small choreographies that between them use every rule of section 8. */
import { compile } from "../definition/compile";
import type { ReactionDocument, SagaDocument } from "../definition/document";
import type { Saga } from "../definition/saga";

const once = { attempts: 1, initial: "PT1S", factor: 2, max: "PT1M", jitter: 0, maxElapsed: "PT1H" } as const;

export function choreographed(reactions: readonly ReactionDocument[], more: Partial<SagaDocument> = {}): Saga {
  const document: SagaDocument = {
    saga: "Order",
    style: "choreography",
    mode: "drive",
    correlation: "${event.data.order_id}",
    starts: "OrderCreated",
    reactions: [...reactions],
    ends: { completed: ["OrderFulfilled"], failed: ["OrderFailed"] },
    steps: [],
    ...more,
  };
  return compile(document, 1);
}

/** The source text's order: reserve, pay, ship; on a failure what was done is undone, and the order fails. */
export const orderReactions: readonly ReactionDocument[] = [
  {
    id: "reserve",
    on: "OrderCreated",
    send: "Inventory.Reserve",
    expect: ["InventoryReserved"],
    within: "PT5M",
    retry: once,
  },
  {
    id: "pay",
    on: "InventoryReserved",
    send: "Payment.Pay",
    expect: ["PaymentProcessed", "PaymentFailed"],
    within: "PT5M",
    retry: { ...once, attempts: 2 },
  },
  {
    id: "ship",
    on: "PaymentProcessed",
    send: "Shipping.Ship",
    expect: ["ShipmentCreated", "ShipmentFailed"],
    within: "PT5M",
    class: "irreversible",
    retry: once,
  },
  { id: "fulfil", on: "ShipmentCreated", emit: "OrderFulfilled" },
  {
    id: "release",
    on: ["PaymentFailed", "ShipmentFailed"],
    send: "Inventory.Release",
    undoes: "reserve",
    expect: ["InventoryReleased"],
    within: "PT5M",
    retry: once,
  },
  {
    id: "refund",
    on: "ShipmentFailed",
    send: "Payment.Refund",
    undoes: "pay",
    expect: ["PaymentRefunded"],
    within: "PT5M",
    retry: once,
  },
  { id: "give_up", on: ["PaymentFailed", "ShipmentFailed"], emit: "OrderFailed" },
];

/** Undone by the answer of the service alone, as the source text has it. */
const answered = orderReactions.map((r) => {
  const { expect: _, within: __, ...rest } = r;
  return r.undoes === undefined ? r : rest;
});

export const driven = choreographed(answered);
export const drivenByEvents = choreographed(orderReactions, { deadline: "PT1H" });
export const observed = choreographed(orderReactions, { mode: "observe" });

/** Reacts to each event of a kind, and only where that is big enough; what it did is undone as one. */
export const repeated = choreographed([
  {
    id: "collect",
    on: ["OrderCreated", "ItemAdded"],
    when: "!has(event.data.free)",
    send: "Inventory.Reserve",
    expect: ["ItemReserved"],
    within: "PT5M",
    repeat: true,
    retry: once,
  },
  { id: "put_back", on: "OrderCancelled", send: "Inventory.Release", undoes: "collect", retry: once },
  { id: "close", on: "OrderClosed", emit: "OrderFulfilled" },
  { id: "drop", on: "OrderCancelled", emit: "OrderFailed" },
]);

export const choreographies = { driven, drivenByEvents, observed, repeated } as const;
