import { afterEach, expect, test } from "vitest";
import { startTestApi, type TestApi } from "@/server/testing/api";
import { cloudEvent } from "@/server/testing/choreographies";
import { seedForTest } from "@/server/testing/seed-demo";
import { type RunningShop, startShop } from "./server";
import { secret } from "./testing";

/** The shop's own bus, and the commands of one that is directed, as the real studio hears them. */
const services = ["OrderService", "InventoryService", "PaymentService", "ShippingService"];
let api: TestApi;
let shop: RunningShop;
let errors: string[] = [];

afterEach(async () => {
  await shop.stop();
  await api.stop();
});

async function open(mode: "observe" | "drive"): Promise<void> {
  errors = [];
  api = await startTestApi();
  shop = await startShop({
    ...{ databaseUrl: api.db.url, port: 0, studio: api.url, secretOf: () => secret },
    onError: (error) => errors.push(String(error)),
  });
  await seedForTest(api, { demo: { url: shop.url, secret }, texts: [], others: services });
  const body = { document: { ...choreography, mode } };
  const saved = await api.call("designer", "PUT", "/sagas/OrderChoreography/draft", { body });
  expect(saved.body.problems).toEqual([]);
  expect((await api.call("designer", "POST", "/sagas/OrderChoreography/versions", { body: {} })).status).toBe(201);
}

const within = { within: "PT20S" };
const choreography = {
  saga: "OrderChoreography",
  style: "choreography",
  correlation: "${event.data.order_id}",
  starts: "OrderCreated",
  reactions: [
    {
      ...{ id: "reserve", on: "OrderCreated", send: "InventoryService.ReserveInventory" },
      ...{ expect: ["InventoryReserved", "InventoryFailed"], ...within },
    },
    {
      ...{ id: "pay", on: "InventoryReserved", send: "PaymentService.ProcessPayment" },
      ...{ expect: ["PaymentProcessed", "PaymentFailed"], ...within },
    },
    {
      ...{ id: "ship", on: "PaymentProcessed", send: "ShippingService.CreateShipment", class: "irreversible" },
      ...{ expect: ["ShipmentCreated", "ShipmentFailed"], ...within },
    },
    { id: "fulfil", on: "ShipmentCreated", emit: "OrderFulfilled" },
    {
      ...{ id: "release", on: ["PaymentFailed", "ShipmentFailed"], send: "InventoryService.ReleaseInventory" },
      ...{ undoes: "reserve", expect: ["InventoryReleased"], ...within },
    },
    {
      ...{ id: "refund", on: "ShipmentFailed", send: "PaymentService.RefundPayment", undoes: "pay" },
      ...{ expect: ["PaymentRefunded"], ...within },
    },
    { id: "give_up", on: ["InventoryFailed", "PaymentFailed", "ShipmentFailed"], emit: "OrderFailed" },
  ],
  ends: { completed: ["OrderFulfilled"], failed: ["OrderFailed"] },
};

async function place(choices: object): Promise<string> {
  const placed = await fetch(`${shop.url}/demo/orders`, { method: "POST", body: JSON.stringify(choices) });
  return ((await placed.json()) as { order_id: string }).order_id;
}

async function runOf(order: string): Promise<{ state: string } | null> {
  const { body } = await api.call("viewer", "GET", `/runs?saga=OrderChoreography&limit=50`);
  return body.items.find(({ businessKey }: { businessKey: string }) => businessKey === order) ?? null;
}
const until = (order: string, expected: object) =>
  expect.poll(() => runOf(order), { timeout: 20_000 }).toMatchObject(expected);

test("orders that nobody directs are followed from their first event to their end", async () => {
  await open("observe");
  await until(await place({}), { state: "completed" });
  await until(await place({ card: "declined" }), { state: "failed", rollback: "clean" });
  await until(await place({ shipment: "failed" }), { state: "failed", rollback: "clean" });
  expect(errors).toEqual([]);
}, 60_000);

test("an order that is directed goes on from event to event, and back", async () => {
  await open("drive");
  const begin = async (order: string) => {
    const data = { order_id: order, channel: "driven", total_amount: 89, items: [{ sku: "LAMP-BRASS", quantity: 1 }] };
    expect((await api.call("operator", "POST", "/events", { body: cloudEvent("OrderCreated", data) })).status).toBe(
      202,
    );
  };
  await begin("ORD-1");
  await until("ORD-1", { state: "completed" });
  const decline = JSON.stringify({ mode: "decline" });
  await fetch(`${shop.url}/demo/switches/ShippingService/CreateShipment`, { method: "PATCH", body: decline });
  await begin("ORD-2");
  await until("ORD-2", { state: "failed", rollback: "clean" });
  const { balance } = (await (await fetch(`${shop.url}/demo`)).json()) as {
    balance: { label: string; value: string }[];
  };
  const value = (label: string) => balance.find((line) => line.label === label)?.value;
  expect([value("Stock reserved"), value("Charged minus refunded"), value("Parcels in transit")]).toEqual([
    "1 items",
    "89.00",
    "1",
  ]);
  expect(errors).toEqual([]);
}, 60_000);
