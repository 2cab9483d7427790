/** Small choreographies that between them use every rule of section 8. */
import { compile } from "../definition/compile";
import type { ReactionDocument, SagaDocument } from "../definition/document";
import type { Saga } from "../definition/saga";

const once = { attempts: 1, initial: "PT1S", factor: 2, max: "PT1M", jitter: 0, maxElapsed: "PT1H" } as const;

export function choreographed(reactions: readonly ReactionDocument[], more: Partial<SagaDocument> = {}): Saga {
  const document: SagaDocument = {
    saga: "Shop",
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

const releaseOrNot = {
  send: "Inventory.Release",
  undoes: "reserve",
  expect: ["Released", "NotReleased"],
  fails: ["NotReleased"],
  within: "PT5M",
  retry: { ...once, attempts: 2 },
};

/** Two events undo the same, an undo may fail and may not be wanted, and the order ends with what it also sends. */
export const contrary = choreographed([
  {
    id: "reserve",
    on: "OrderCreated",
    send: "Inventory.Reserve",
    expect: ["Reserved", "OutOfStock"],
    fails: ["OutOfStock"],
    within: "PT5M",
    retry: { ...once, attempts: 2 },
  },
  { id: "tell", on: "Reserved", send: "Mail.Send", class: "irreversible", retry: once },
  { id: "fulfil", on: "Reserved", emit: "OrderFulfilled" },
  { id: "release_early", on: ["Changed", "OutOfStock"], ...releaseOrNot, input: "${event.data}" },
  { id: "release_late", on: "Cancelled", when: "event.data.ok", ...releaseOrNot },
  { id: "apologise", on: "OutOfStock", send: "Mail.Send", class: "irreversible", retry: once },
  { id: "drop", on: ["Cancelled", "OutOfStock"], emit: "OrderFailed" },
]);

export const contraryObserved = choreographed(contrary.document.reactions ?? [], { mode: "observe" });

/** What repeats is undone and done again, on an event that ends nothing. */
export const basket = choreographed([
  {
    id: "put",
    on: ["OrderCreated", "ItemAdded"],
    send: "Inventory.Reserve",
    expect: ["ItemReserved", "ItemRejected"],
    fails: ["ItemRejected"],
    within: "PT5M",
    repeat: true,
    retry: { ...once, attempts: 2 },
  },
  {
    id: "empty",
    on: "BasketEmptied",
    when: "event.data.ok",
    send: "Inventory.Release",
    expect: ["ItemReleased"],
    within: "PT5M",
    undoes: "put",
    repeat: true,
    retry: once,
  },
  { id: "announce", on: "BasketEmptied", emit: "BasketIsEmpty", repeat: true },
  { id: "close", on: "OrderClosed", emit: "OrderFulfilled", input: "${event.data}" },
  { id: "drop", on: "OrderCancelled", emit: "OrderFailed" },
]);

export const choreographies = {
  driven,
  drivenByEvents,
  observed,
  repeated,
  contrary,
  contraryObserved,
  basket,
} as const;
