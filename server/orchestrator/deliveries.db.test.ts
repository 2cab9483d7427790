import { once } from "node:events";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BrokerLink, Outgoing, Published } from "../brokers/link";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { createOrchestrator, type Orchestrator, type OrchestratorOptions } from "./client";
import {
  isDone,
  orderSaga,
  publish,
  registerService,
  startRequest,
  stateWhen,
  testLog,
  testSecretKey,
} from "./testing/fixtures";
import { json, type Participant, startParticipant } from "./testing/participant";
import { type Receiver, startReceiver, subscribe, webhook } from "./testing/receiver";
import { prepareWorkers } from "./testing/workers";

let database: TestDatabase;
let shop: Participant;
let receiver: Receiver;
let orchestrator: Orchestrator | null = null;

beforeEach(async () => {
  database = await createTestDatabase();
  shop = await startParticipant();
  receiver = await startReceiver();
  await publish(database.pool, orderSaga);
  await registerService(database.pool, "Shop", shop.url);
});

afterEach(async () => {
  await orchestrator?.stop();
  orchestrator = null;
  await shop.stop();
  await receiver.stop();
  await database.drop();
});

async function work(more: Partial<OrchestratorOptions> = {}): Promise<Orchestrator> {
  const options = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog, worker: "inline" } as const;
  orchestrator = await createOrchestrator({ ...options, ...more });
  return orchestrator;
}

async function run(saga: string, data = { order: "o1", amount: 5 }): Promise<string> {
  if (!orchestrator) throw new Error("Nobody works");
  const request = startRequest(saga, data);
  const [answer] = await orchestrator.start([request]);
  if (answer?.kind !== "started") throw new Error(JSON.stringify(answer));
  await stateWhen(orchestrator, request.id, isDone);
  return request.id;
}

const typesAt = (one: Receiver) => one.received.map(({ event }) => event.type);

async function deliveries(): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await database.pool.query("select * from delivery order by id");
  return rows;
}

/** Why the one subscription takes nothing any more. */
async function reason(): Promise<unknown> {
  const { rows } = await database.pool.query("select enabled, disabled_reason as why from subscription");
  return rows[0];
}

/** What a dead worker had claimed is due for anybody now, and not half a minute later. */
async function endClaims(): Promise<void> {
  // A statement of its may still be under way.
  const ours =
    "select 1 from pg_stat_activity where datname = current_database() and application_name like 'saga-studio%'";
  await expect.poll(async () => (await database.pool.query(ours)).rowCount).toBe(0);
  await database.pool.query("update delivery set next_at = now() where status = 'pending'");
}

const statuses = async () => (await deliveries()).map(({ status }) => status);

test("the end of a run arrives signed, once, and anybody with the secret can tell that it is ours", async () => {
  const { secret } = await subscribe(database.pool, webhook(receiver.url));
  await work();
  const id = await run("Order");
  await expect.poll(statuses).toEqual(["delivered"]);
  const [{ headers, body, event } = { headers: {}, body: "", event: null }] = receiver.received;
  expect(receiver.received).toHaveLength(1);
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(event);
  expect(() => new Webhook(secret).verify(body.replace("o1", "o2"), headers as Record<string, string>)).toThrow();
  expect(headers["content-type"]).toBe("application/cloudevents+json");
  expect(headers["webhook-id"]).toBe(event.id);
  expect(headers.traceparent).toBe(event.traceparent);
  expect(event).toMatchObject({
    specversion: "1.0",
    source: "Order",
    type: "OrderCompleted",
    subject: id,
    correlationid: "o1",
    data: { saga_id: id, order: "o1", amount: 5 },
  });
  expect((await deliveries())[0]).toMatchObject({ attempts: 1, last_status: 200, log: [{ status: 200 }] });
});

test("nobody asks: nothing is written", async () => {
  await subscribe(database.pool, webhook(receiver.url), { enabled: false });
  await subscribe(database.pool, webhook(receiver.url), { sagas: ["Refund"] });
  await work();
  await run("Order");
  expect(await deliveries()).toEqual([]);
});

