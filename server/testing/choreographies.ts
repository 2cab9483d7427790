import { v7 } from "uuid";

type Fields = Readonly<Record<string, unknown>>;

const input = (fields: Fields) => ({ key: "${run.key}", ...fields });

/** An order that nobody conducts: reserve, pay, ship; each failure says which effects are undone, and ends it. */
export function drivenOrder(more: Fields = {}) {
  return {
    saga: "DrivenOrder",
    style: "choreography",
    mode: "drive",
    correlation: "${event.data.order}",
    starts: "OrderCreated",
    reactions: [
      {
        id: "reserve",
        on: "OrderCreated",
        send: "Inventory.Reserve",
        input: input({}),
        expect: ["Reserved"],
        within: "PT1H",
      },
      {
        ...{ id: "pay", on: "Reserved", send: "Payment.Pay", input: input({ amount: "${data.amount}" }) },
        ...{ expect: ["Paid", "PaymentFailed"], within: "PT1H" },
      },
      { id: "ship", on: "Paid", send: "Shipping.Ship", input: input({}), expect: ["Shipped"], class: "irreversible" },
      { id: "fulfil", on: "Shipped", emit: "OrderFulfilled", input: input({}) },
      { id: "release", on: "PaymentFailed", send: "Inventory.Release", input: input({}), undoes: "reserve" },
      { id: "give_up", on: "PaymentFailed", emit: "OrderFailed", input: input({}) },
    ],
    ends: { completed: ["OrderFulfilled"], failed: ["OrderFailed"] },
    ...more,
  };
}

/** The same, done by real services: what each reaction is known to bring about is waited for. */
export function observedOrder({ within = "PT1H", ...more }: Fields & { readonly within?: string } = {}) {
  return {
    saga: "ObservedOrder",
    style: "choreography",
    mode: "observe",
    correlation: "${event.data.shop_order}",
    starts: "OrderCreated",
    reactions: [
      { id: "reserve", on: "OrderCreated", send: "Inventory.Reserve", expect: ["Reserved"], within: "PT1H" },
      { id: "pay", on: "Reserved", send: "Payment.Pay", expect: ["Paid", "PaymentFailed"], within: "PT1H" },
      { id: "fulfil", on: "Paid", emit: "OrderFulfilled" },
      {
        id: "release",
        on: "PaymentFailed",
        send: "Inventory.Release",
        undoes: "reserve",
        expect: ["Released"],
        within,
      },
      { id: "give_up", on: "PaymentFailed", emit: "OrderFailed" },
    ],
    ends: { completed: ["OrderFulfilled"], failed: ["OrderFailed"] },
    ...more,
  };
}

/** A CloudEvent as a service tells it. */
export function cloudEvent(type: string, data: Fields, more: Fields = {}) {
  return { specversion: "1.0", id: v7(), source: "tests", type, data, ...more };
}
