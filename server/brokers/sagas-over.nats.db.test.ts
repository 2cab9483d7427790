import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import pg from "pg";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startParticipant } from "../orchestrator/testing/participant";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { newSecretOf } from "../testing/signed";
import { publish, runWhen, stepOf } from "../testing/with-sagas";
import { eventsStream, studioConsumer } from "./nats/names";
import { type NatsParticipant, startNatsParticipant } from "./testing/nats-participant";
import { type NatsServer, startNatsServer } from "./testing/nats-server";
import { until } from "./testing/until";

let api: TestApi;
let server: NatsServer;
let stock: NatsParticipant;
let pay: NatsParticipant;
let orders = 0;

const over = (broker: string) => ({ transport: { kind: "nats", broker } });

beforeAll(async () => {
  server = await startNatsServer({ config: "max_payload: 4MB" });
  api = await startTestApi();
  await publish(api, orderSaga());
  const body = { kind: "nats", url: server.url, allowPrivateNetwork: true };
  expect((await api.call("admin", "PUT", "/brokers/main", { body })).status).toBe(201);
  for (const service of ["StockService", "PayService"])
    expect((await api.call("admin", "PUT", `/services/${service}`, { body: over("main") })).status).toBe(200);
  await until(async () => (await health()).state === "connected");
  stock = await startNatsParticipant(server.url, "StockService");
  pay = await startNatsParticipant(server.url, "PayService");
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

const health = async () => (await api.call("viewer", "GET", "/brokers/main")).body.health;

async function start(saga = "Order"): Promise<string> {
  orders += 1;
  const { status, body } = await api.call("operator", "POST", `/sagas/${saga}/runs`, {
    body: { data: { order_id: `order-${orders}` } },
    headers: { "idempotency-key": `order-${orders}` },
  });
  expect(status).toBe(202);
  return body.id;
}

const ended = (id: string) => runWhen(api, id, (run) => run.state === "completed" || run.state === "failed");

async function deadLetters() {
  const { body } = await api.call("viewer", "GET", "/dead-letters");
  return body.items;
}

async function eventsConsumerInfo() {
  const nc = await connect({ servers: server.url });
  const info = await (await jetstreamManager(nc)).consumers.info(eventsStream, studioConsumer);
  await nc.close();
  return info;
}

test("a run goes forward over a broker: commands are CloudEvents, replies complete their steps", async () => {
  const secret = await newSecretOf(api, "StockService");
  const id = await start();
  const run = await ended(id);
  expect(run.state).toBe("completed");
  expect(stepOf(run, "pay")).toMatchObject({ result: { did: "PayService.Charge" } });
  const [command] = stock.received;
  const key = `${id}:reserve:1:action`;
  expect(command?.event).toMatchObject({
    specversion: "1.0",
    id: key,
    source: "Order",
    type: "StockService.Reserve",
    subject: id,
    idempotencykey: key,
    sagastep: "reserve",
    sagahalf: "action",
    sagaattempt: 1,
    sagageneration: 1,
    data: { saga_id: id, step_name: "reserve" },
  });
  const { headers = {}, text = "" } = command ?? {};
  const trace = { traceparent: command?.event.traceparent };
  const saga = {
    "Idempotency-Key": key,
    "Saga-Id": id,
    "Saga-Step": "reserve",
    "Saga-Attempt": "1",
    "Saga-Expires": command?.event.expirytime,
  };
  expect(headers).toMatchObject({ ...trace, ...saga, "Nats-Msg-Id": key });
  expect(new Webhook(secret).verify(text, headers)).toEqual(command?.event);
});

test("a step that fails unwinds the run over the broker", async () => {
  pay.script.set("action Charge", { type: "SagaStepFailed", data: { error: { code: "declined", message: "No" } } });
  const run = await ended(await start());
  expect(run).toMatchObject({ state: "failed", rollback: "clean" });
  expect(stepOf(run, "reserve").status).toBe("compensated");
  expect(stock.received.map(({ event }) => `${event.sagahalf} ${event.type}`)).toEqual([
    "action StockService.Reserve",
    "compensation StockService.Release",
  ]);
  expect(stock.received.map(({ event }) => "expirytime" in event)).toEqual([true, false]);
});

test("a probe is asked over the broker under its action's key, and settles what the action did", async () => {
  const action = { command: "StockService.Take", timeout: "PT0.5S", retry: { attempts: 1 } };
  const step = { id: "take", class: "irreversible", action, probe: "StockService.Look" };
  await publish(api, { ...orderSaga("Probed"), steps: [step] });
  expect((await api.call("admin", "PUT", "/services/StockService", { body: over("main") })).status).toBe(200);
  stock.script.set("action Take", null);
  const found = { happened: true, result: { shelf: 7 } };
  stock.script.set("probe Look", { type: "SagaProbeCompleted", data: { result: found } });
  const run = await ended(await start("Probed"));
  expect(run.state).toBe("completed");
  expect(stepOf(run, "take").result).toEqual({ shelf: 7 });
  const [take, look] = stock.received.map(({ event }) => event);
  expect(look).toMatchObject({ idempotencykey: take.idempotencykey, id: `${take.id}:probe`, sagahalf: "probe" });
});

test("a probe is answered beside its action's own reply, which said that it will be tried again", async () => {
  const action = { command: "StockService.Take", timeout: "PT0.5S", retry: { attempts: 2, initial: "PT1S" } };
  const step = { id: "take", class: "irreversible", action, probe: "StockService.Look" };
  await publish(api, { ...orderSaga("ProbedTwice"), steps: [step] });
  await api.call("admin", "PUT", "/services/StockService", { body: over("main") });
  stock.script.set("action Take", {
    type: "SagaStepFailed",
    data: { error: { code: "busy", message: "Not now", retryable: true } },
  });
  stock.script.set("probe Look", { type: "SagaProbeCompleted", data: { result: { happened: true, result: 7 } } });
  const id = await start("ProbedTwice");
  await until(() => stock.received.length === 1);
  stock.script.set("action Take", null);
  const run = await ended(id);
  expect(stepOf(run, "take").result).toBe(7);
  expect(await deadLetters()).toEqual([]);
});

test("replies that come twice, and before others, count once", async () => {
  stock.script.set("action Reserve", null);
  const id = await start();
  await until(() => stock.received.length === 1);
  const [command] = stock.received;
  if (!command) throw new Error("No command came");
  const waiting = await runWhen(api, id, (run) => stepOf(run, "reserve").action.open?.accepted);
  const { open } = stepOf(waiting, "reserve").action;
  expect(command.event.expirytime).toBe(open.timeoutAt);
  const said = { type: "SagaStepCompleted", data: { result: { n: 1 } } };
  await stock.reply(command, { type: "SagaStepFailed", data: { attempt: 7, error: "late" } }, "early");
  for (const reply of ["same", "same", "other"]) await stock.reply(command, said, reply);
  const run = await ended(id);
  expect(run.state).toBe("completed");
  expect(stepOf(run, "reserve").result).toEqual({ n: 1 });
  expect(pay.received).toHaveLength(1);
  expect(await deadLetters()).toEqual([]);
});

test("commands wait for a service that was never there", async () => {
  const late = { ...orderSaga("Late"), steps: [{ id: "wait", class: "irreversible", action: "LateService.Do" }] };
  await publish(api, late);
  await api.call("admin", "PUT", "/services/LateService", { body: over("main") });
  const id = await start("Late");
  await runWhen(api, id, (run) => stepOf(run, "wait").status === "executing");
  const service = await startNatsParticipant(server.url, "LateService");
  expect((await ended(id)).state).toBe("completed");
  await service.stop();
});

test("while the broker is away its commands wait, spend nothing and stop nobody else", async () => {
  const shop = await startParticipant();
  await publish(api, {
    ...orderSaga("Web"),
    steps: [{ id: "call", class: "irreversible", action: "WebService.Call" }],
  });
  const transport = { kind: "http", url: shop.url, allowPrivateNetwork: true };
  await api.call("admin", "PUT", "/services/WebService", { body: { transport } });
  await server.kill();
  await until(async () => (await health()).state === "down");
  const id = await start();
  const web = await start("Web");
  expect((await ended(web)).state).toBe("completed");
  const waiting = await runWhen(api, id, (run) => stepOf(run, "reserve").error !== null);
  expect(stepOf(waiting, "reserve").error).toMatchObject({ code: "broker_unreachable", detail: { broker: "main" } });
  await expect.poll(async () => (await health()).waiting).toBe(1);
  expect((await health()).lastError).toMatch(/Nothing listens at|closed the connection/);
  await server.start();
  expect((await ended(id)).state).toBe("completed");
  expect((await health()).waiting).toBe(0);
  await shop.stop();
}, 40_000);

test("what cannot be taken is a dead letter, and holds up nothing", async () => {
  stock.script.set("action Reserve", null);
  const id = await start();
  await until(() => stock.received.length === 1);
  const [command] = stock.received;
  if (!command) throw new Error("No command came");
  const nobody = "01900000-0000-7000-8000-000000000000";
  const said = { type: "SagaStepCompleted", data: { result: 1 } };
  const event = { specversion: "1.0", source: "StockService", type: "SagaStepCompleted" };
  const bad = [
    "{",
    Buffer.from([0xff, 0x00]),
    "[]",
    JSON.stringify({ id: "x" }),
    JSON.stringify({ ...event, id: "1", subject: nobody, data: { step_name: "reserve" } }),
    JSON.stringify({ ...event, id: "2", subject: id, data: { step_name: "nothing" } }),
    JSON.stringify({ ...event, id: "3", subject: id, type: "SagaStepFailed", data: { step_name: "reserve" } }),
    JSON.stringify({ ...event, id: "4", subject: id, data: { step_name: "reserve", result: "x".repeat(1_100_000) } }),
  ];
  await Promise.all([
    ...bad.map((body) => stock.send("saga.events.StockService.Any", body)),
    stock.reply(command, said),
    stock.send("saga.events.Shop.OrderSeen", JSON.stringify({ ...event, id: "5", type: "OrderSeen" })),
  ]);
  expect((await ended(id)).state).toBe("completed");
  await until(async () => (await deadLetters()).length === bad.length);
  const letters = await deadLetters();
  expect(letters.map((each: { reason: string }) => each.reason).sort()).toEqual([
    "error_required",
    "invalid_json",
    "invalid_request",
    "invalid_request",
    "invalid_utf8",
    "message_too_large",
    "run_not_found",
    "step_not_found",
  ]);
  expect(new Set(letters.map((each: { source: string }) => each.source))).toEqual(new Set(["broker:main"]));
  expect((await api.call("viewer", "GET", "/dead-letters")).body.total).toBe(bad.length);
});

test("a reply that was under way when its service was moved to another broker is refused; its replay is taken, once", async () => {
  await api.call("admin", "PUT", "/brokers/other", { body: { kind: "nats", url: server.url, enabled: false } });
  stock.script.set("action Reserve", null);
  const id = await start();
  await until(() => stock.received.length === 1);
  const [command] = stock.received;
  if (!command) throw new Error("No command came");
  await api.call("admin", "PUT", "/services/StockService", { body: over("other") });
  await stock.reply(command, { type: "SagaStepCompleted", data: { result: "late" } });
  await until(async () => (await deadLetters()).length === 1);
  const [letter] = await deadLetters();
  expect(letter).toMatchObject({ reason: "other_service", subject: "saga.events.StockService.SagaStepCompleted" });
  const replay = () => api.call("operator", "POST", `/dead-letters/${letter.id}/replay`);
  expect((await replay()).body).toEqual({ result: "taken" });
  expect(stepOf(await ended(id), "reserve").result).toBe("late");
  expect((await replay()).body.code).toBe("already_replayed");
  expect(await deadLetters()).toEqual([]);
  await api.call("admin", "PUT", "/services/StockService", { body: over("main") });
});

test("a service that speaks for another one of the same broker is a dead letter, and its run goes on untouched", async () => {
  stock.script.set("action Reserve", null);
  const id = await start();
  await until(() => stock.received.length === 1);
  const data = { step_name: "reserve", result: "forged" };
  const reply = { specversion: "1.0", source: "StockService", type: "SagaStepCompleted", subject: id, data };
  const own = JSON.stringify({ ...reply, id: "own-source", source: "PayService" });
  const stolen = JSON.stringify({ ...reply, id: "own-subject" });
  for (const body of [own, stolen]) await pay.send("saga.events.PayService.SagaStepCompleted", body);
  await until(async () => (await deadLetters()).length === 2);
  for (const letter of await deadLetters()) {
    expect(letter).toMatchObject({ reason: "other_source", subject: "saga.events.PayService.SagaStepCompleted" });
    const { body } = await api.call("operator", "POST", `/dead-letters/${letter.id}/replay`);
    expect(body).toMatchObject({ result: "refused", reason: "other_source" });
  }
  const [command] = stock.received;
  if (command) await stock.reply(command, { type: "SagaStepCompleted", data: { result: "true" } });
  expect(stepOf(await ended(id), "reserve").result).toBe("true");
});

test("with the database away a reply is not acknowledged: it comes again, and is no dead letter", async () => {
  stock.script.set("action Reserve", null);
  const id = await start();
  await until(() => stock.received.length === 1);
  const [command] = stock.received;
  if (!command) throw new Error("No command came");
  const address = new URL(api.db.url);
  const database = address.pathname.slice(1);
  address.pathname = "/postgres";
  const admin = new pg.Client({ connectionString: address.toString() });
  await admin.connect();
  await admin.query(`alter database ${database} with allow_connections false`);
  await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [database]);
  await stock.reply(command, { type: "SagaStepCompleted", data: { result: "kept" } });
  await until(async () => (await eventsConsumerInfo()).num_redelivered > 0);
  await admin.query(`alter database ${database} with allow_connections true`);
  await admin.end();
  await until(async () => (await api.call(null, "GET", "/readyz")).status === 200);
  expect(stepOf(await ended(id), "reserve").result).toBe("kept");
  expect(await deadLetters()).toEqual([]);
}, 40_000);