test("a failed run says why and how its undoing ended; a completed one that is unwound later says so, and never failed", async () => {
  await subscribe(database.pool, webhook(receiver.url));
  const working = await work();
  shop.answer("/Pay", json(402, { title: "Card declined" }));
  const declined = await run("Order");
  shop.answer("/Pay", json(200, {}));
  const paid = await run("Order", { order: "o2", amount: 1 });
  const operation = { operation: "compensate", reason: "Sent back" } as const;
  const asked = { id: startRequest("Order", {}).id, run: paid, operation, actor: "ada", key: null, hash: "h" };
  expect(await working.operate(asked)).toMatchObject({ kind: "done" });
  await stateWhen(working, paid, (state) => state.state === "failed");
  await expect.poll(() => typesAt(receiver)).toEqual(["OrderFailed", "OrderCompleted", "OrderUnwound"]);
  const [failed, , unwound] = receiver.received.map(({ event }) => event);
  expect(failed).toMatchObject({ subject: declined, data: { error: "Card declined", rollback: "clean" } });
  expect(unwound).toMatchObject({ subject: paid, data: { rollback: "clean" } });
});

test("a child run tells its own end, and its parent its own", async () => {
  await publish(
    database.pool,
    "saga: Parent\nsteps:\n  - { id: child, kind: saga, saga: Order, input: { order: c1, amount: 1 } }\n",
  );
  await subscribe(database.pool, webhook(receiver.url));
  await database.pool.query("update saga_definition set latest_version = 1");
  await work();
  const id = await run("Parent");
  await expect.poll(() => typesAt(receiver)).toEqual(["OrderCompleted", "ParentCompleted"]);
  expect(receiver.received.map(({ event }) => event.subject === id)).toEqual([false, true]);
});

test("whoever asks for transitions gets all of them, from the first, in the order of the log", async () => {
  await subscribe(database.pool, webhook(receiver.url), { transitions: true });
  const working = await work();
  shop.answer("/Ship", json(409, { title: "No carrier" }));
  const open = new Map<string, number>();
  const side: number[] = [];
  receiver.answer(({ body }, response) => {
    const { subject } = JSON.parse(body);
    open.set(subject, (open.get(subject) ?? 0) + 1);
    side.push(open.get(subject) ?? 0);
    setTimeout(() => {
      open.set(subject, (open.get(subject) ?? 0) - 1);
      response.writeHead(204).end();
    }, 10);
  });
  const runs = await Promise.all([1, 2, 3, 4].map((n) => run("Order", { order: `t${n}`, amount: n })));
  await expect.poll(async () => new Set(await statuses())).toEqual(new Set(["delivered"]));
  for (const id of runs) {
    const log = await working.entries(id, 0, 1_000);
    const expected = log.flatMap(({ seq, transitions }) =>
      transitions.map(({ type }, place) => [`${id}:${seq}:${place}`, `saga.studio.${type}`]),
    );
    const last = log.at(-1);
    const final = [`${id}:${last?.seq}:${last?.transitions.length}`, "OrderFailed"];
    const got = receiver.received.filter(({ event }) => event.subject === id);
    expect(got.map(({ event }) => [event.id, event.type])).toEqual([...expected, final]);
    expect(expected[0]?.[1]).toBe("saga.studio.RunStarted");
  }
  expect(Math.max(...side)).toBe(1);
});

test("a run that ends with its first decision is told too, and a start that is not one is not", async () => {
  await publish(
    database.pool,
    "saga: Sum\nbusinessKey: ${data.order}\nbusinessKeyUnique: true\nsteps:\n  - { id: total, kind: transform, set: { n: 1 } }\n",
  );
  await publish(
    database.pool,
    "saga: Rest\nbusinessKey: ${data.order}\nbusinessKeyUnique: true\nsteps:\n  - { id: rest, kind: wait, for: PT1H }\n",
  );
  await subscribe(database.pool, webhook(receiver.url), {
    transitions: true,
    types: ["SumCompleted", "saga.studio.RunStarted"],
  });
  const working = await work();
  await run("Sum");
  // The version is known from here on, so that the next two are one statement.
  await working.start([startRequest("Rest", { order: "q", amount: 1 })]);
  const [first, second] = await working.start([
    startRequest("Rest", { order: "r", amount: 1 }),
    startRequest("Rest", { order: "r", amount: 2 }),
  ]);
  expect([first?.kind, second?.kind]).toEqual(["started", "business_key_taken"]);
  const begun = "saga.studio.RunStarted";
  await expect.poll(() => typesAt(receiver).sort()).toEqual(["SumCompleted", begun, begun, begun]);
  expect(await deliveries()).toHaveLength(4);
});

