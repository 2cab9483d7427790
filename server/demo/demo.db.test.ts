import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServiceTransport } from "@/contract/services";
import { open, serviceSecretContext } from "../secrets";
import { startTestApi, type TestApi } from "../testing/api";
import { seedDemo } from "./seed";

let api: TestApi;
let off: TestApi;
let shop: Server;
let answer: { status: number; body: string } = { status: 200, body: "{}" };
const asked: string[] = [];

const texts = readdirSync("demo/definitions").map((name) => readFileSync(`demo/definitions/${name}`, "utf8"));
const secret = "whsec_dGhlIHNob3AncyBvd24gc2VjcmV0";
const seed = (url: string) =>
  seedDemo({ prisma: api.deps.prisma, secretKey: api.deps.env.secretKey, demo: { url, secret }, texts });

async function secretOf(name: string): Promise<string> {
  const { secret } = await api.deps.prisma.service.findUniqueOrThrow({ where: { name } });
  return open(api.deps.env.secretKey, serviceSecretContext(name), secret ?? new Uint8Array());
}

beforeAll(async () => {
  shop = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  api = await startTestApi({ demoUrl: `http://127.0.0.1:${(shop.address() as AddressInfo).port}` });
  off = await startTestApi();
});
afterAll(async () => {
  await api.stop();
  await off.stop();
  shop.close();
});

test("the demo is there after the first start, published and ready to run", async () => {
  expect(await seed("http://127.0.0.1:3001")).toBeGreaterThan(2);
  const { body: sagas } = await api.call("viewer", "GET", "/sagas");
  expect(sagas.items).toMatchObject([
    { type: "BudgetHold", latestVersion: 1, draftChanged: false },
    { type: "OrderChoreography", latestVersion: 1, draftChanged: false, style: "choreography", mode: "drive" },
    { type: "OrderChoreographyObserved", latestVersion: 1, draftChanged: false, mode: "observe" },
    { type: "OrderFulfillment", latestVersion: 1, draftChanged: false },
    { type: "Purchase", latestVersion: 1, draftChanged: false },
    { type: "TripBooking", latestVersion: 1, draftChanged: false },
  ]);
  const { body: service } = await api.call("viewer", "GET", "/services/PaymentService");
  expect(service).toMatchObject({
    transport: { url: "http://127.0.0.1:3001/PaymentService", allowPrivateNetwork: true },
  });
  expect(await secretOf("SupplierService")).toBe(secret);
});

test("a service of the shop keeps the secret that the shop signs with, and one that people moved keeps its own", async () => {
  const rotated = async (name: string) =>
    (await api.call("admin", "POST", `/services/${name}/secret`, { body: {} })).body.secret;
  expect(await rotated("SupplierService")).not.toBe(secret);
  const transport = { kind: "http", url: "https://pay.example.com" };
  await api.call("admin", "PUT", "/services/PaymentService", { body: { transport } });
  const theirs = await rotated("PaymentService");
  await seed("http://127.0.0.1:3001");
  expect(await secretOf("SupplierService")).toBe(secret);
  expect(await secretOf("PaymentService")).toBe(theirs);
});

test("a later start follows the shop's port, and leaves what people changed alone", async () => {
  const document = (await api.call("viewer", "GET", "/sagas/TripBooking/draft")).body.document;
  const changed = { document: { ...document, title: "Ours now" } };
  await api.call("designer", "PUT", "/sagas/TripBooking/draft", { body: changed, headers: { "if-match": "*" } });
  expect(await seed("http://127.0.0.1:4001")).toBe(0);
  const url = async (name: string) => (await api.call("viewer", "GET", `/services/${name}`)).body.transport.url;
  expect(await url("InventoryService")).toBe("http://127.0.0.1:4001/InventoryService");
  expect(await url("PaymentService")).toBe("https://pay.example.com");
  expect((await api.call("viewer", "GET", "/sagas/TripBooking/draft")).body.title).toBe("Ours now");
});

test("services live where the shop has a line for them, until a person says otherwise", async () => {
  const transports = new Map<string, ServiceTransport>([
    ["NotificationService", { kind: "queue" }],
    ["ShippingService", { kind: "nats", broker: "demo-nats" }],
    ["InventoryService", { kind: "queue" }],
  ]);
  const brokers = [{ name: "demo-nats", kind: "nats", url: "nats://ann:secret@127.0.0.1:4222" }] as const;
  const start = (more: object) =>
    seedDemo({
      ...{ prisma: api.deps.prisma, secretKey: api.deps.env.secretKey, texts, others: ["OrderService"] },
      demo: { url: "http://127.0.0.1:4001", secret },
      ...more,
    });
  const transportOf = async (name: string) => (await api.call("viewer", "GET", `/services/${name}`)).body.transport;
  const saved = { transport: await transportOf("InventoryService"), concurrency: 3 };
  await api.call("admin", "PUT", "/services/InventoryService", { body: saved });
  await start({ transports, brokers });
  expect(await transportOf("NotificationService")).toEqual({ kind: "queue" });
  expect(await transportOf("ShippingService")).toEqual({ kind: "nats", broker: "demo-nats" });
  expect(await transportOf("InventoryService")).toMatchObject({ kind: "http" });
  expect(await transportOf("OrderService")).toMatchObject({ kind: "http" });
  const { body: broker } = await api.call("viewer", "GET", "/brokers/demo-nats");
  expect(broker).toMatchObject({ url: "nats://127.0.0.1:4222", credentials: { kind: "password", user: "ann" } });
  await start({ transports: new Map([["NotificationService", { kind: "queue" }]]) });
  expect(await transportOf("ShippingService")).toMatchObject({ kind: "http" });
});

test("the shop is asked on the asker's behalf, and its failures are not ours", async () => {
  answer = { status: 200, body: JSON.stringify({ switches: [], calls: [], balance: [] }) };
  expect((await api.call("viewer", "GET", "/demo")).body).toEqual({ switches: [], calls: [], balance: [] });
  const change = { body: { mode: "decline" } };
  expect((await api.call("operator", "PATCH", "/demo/switches/PaymentService/ProcessPayment", change)).status).toBe(
    200,
  );
  expect(asked.at(-1)).toBe("PATCH /demo/switches/PaymentService/ProcessPayment");
  answer = { status: 200, body: JSON.stringify({ order_id: "ORD-1" }) };
  expect((await api.call("viewer", "POST", "/demo/orders", { body: {} })).status).toBe(403);
  const placed = await api.call("operator", "POST", "/demo/orders", { body: { card: "declined" } });
  expect(placed.body).toEqual({ order_id: "ORD-1" });
  expect(asked.at(-1)).toBe("POST /demo/orders");
  answer = { status: 404, body: JSON.stringify({ code: "no_such_switch", detail: "There is none." }) };
  expect((await api.call("operator", "PATCH", "/demo/switches/X/Y", change)).body.code).toBe("no_such_switch");
  answer = { status: 500, body: "<html>" };
  expect((await api.call("viewer", "GET", "/demo")).status).toBe(502);
  const before = asked.length;
  expect((await api.call("operator", "PATCH", "/demo/switches/..%2f..%2freset/Y", change)).status).toBe(404);
  expect(asked).toHaveLength(before);
});

test("without a demo there is none to ask", async () => {
  expect((await off.call("viewer", "GET", "/demo")).body).toMatchObject({ status: 404, code: "demo_off" });
});
