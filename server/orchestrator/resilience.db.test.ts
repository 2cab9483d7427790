import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { createOrchestrator, type Orchestrator } from "./client";
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

let database: TestDatabase;
let orchestrator: Orchestrator;
let shop: Participant;

const open = () =>
  createOrchestrator({ databaseUrl: database.url, secretKey: testSecretKey, log: testLog, worker: "inline" });

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, orderSaga);
  await publish(database.pool, orderSaga.replace("initial: PT0.05S", "initial: PT12S, jitter: 0"), 2);
  orchestrator = await open();
});

beforeEach(async () => {
  shop = await startParticipant();
  await registerService(database.pool, "Shop", shop.url);
  orchestrator.serviceChanged("Shop");
  return () => shop.stop();
});

afterAll(async () => {
  await orchestrator?.stop();
  await database?.drop();
});

async function startOrder(order: string, version = 1): Promise<string> {
  const [answer] = await orchestrator.start([startRequest("Order", { order, amount: 1 }, { version })]);
  if (answer?.kind !== "started") throw new Error(JSON.stringify(answer));
  return answer.id;
}

async function terminate(like: string): Promise<number> {
  const { rows } = await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like $1`,
    [like],
  );
  return rows.length;
}

async function rowOf(run: string) {
  const { rows } = await database.pool.query("select * from saga_run where id = $1", [run]);
  return rows[0];
}

test.each(["saga-studio writer", "saga-studio control", "saga-studio heartbeat", "saga-studio starts", "saga-studio%"])(
  "when the database ends %s, work goes on under a new incarnation",
  async (connections) => {
    const before = orchestrator.stats().incarnations;
    shop.answer("/Pay", (call, response, request) => setTimeout(() => json(200, {})(call, response, request), 300));
    const run = await startOrder(`ended ${connections}`);
    expect(await terminate(connections)).toBeGreaterThan(0);
    const state = await stateWhen(orchestrator, run, isDone, 20_000);
    expect(state.state).toBe("completed");
    expect(orchestrator.stats().incarnations).toBeGreaterThan(before);
    await expect.poll(() => orchestrator.health().ok).toBe(true);
    const next = await startOrder(`after ${connections}`);
    expect((await stateWhen(orchestrator, next, isDone)).state).toBe("completed");
    const { rows } = await database.pool.query("select count(*)::int as living from saga_worker");
    expect(rows[0].living).toBe(1);
  },
);

test("a start whose outcome is unknown is answered Unavailable, and once with the same key", async () => {
  const blocker = await database.pool.connect();
  await blocker.query("begin");
  await blocker.query("lock table saga_dedupe in access exclusive mode");
  const request = startRequest("Order", { order: "unknown", amount: 1 }, { key: "unknown" });
  const refused = expect(orchestrator.start([request])).rejects.toMatchObject({ status: 503 });
  await expect.poll(() => terminate("saga-studio starts")).toBe(1);
  await blocker.query("rollback");
  blocker.release();
  await refused;
  await expect.poll(() => orchestrator.health().ok, { timeout: 10_000 }).toBe(true);
  const again = startRequest("Order", { order: "unknown", amount: 1 }, { key: "unknown" });
  const [answer] = await orchestrator.start([again]);
  expect(answer?.kind === "started" || answer?.kind === "repeated").toBe(true);
  const { rows } = await database.pool.query("select 1 from saga_run where business_key = 'unknown'");
  expect(rows).toHaveLength(1);
});

test("without LISTEN the poll finds what arrived, and LISTEN comes back", async () => {
  shop.answer("/Pay", (call, response, request) => setTimeout(() => json(200, {})(call, response, request), 1_500));
  const run = await startOrder("deaf");
  expect(await terminate("saga-studio listen")).toBe(1);
  const answer = await orchestrator.operate({
    id: v7(),
    run,
    operation: { operation: "note", reason: "anybody there?" },
    actor: "ada",
    key: null,
    hash: "",
  });
  expect(answer.kind).toBe("done");
  const listening =
    "select 1 from pg_stat_activity where datname = current_database() and application_name = 'saga-studio listen'";
  await expect.poll(async () => (await database.pool.query(listening)).rowCount, { timeout: 5_000 }).toBe(1);
});

test("a run that waits long is put down, and taken up for what arrives and when it is due", async () => {
  let isOpen = false;
  shop.answer("/Pay", (call, response, request) => json(isOpen ? 200 : 503, {})(call, response, request));
  const run = await startOrder("patient", 2);
  await expect.poll(async () => (await rowOf(run)).owner, { timeout: 10_000 }).toBeNull();
  const row = await rowOf(run);
  expect(row.wake_at.getTime()).toBeGreaterThan(Date.now());
  isOpen = true;
  const note = { operation: "note", reason: "patience" } as const;
  const asked = { id: v7(), run, operation: note, actor: "ada", key: null, hash: "" };
  expect((await orchestrator.operate(asked)).kind).toBe("done");
  const state = await stateWhen(orchestrator, run, isDone, 20_000);
  expect(state.state).toBe("completed");
});

test("operations that race the put-down of their run are all decided", async () => {
  shop.answer("/Pay", json(503, {}));
  const runs = await Promise.all(Array.from({ length: 10 }, (_, i) => startOrder(`race-${i}`, 2)));
  const answers: string[] = [];
  for (let round = 0; round < 12; round += 1) {
    const asked = runs.map((run) => {
      const operation = { operation: "note", reason: `round ${round}` } as const;
      return orchestrator.operate({ id: v7(), run, operation, actor: "ada", key: null, hash: "" });
    });
    answers.push(...(await Promise.all(asked)).map((answer) => answer.kind));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  expect(new Set(answers)).toEqual(new Set(["done"]));
  const { rows } = await database.pool.query("select 1 from saga_inbox");
  expect(rows).toEqual([]);
  const cancel = { operation: "cancel", reason: "enough" } as const;
  for (const run of runs)
    await orchestrator.operate({ id: v7(), run, operation: cancel, actor: "ada", key: null, hash: "" });
});

test("a run whose row somebody has locked by hand holds up itself, and nobody else for longer than one time-out", async () => {
  let finish = () => {};
  shop.answer("/Notify", (call, response, request) => {
    finish = () => json(200, {})(call, response, request);
  });
  const locked = await startOrder("locked");
  await expect.poll(() => shop.commands()).toContain("Notify");
  shop.answer("/Notify", json(200, {}));
  const psql = await database.pool.connect();
  onTestFinished(() => psql.release(true));
  await psql.query("begin");
  await psql.query("select 1 from saga_run where id = $1 for update", [locked]);
  const { incarnations } = orchestrator.stats();
  finish();
  await expect.poll(() => orchestrator.stats().incarnations, { timeout: 10_000 }).toBe(incarnations + 1);
  await expect.poll(() => orchestrator.health().ok).toBe(true);
  const other = await startOrder("beside the locked");
  expect((await stateWhen(orchestrator, other, isDone)).state).toBe("completed");
  expect(await rowOf(locked)).toMatchObject({ state: "pending", ended_at: null });
  await psql.query("rollback");
  expect((await stateWhen(orchestrator, locked, isDone, 20_000)).state).toBe("completed");
  expect(orchestrator.stats().incarnations).toBe(incarnations + 1);
});

test("a stop lets calls under way end, puts runs down, and the next worker goes on at once", async () => {
  shop.answer("/Pay", (call, response, request) => setTimeout(() => json(200, {})(call, response, request), 400));
  const run = await startOrder("drained");
  await expect.poll(() => shop.commands()).toContain("Pay");
  await orchestrator.stop();
  const row = await rowOf(run);
  expect(row.owner).toBeNull();
  expect(row.wake_at.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
  expect((await database.pool.query("select 1 from saga_worker")).rowCount).toBe(0);
  expect(shop.commands()).toEqual(["Reserve", "Pay"]);
  orchestrator = await open();
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state.state).toBe("completed");
  expect(shop.commands()).toEqual(["Reserve", "Pay", "Ship", "Notify"]);
});
