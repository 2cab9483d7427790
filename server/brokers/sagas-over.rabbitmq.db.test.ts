import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/api";
import { drivenOrder } from "../testing/choreographies";
import { orderSaga } from "../testing/definitions";
import { newSecretOf } from "../testing/signed";
import { publish, runWhen, stepOf } from "../testing/with-sagas";
import { newId } from "../uuid";
import { type RabbitMqParticipant, startRabbitMqParticipant } from "./testing/rabbitmq-participant";
import { type RabbitMqServer, startRabbitMq } from "./testing/rabbitmq-server";
import { until } from "./testing/until";

let api: TestApi;
let server: RabbitMqServer;
let stock: RabbitMqParticipant;
let pay: RabbitMqParticipant;
let orders = 0;

const over = { transport: { kind: "amqp", broker: "rabbit" } };

beforeAll(async () => {
  server = await startRabbitMq();
  api = await startTestApi();
  await publish(api, orderSaga());
  await publish(api, drivenOrder());
  const body = { kind: "amqp", url: server.url, allowPrivateNetwork: true };
  expect((await api.call("admin", "PUT", "/brokers/rabbit", { body })).status).toBe(201);
  for (const service of ["StockService", "PayService"])
    expect((await api.call("admin", "PUT", `/services/${service}`, { body: over })).status).toBe(200);
  await until(async () => (await health()).state === "connected");
  stock = await startRabbitMqParticipant(server.url, "StockService");
  pay = await startRabbitMqParticipant(server.url, "PayService");
});
afterAll(async () => {
  await stock.stop();
  await pay.stop();
  await api.stop();
  await server.stop();
});
beforeEach(async () => {
  for (const { script, received } of [stock, pay]) {
    script.clear();
    received.length = 0;
  }
  await api.db.pool.query("delete from dead_letter");
});

const health = async () => (await api.call("viewer", "GET", "/brokers/rabbit")).body.health;
const deadLetters = async () => (await api.call("viewer", "GET", "/dead-letters")).body.items;

async function start(saga = "Order"): Promise<string> {
  orders += 1;
  const { status, body } = await api.call("operator", "POST", `/sagas/${saga}/runs`, {
    body: { data: { order_id: `order-${orders}` } },
    headers: { "idempotency-key": `order-${orders}` },
  });
  expect(status).toBe(202);
  return body.id;
}

async function startedFor(key: string): Promise<string> {
  const find = () => api.db.pool.query<{ id: string }>("select id from saga_run where business_key = $1", [key]);
  await until(async () => (await find()).rows.length === 1);
  return (await find()).rows[0]?.id ?? "";
}

const ended = (id: string) => runWhen(api, id, (run) => run.state === "completed" || run.state === "failed");

test("a registered broker is tested in one sentence", async () => {
  const { body } = await api.call("admin", "POST", "/brokers/rabbit/test");
  expect(body).toMatchObject({ ok: true, code: "connected" });
});

test("a run goes forward over RabbitMQ: commands are CloudEvents, replies complete their steps", async () => {
  const secret = await newSecretOf(api, "StockService");
  const id = await start();
  const run = await ended(id);
  expect(run.state).toBe("completed");
  expect(stepOf(run, "pay")).toMatchObject({ result: { did: "PayService.Charge" } });
  const [{ event, headers, text } = { event: null, headers: {}, text: "" }] = stock.received;
  const key = `${id}:reserve:1:action`;
  expect(event).toMatchObject({ id: key, type: "StockService.Reserve", subject: id, idempotencykey: key });
  expect(headers).toMatchObject({ "Idempotency-Key": key, "Saga-Id": id, "Saga-Step": "reserve", "Saga-Attempt": "1" });
  expect(new Webhook(secret).verify(text, headers as Record<string, string>)).toEqual(event);
});

test("a step that fails unwinds the run over RabbitMQ", async () => {
  pay.script.set("action Charge", { type: "SagaStepFailed", data: { error: { code: "declined", message: "No" } } });
  const run = await ended(await start());
  expect(run).toMatchObject({ state: "failed", rollback: "clean" });
  expect(stepOf(run, "reserve").status).toBe("compensated");
  expect(stock.received.map(({ event }) => `${event.sagahalf} ${event.type}`)).toEqual([
    "action StockService.Reserve",
    "compensation StockService.Release",
  ]);
});