test("what is refused is sent again under the same id until it is taken", async () => {
  await subscribe(database.pool, webhook(receiver.url));
  await work({ deliveries: { retry: [0, 10, 20, 30], pollMs: 10 } });
  receiver.answer((_, response) => {
    response
      .writeHead(receiver.received.length < 3 ? 500 : 204)
      .end(receiver.received.length < 3 ? "Out of order" : "");
  });
  await run("Order");
  await expect.poll(statuses).toEqual(["delivered"]);
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  const [row] = await deliveries();
  expect(row).toMatchObject({
    attempts: 3,
    last_status: 204,
    last_error: null,
    log: [{ status: 500, error: "Answered 500: Out of order" }, { status: 500 }, { status: 204 }],
  });
  const since = async () => (await database.pool.query("select failing_since from subscription")).rows;
  await expect.poll(since).toEqual([{ failing_since: null }]);
});

test("what is refused for ever fails in the end, and a redirect is a refusal", async () => {
  await subscribe(database.pool, webhook(receiver.url));
  await work({ deliveries: { retry: [0, 5], pollMs: 10 } });
  receiver.answer((_, response) => response.writeHead(302, { location: "/elsewhere" }).end());
  await run("Order");
  await expect.poll(statuses).toEqual(["failed"]);
  expect(receiver.received).toHaveLength(2);
  expect((await deliveries())[0]).toMatchObject({ attempts: 2, last_status: 302 });
});

test("410 disables the subscription, and nothing more is written for it", async () => {
  await subscribe(database.pool, webhook(receiver.url));
  const working = await work();
  receiver.answer((_, response) => response.writeHead(410).end());
  await run("Order");
  await expect.poll(statuses).toEqual(["disabled"]);
  await expect.poll(reason).toEqual({ enabled: false, why: "The receiver answered 410 Gone" });
  expect(working.stats().deliveriesFailed).toBe(1);
});

test("a subscription that took nothing for long enough is disabled, with the reason", async () => {
  await subscribe(database.pool, webhook(receiver.url));
  await database.pool.query("update subscription set failing_since = now() - interval '5 days 1 minute'");
  await work({ deliveries: { retry: [0, 5], pollMs: 10 } });
  receiver.answer((_, response) => response.writeHead(500).end());
  await run("Order");
  await expect.poll(statuses).toEqual(["failed"]);
  await expect
    .poll(reason)
    .toEqual({ enabled: false, why: expect.stringMatching(/^Every delivery failed since 20.. ?/) });
});

test("one that was idle since a failure of long ago tries again as often as any other", async () => {
  await subscribe(database.pool, webhook(receiver.url));
  await database.pool.query("update subscription set failing_since = now() - interval '9 days'");
  await work({ deliveries: { retry: [0, 5, 5], pollMs: 10 } });
  receiver.answer((_, response) => response.writeHead(receiver.received.length < 3 ? 500 : 204).end());
  await run("Order");
  await expect.poll(statuses).toEqual(["delivered"]);
  expect(receiver.received).toHaveLength(3);
  await expect.poll(reason).toEqual({ enabled: true, why: null });
});

test("a receiver that never answers holds up nobody else", async () => {
  const dead = await startReceiver();
  dead.answer(() => {});
  try {
    for (let n = 0; n < 5; n++) await subscribe(database.pool, webhook(dead.url));
    await subscribe(database.pool, webhook(receiver.url));
    await work({ deliveries: { timeoutMs: 20_000 } });
    await Promise.all(Array.from({ length: 12 }, (_, n) => run("Order", { order: `d${n}`, amount: n })));
    await expect.poll(() => receiver.received.length).toBe(12);
    // Five each of the five are still waited for.
    await expect.poll(() => dead.received.length).toBe(25);
    await dead.stop();
  } finally {
    await dead.stop();
  }
});

