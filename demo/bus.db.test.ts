import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { LetterBox } from "@/participant/testing/letter-box";
import { call, openTestShop, type TestShop } from "./testing";

const studio = new LetterBox();
let shop: TestShop;

beforeAll(async () => {
  await studio.start();
  shop = await openTestShop(studio.url);
});
afterAll(async () => {
  await shop.close();
  await studio.stop();
});
beforeEach(async () => {
  studio.status = 202;
  await shop.reset();
  studio.received.splice(0);
  shop.errors.splice(0);
});

async function place(choices: object = {}): Promise<string> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(choices);
  const response = await fetch(`${shop.url}/demo/orders`, { method: "POST", headers, body });
  return ((await response.json()) as { order_id: string }).order_id;
}

const patience = { timeout: 20_000 };
const heard = () => studio.events.map(({ source, type }) => `${source}: ${type}`);
const untilHeard = (count: number) => expect.poll(() => studio.events.length, patience).toBe(count);
/** Newest first, as it is shown. */
const ledger = async () =>
  (await shop.read()).calls.map(({ service, command, did, heard }) => `${heard?.type}: ${service}.${command} ${did}`);
const untilDone = async () => (await shop.balance())["Stock reserved"];

test("an order that nobody directs goes through, and the studio hears of each part, signed and in one thread", async () => {
  const order = await place();
  await untilHeard(5);
  expect(heard()).toEqual([
    "OrderService: OrderCreated",
    "InventoryService: InventoryReserved",
    "PaymentService: PaymentProcessed",
    "ShippingService: ShipmentCreated",
    "OrderService: OrderFulfilled",
  ]);
  for (const { path, headers } of studio.received) {
    expect(path).toBe("/api/v1/events");
    expect(headers["webhook-signature"]).toMatch(/^v1,/);
  }
  for (const { subject, data } of studio.events)
    expect({ subject, ...data }).toMatchObject({ subject: order, order_id: order, saga_id: order, channel: "shop" });
  expect(studio.events.at(-1)?.data).toMatchObject({
    total_amount: 118,
    reservation_id: expect.stringMatching(/^res_/),
    payment_id: expect.stringMatching(/^pay_/),
    tracking_number: expect.stringMatching(/^SG\d+$/),
  });
  expect(await shop.balance()).toMatchObject({ "Stock reserved": "3 items", "Charged minus refunded": "118.00" });
});

test("a declined card gives the goods back, and the order fails", async () => {
  await place({ card: "declined" });
  await untilHeard(5);
  expect(heard().slice(0, 3)).toEqual([
    "OrderService: OrderCreated",
    "InventoryService: InventoryReserved",
    "PaymentService: PaymentFailed",
  ]);
  expect(heard().slice(3).toSorted()).toEqual(["InventoryService: InventoryReleased", "OrderService: OrderFailed"]);
  expect(await untilDone()).toBe("0 items");
});

test("a shipment that fails gives goods and money back", async () => {
  await place({ shipment: "failed" });
  await untilHeard(7);
  expect(heard().slice(4).toSorted()).toEqual([
    "InventoryService: InventoryReleased",
    "OrderService: OrderFailed",
    "PaymentService: PaymentRefunded",
  ]);
  expect(await shop.balance()).toMatchObject({
    "Stock reserved": "0 items",
    "Charged minus refunded": "0.00",
    "Parcels in transit": "0",
  });
});

test("an inventory that forgets to release keeps the goods, and says nothing", async () => {
  await shop.turn("InventoryService/ReleaseInventory", { mode: "forget" });
  await place({ card: "declined" });
  await untilHeard(4);
  expect(heard().at(-1)).toBe("OrderService: OrderFailed");
  expect(await untilDone()).toBe("3 items");
  expect(await ledger()).toContain("PaymentFailed: InventoryService.ReleaseInventory forgot");
});

test("the ledger says what each service heard, and what it did about it", async () => {
  const order = await place({ card: "declined" });
  await untilHeard(5);
  await expect
    .poll(async () => (await ledger()).toSorted(), patience)
    .toEqual([
      "InventoryReserved: PaymentService.ProcessPayment declined",
      "OrderCreated: InventoryService.ReserveInventory effect",
      "PaymentFailed: InventoryService.ReleaseInventory undone",
      "PaymentFailed: OrderService.OrderFailed effect",
    ]);
  expect(new Set((await shop.read()).calls.map(({ heard }) => heard?.order))).toEqual(new Set([order]));
});

