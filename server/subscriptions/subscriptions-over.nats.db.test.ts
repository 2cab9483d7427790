import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type NatsServer, startNatsServer } from "../brokers/testing/nats-server";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish, runWhen } from "../testing/with-sagas";

let api: TestApi;
let server: NatsServer;
let id: string;

beforeAll(async () => {
  server = await startNatsServer();
  api = await startTestApi({ transport: createScriptedTransport() });
  await publish(api, orderSaga());
  const broker = { kind: "nats", url: server.url, allowPrivateNetwork: true };
  expect((await api.call("admin", "PUT", "/brokers/main", { body: broker })).status).toBe(201);
  const made = await api.call("admin", "POST", "/subscriptions", {
    body: { name: "Warehouse", target: { kind: "broker", broker: "main" }, sagas: ["Order"] },
  });
  expect(made).toMatchObject({ status: 201, body: { signed: false } });
  expect(made.body.secret).toBeUndefined();
  id = made.body.id;
});
afterAll(async () => {
  await api.stop();
  await server.stop();
});

const deliveries = async () => (await api.call("viewer", "GET", `/subscriptions/${id}/deliveries`)).body.items;

let orders = 0;

async function finish(): Promise<string> {
  orders += 1;
  const { body } = await api.call("operator", "POST", "/sagas/Order/runs", {
    body: { data: { order_id: `o${orders}` } },
  });
  await runWhen(api, body.id, (run) => run.state === "completed");
  return body.id;
}

/** Events of a type that the broker keeps, with their headers. */
async function kept(type: string) {
  const nc = await connect({ servers: server.url });
  try {
    const { streams } = await jetstreamManager(nc);
    const { state } = await streams.info("SAGA_EVENTS");
    const consumer = await jetstream(nc).consumers.get("SAGA_EVENTS", { filter_subjects: `saga.events.*.${type}` });
    const batch = state.messages === 0 ? [] : await consumer.fetch({ max_messages: 100, expires: 1_000 });
    const messages = [];
    for await (const { subject, headers, data } of batch)
      messages.push({ subject, headers, event: JSON.parse(Buffer.from(data).toString("utf8")) });
    return messages;
  } finally {
    await nc.close();
  }
}

test("a test event is stored by the broker, marked as ours", async () => {
  const { body } = await api.call("admin", "POST", `/subscriptions/${id}/test`);
  expect(body).toMatchObject({ ok: true, event: { type: "saga.studio.test" } });
  const [message] = await kept("saga_studio_test");
  expect(message?.subject).toBe("saga.events.SagaStudio.saga_studio_test");
  expect(message?.headers?.get("saga-studio")).toBe("1");
  expect(message?.headers?.get("Nats-Msg-Id")).toBe(body.event.id);
});

test("ends of runs wait while the broker is away, and are stored once when it is back", async () => {
  // The worker hears of the subscription within two seconds.
  const tried = async () => {
    await finish();
    return (await deliveries()).length;
  };
  await expect.poll(tried).toBeGreaterThan(0);
  await expect.poll(async () => (await deliveries())[0].status).toBe("delivered");
  await server.kill();
  const run = await finish();
  expect((await deliveries())[0]).toMatchObject({ run, status: "pending" });
  await server.start();
  await expect.poll(async () => (await deliveries())[0].status, { timeout: 25_000 }).toBe("delivered");
  const told = (await kept("OrderCompleted")).filter(({ event }) => event.subject === run);
  expect(told.map(({ subject }) => subject)).toEqual(["saga.events.Order.OrderCompleted"]);
  expect(told[0]?.headers?.get("content-type")).toBe("application/cloudevents+json");
  expect((await api.call("viewer", "GET", "/dead-letters")).body.items).toEqual([]);
});

test("a broker is not removed while a subscription is told over it, and signs nothing", async () => {
  expect((await api.call("admin", "DELETE", "/brokers/main")).body).toMatchObject({
    status: 409,
    code: "broker_in_use",
  });
  expect((await api.call("admin", "POST", `/subscriptions/${id}/secret`)).body.code).toBe("not_signed");
});