test("commands wait for a service that was never there", async () => {
  const late = { ...orderSaga("Late"), steps: [{ id: "wait", class: "irreversible", action: "LateService.Do" }] };
  await publish(api, late);
  await api.call("admin", "PUT", "/services/LateService", { body: over });
  const id = await start("Late");
  await runWhen(api, id, (run) => stepOf(run, "wait").status === "executing");
  const service = await startRabbitMqParticipant(server.url, "LateService");
  expect((await ended(id)).state).toBe("completed");
  await service.stop();
});

test("a reply that cannot be taken is a dead letter, and holds up nothing", async () => {
  await stock.send("StockService.Any", "{");
  expect((await ended(await start())).state).toBe("completed");
  await until(async () => (await deadLetters()).length === 1);
  expect(await deadLetters()).toMatchObject([{ source: "broker:rabbit", reason: "invalid_json" }]);
});

test("a command that its participant gives back for ever is a dead letter that says so and is not replayed here", async () => {
  stock.script.set("action Reserve", "gives back");
  await start();
  await until(async () => (await deadLetters()).length === 1);
  const [letter] = await deadLetters();
  expect(letter).toMatchObject({
    source: "broker:rabbit",
    reason: "command_given_up",
    detail: "The participant of StockService gave it back 21 times",
    subject: "StockService.Reserve",
  });
  expect(stock.received).toHaveLength(21);
  const replayed = await api.call("operator", "POST", `/dead-letters/${letter.id}/replay`);
  expect(replayed).toMatchObject({ status: 409, body: { code: "not_replayable" } });
});

test.each(["cloudEvents:", "cloudEvents_"])("an event in binary mode, by headers %s, is heard", async (prefix) => {
  const order = newId();
  const told = { specversion: "1.0", id: newId(), source: "Shöp 50%", type: "OrderCreated" };
  const headers = Object.fromEntries(Object.entries(told).map(([name, value]) => [`${prefix}${name}`, value]));
  const time = { [`${prefix}time`]: { "!": "timestamp", value: 1_767_348_000 } };
  const properties = { contentType: "application/json", headers: { ...headers, ...time } };
  await stock.send("Shöp 50%.OrderCreated", JSON.stringify({ order, amount: 3 }), properties);
  const run = await startedFor(order);
  expect(await runWhen(api, run, () => true)).toMatchObject({ startedBy: "broker:rabbit", data: { order, amount: 3 } });
  const structured = JSON.stringify({ ...told, data: { order, amount: 4 } });
  await stock.send("Shöp 50%.OrderCreated", structured, {
    contentType: "application/cloudevents+json",
    headers: properties.headers,
  });
  await until(async () => (await deadLetters()).length === 1);
  const [letter] = await deadLetters();
  expect(letter).toMatchObject({ reason: "event_reused", detail: expect.stringContaining("(at /id)") });
  const kept = (await api.call("viewer", "GET", `/dead-letters/${letter.id}`)).body.headers;
  expect(kept[`${prefix}time`]).toBe("2026-01-02T10:00:00.000Z");
});

test("a dead letter in binary mode is replayed with its headers", async () => {
  const transport = { kind: "http", url: "http://127.0.0.1:9", allowPrivateNetwork: true };
  await api.call("admin", "PUT", "/services/MovingService", { body: { transport } });
  const order = newId();
  const told = { specversion: "1.0", id: newId(), source: "MovingService", type: "OrderCreated" };
  const headers = Object.fromEntries(Object.entries(told).map(([name, value]) => [`cloudEvents_${name}`, value]));
  const properties = { contentType: "application/json", headers };
  await stock.send("MovingService.OrderCreated", JSON.stringify({ order, amount: 3 }), properties);
  await until(async () => (await deadLetters()).length === 1);
  const [letter] = await deadLetters();
  expect(letter).toMatchObject({ reason: "other_service", detail: expect.stringContaining("(at cloudEvents_source)") });
  await api.call("admin", "PUT", "/services/MovingService", { body: over });
  const replayed = await api.call("operator", "POST", `/dead-letters/${letter.id}/replay`);
  expect(replayed.body).toEqual({ result: "taken" });
  await startedFor(order);
});