test("a service out of order is in the ledger, and does its part when it hears the event again", async () => {
  await shop.turn("InventoryService/ReserveInventory", { mode: "error", times: 1 });
  await place();
  await expect.poll(() => new Set(heard()).size, patience).toBe(5);
  expect((await ledger()).slice(-2)).toEqual([
    "OrderCreated: InventoryService.ReserveInventory effect",
    "OrderCreated: InventoryService.ReserveInventory error",
  ]);
});

test("the services hear each other while the studio is away, and it hears all when it is back, each under one id", async () => {
  studio.status = 503;
  await place();
  await expect.poll(async () => (await shop.balance())["Parcels in transit"], patience).toBe("1");
  studio.received.splice(0);
  studio.status = 202;
  await expect.poll(() => new Set(heard()).size, patience).toBe(5);
  expect(await shop.balance()).toMatchObject({ "Stock reserved": "3 items", "Parcels in transit": "1" });
});

test("one that fails at an event keeps no other from hearing it", async () => {
  await shop.turn("InventoryService/ReleaseInventory", { mode: "error", times: 20 });
  await place({ shipment: "failed" });
  await expect.poll(async () => (await shop.balance())["Charged minus refunded"], patience).toBe("0.00");
  await expect.poll(heard, patience).toContain("OrderService: OrderFailed");
  expect(await untilDone()).toBe("3 items");
  expect(shop.errors.map(String).join()).toContain("ReleaseInventory is out of order");
});

test("a shop that ends in between goes on with the order when it is back", async () => {
  studio.status = 503;
  await place();
  await shop.restart();
  studio.status = 202;
  await expect.poll(() => new Set(heard()).size, patience).toBe(5);
  expect(await shop.balance()).toMatchObject({ "Stock reserved": "3 items", "Charged minus refunded": "118.00" });
});

const driven = {
  ...{ order_id: "ORD-7", channel: "driven", total_amount: 118, payment_method: "card" },
  items: [{ sku: "LAMP-BRASS", quantity: 1 }],
};
const send = (path: string, step: string, more: object = {}, half = "action") =>
  call(shop.url, path, { ...driven, ...more }, { key: `run-7:${step}:1:${half}`, run: "run-7", step, attempt: 1 });

test("a service that is directed does its work, and says it as an event instead of an answer", async () => {
  expect(await send("InventoryService/ReserveInventory", "reserve")).toMatchObject({ status: 200 });
  await untilHeard(1);
  const reservation = studio.events[0]?.data.reservation_id as string;
  await send("PaymentService/ProcessPayment", "pay");
  await untilHeard(2);
  await send("ShippingService/CreateShipment", "ship");
  await untilHeard(3);
  await send("PaymentService/RefundPayment", "pay", {}, "compensation");
  await untilHeard(4);
  await send("InventoryService/ReleaseInventory", "give_back", { reservation_id: reservation });
  await untilHeard(5);
  expect(heard()).toEqual([
    "InventoryService: InventoryReserved",
    "PaymentService: PaymentProcessed",
    "ShippingService: ShipmentCreated",
    "PaymentService: PaymentRefunded",
    "InventoryService: InventoryReleased",
  ]);
  for (const { data } of studio.events) expect(data).toMatchObject({ order_id: "ORD-7", channel: "driven" });
  expect(await shop.balance()).toMatchObject({ "Stock reserved": "0 items", "Charged minus refunded": "0.00" });
});

test("a refusal of a service that is directed is an event as well, once, and leaves nothing behind", async () => {
  await shop.turn("PaymentService/ProcessPayment", { mode: "decline" });
  await Promise.all([send("PaymentService/ProcessPayment", "pay"), send("PaymentService/ProcessPayment", "pay")]);
  const items = [
    { sku: "LAMP-BRASS", quantity: 1 },
    { sku: "CLOCK-WALL", quantity: 1 },
  ];
  await send("InventoryService/ReserveInventory", "reserve", { items });
  await expect
    .poll(() => heard().toSorted(), patience)
    .toEqual(["InventoryService: InventoryFailed", "PaymentService: PaymentFailed"]);
  expect(await untilDone()).toBe("0 items");
});

test.each([{ card: "stolen" }, { cards: "declined" }])("%o is no order", async (choices) => {
  const body = JSON.stringify(choices);
  const response = await fetch(`${shop.url}/demo/orders`, { method: "POST", body });
  expect(response.status).toBe(422);
});
