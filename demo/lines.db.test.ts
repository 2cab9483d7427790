import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type NatsServer, startNatsServer } from "@/server/brokers/testing/nats-server";
import { type RabbitMqServer, startRabbitMq } from "@/server/brokers/testing/rabbitmq-server";
import { startTestApi, type TestApi } from "@/server/testing/api";
import { seedForTest } from "@/server/testing/seed-demo";
import { type RunningShop, startShop } from "./server";
import { secret } from "./testing";
import { demoPlan } from "./where";

/** The demo as it is after a first start with brokers: four services, four ways. */
let api: TestApi;
let shop: RunningShop;
let nats: NatsServer;
let rabbit: RabbitMqServer;
const errors: string[] = [];

beforeAll(async () => {
  [nats, rabbit, api] = await Promise.all([startNatsServer(), startRabbitMq(), startTestApi()]);
  const brokers = { natsUrl: nats.url, amqpUrl: rabbit.url };
  const folder = new URL("definitions/", import.meta.url);
  const texts = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
  shop = await startShop({
    ...{ databaseUrl: api.db.url, port: 0, studio: api.url, secretOf: () => secret },
    lines: { pulls: true, ...brokers },
    onError: (error) => errors.push(String(error)),
  });
  await seedForTest(api, { demo: { url: shop.url, secret }, texts, ...demoPlan(brokers) });
  // Until it was registered nobody let it claim work.
  errors.splice(0);
}, 120_000);
afterAll(async () => {
  await shop.stop();
  await api.stop();
  await Promise.all([nats.stop(), rabbit.stop()]);
}, 60_000);

const turn = (command: string, mode: string) =>
  fetch(`${shop.url}/demo/switches/${command}`, { method: "PATCH", body: JSON.stringify({ mode }) });

async function start(saga: string, change: object): Promise<string> {
  const { body } = await api.call("viewer", "GET", `/sagas/${saga}/draft`);
  const data = { ...body.document.sample, ...change };
  const started = await api.call("operator", "POST", `/sagas/${saga}/runs`, { body: { data } });
  expect(started.status).toBe(202);
  return started.body.id;
}
const until = (run: string, expected: object) =>
  expect
    .poll(async () => (await api.call("viewer", "GET", `/runs/${run}`)).body, { timeout: 40_000 })
    .toMatchObject(expected);
const balance = async () => {
  const { balance: lines } = (await (await fetch(`${shop.url}/demo`)).json()) as {
    balance: { label: string; value: string }[];
  };
  return Object.fromEntries(lines.map(({ label, value }) => [label, value]));
};

test("an order goes over HTTP, NATS and a queue", async () => {
  const run = await start("OrderFulfillment", { order_id: "ORD-1" });
  await until(run, { state: "completed" });
  expect(await balance()).toMatchObject({ "Parcels in transit": "1", "Confirmations sent": "1" });
}, 60_000);

test("and back", async () => {
  const before = await balance();
  await turn("NotificationService/SendOrderConfirmation", "decline");
  const run = await start("OrderFulfillment", { order_id: "ORD-2" });
  await until(run, { state: "failed", rollback: "clean" });
  expect(await balance()).toEqual(before);
  await turn("NotificationService/SendOrderConfirmation", "ok");
}, 60_000);

test("a purchase's supplier answers over AMQP, later as well", async () => {
  const lines = [{ supplier: "Nordic Oak", sku: "CHAIR-OAK", quantity: 1, price: 20 }];
  const run = await start("Purchase", { purchase_id: "PUR-1", lines, cooling_off: 1 });
  await api.call("operator", "POST", "/signals", { body: { signal: "SupplierConfirmed", run, data: null } });
  await until(run, { state: "completed" });
  expect(await balance()).toMatchObject({
    "Lines held at suppliers": "1",
    "Purchase orders": "1",
    "Replies owed": "0",
  });
  expect(errors).toEqual([]);
}, 60_000);