test("a worker that is told to stop ends its calls and begins no delivery meanwhile; the next one makes them", async () => {
  await subscribe(database.pool, webhook(receiver.url), { transitions: true });
  await work();
  let answer = () => {};
  shop.answer("/Reserve", (call, response, request) => {
    answer = () => json(200, {})(call, response, request);
  });
  const request = startRequest("Order", { order: "o1", amount: 5 });
  await orchestrator?.start([request]);
  await expect.poll(() => shop.commands()).toEqual(["Reserve"]);
  await expect.poll(statuses).toEqual(["delivered", "delivered"]);
  const stopped = orchestrator?.stop();
  await expect.poll(() => orchestrator?.health().detail).toBe("draining");
  answer();
  await stopped;
  orchestrator = null;
  const [, , ...since] = await statuses();
  expect(new Set(since)).toEqual(new Set(["pending"]));
  await work();
  await expect.poll(() => receiver.received.length).toBeGreaterThan(2);
});

test("an address that may not be called is not", async () => {
  await subscribe(database.pool, { kind: "webhook", url: receiver.url, allowPrivateNetwork: false });
  await work();
  await run("Order");
  await expect.poll(async () => (await deliveries())[0]?.last_error).toMatch(/may not be called/);
  expect(receiver.received).toEqual([]);
});

test("an event goes to a broker under its own id, marked as ours, and waits while the broker cannot be reached", async () => {
  const sent: Outgoing[] = [];
  const answers: Published[] = ["unreachable", "unknown", "stored"];
  const link: Pick<BrokerLink, "publish"> = {
    publish: async (message) => {
      sent.push(message);
      return answers[sent.length - 1] ?? "stored";
    },
  };
  await subscribe(database.pool, { kind: "broker", broker: "main" });
  await subscribe(database.pool, { kind: "broker", broker: "other" });
  const findLink = async (name: string) => (name === "main" ? (link as BrokerLink) : null);
  await work({ findLink, deliveries: { retry: [0, 5, 5], pollMs: 10 } });
  await run("Order");
  await expect.poll(statuses).toEqual(["delivered", "failed"]);
  expect(new Set(sent.map((message) => message.id))).toEqual(new Set([JSON.parse(sent[0]?.body ?? "").id]));
  expect(sent[2]).toMatchObject({
    to: { kind: "event", source: "Order", type: "OrderCompleted" },
    headers: { "saga-studio": "1" },
  });
  expect((await deliveries()).map((row) => row.last_error)).toEqual([null, "There is no broker other"]);
});

test("a worker that is killed after the commit and before the delivery loses nothing", async () => {
  await subscribe(database.pool, webhook(receiver.url), { transitions: true });
  const workers = await prepareWorkers(database.url);
  try {
    const request = startRequest("Order", { order: "k1", amount: 1 });
    const dying = workers.fork(request, { step: "notify", half: "action", point: "reply_committed" });
    expect((await once(dying, "exit"))[1]).toBe("SIGKILL");
    expect(typesAt(receiver)).not.toContain("OrderCompleted");
    await endClaims();
    await workers.begin();
    await expect.poll(() => typesAt(receiver)).toContain("OrderCompleted");
    const { rows } = await database.pool.query("select seq, transitions from saga_event where run = $1 order by seq", [
      request.id,
    ]);
    const told = new Set(receiver.received.map(({ event }) => event.id));
    expect(told.size).toBe(rows.reduce((sum, { transitions }) => sum + transitions.length, 1));
  } finally {
    workers.end();
  }
});

test("a worker that is killed in the middle of a delivery delivers again, under the same id", async () => {
  await subscribe(database.pool, webhook(receiver.url));
  const workers = await prepareWorkers(database.url);
  try {
    const first = workers.fork(startRequest("Order", { order: "k2", amount: 1 }));
    receiver.answer((_, response) => {
      if (receiver.received.length === 1) first.kill("SIGKILL");
      else response.writeHead(204).end();
    });
    expect((await once(first, "exit"))[1]).toBe("SIGKILL");
    expect(await deliveries()).toMatchObject([{ status: "pending", attempts: 0 }]);
    await endClaims();
    await workers.begin();
    await expect.poll(statuses).toEqual(["delivered"]);
    expect(receiver.received).toHaveLength(2);
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1);
  } finally {
    workers.end();
  }
});
