import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
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

/** When a call may leave. */
let database: TestDatabase;
let orchestrator: Orchestrator;
let shop: Participant;

const sideBySide = `
saga: SideBySide
steps:
  - { id: reserve, action: Shop.Reserve, compensation: Shop.Release }
  - { id: pay, action: Shop.Pay, compensation: Shop.Refund }
  - { id: pack, action: Shop.Pack, compensation: Shop.Unpack }
edges: [{ from: reserve, to: pay }, { from: reserve, to: pack }]
`;

/** As if the process stood still for 16 s before each look at the clock: whatever it sent is long ago. */
let isLeaping = false;
let leapt = 0;

beforeAll(async () => {
  const { now } = performance;
  vi.spyOn(performance, "now").mockImplementation(() => {
    if (isLeaping) leapt += 16_000;
    return now.call(performance) + leapt;
  });
  database = await createTestDatabase();
  for (const saga of [orderSaga, sideBySide]) await publish(database.pool, saga);
  const options = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog };
  orchestrator = await createOrchestrator({ ...options, worker: "inline" });
});

beforeEach(async () => {
  shop = await startParticipant();
  await register(64);
  return () => shop.stop();
});

afterAll(async () => {
  await orchestrator?.stop();
  vi.restoreAllMocks();
  await database?.drop();
});

async function register(concurrency: number): Promise<void> {
  await registerService(database.pool, "Shop", shop.url, concurrency);
  orchestrator.serviceChanged("Shop");
}

async function startOrder(order: string, saga = "Order"): Promise<string> {
  const request = startRequest(saga, { order, amount: 1 });
  expect(await orchestrator.start([request])).toEqual([{ kind: "started", id: request.id }]);
  return request.id;
}

/** The next call of this command waits until it is answered here. */
function holdAnswer(path: string): Promise<(status: number) => void> {
  return new Promise((resolve) => {
    shop.answer(path, (call, response: ServerResponse, request) => {
      resolve((status) => json(status, { code: "no" })(call, response, request));
    });
  });
}

/** Nothing can be committed under any worker's fence until the answer is called. */
async function holdFence(): Promise<() => Promise<void>> {
  const holder = await database.pool.connect();
  await holder.query("begin; select 1 from saga_worker for update");
  let isHeld = true;
  const letGo = async () => {
    if (!isHeld) return;
    isHeld = false;
    await holder.query("rollback");
    holder.release();
  };
  onTestFinished(letGo);
  return letGo;
}

/** Until this connection of the worker's waits for a lock. */
async function untilWaiting(purpose: "writer" | "starts"): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database()
    and application_name = 'saga-studio ${purpose}' and cardinality(pg_blocking_pids(pid)) > 0`;
  await expect.poll(async () => (await database.pool.query(waiting)).rowCount, { interval: 5 }).toBe(1);
}

test.each([
  ["an action", "/Reserve", 200, ["Reserve"], ["Reserve", "Pay", "Ship", "Notify"]],
  ["an undo", "/Ship", 409, ["Reserve", "Pay", "Ship"], ["Reserve", "Pay", "Ship", "Refund", "Release"]],
] as const)("%s is called only when the intent is committed", async (what, before, status, called, all) => {
  const answered = holdAnswer(before);
  const run = await startOrder(what);
  const answer = await answered;
  const letGo = await holdFence();
  answer(status);
  await untilWaiting("writer");
  expect(orchestrator.stats().openCalls).toBe(0);
  expect(shop.commands()).toEqual(called);
  await letGo();
  await stateWhen(orchestrator, run, isDone);
  expect(shop.commands()).toEqual(all);
});

test("a start is answered, and its first action called, only when it is committed", async () => {
  const letGo = await holdFence();
  let isAnswered = false;
  const starting = startOrder("start").then((run) => {
    isAnswered = true;
    return run;
  });
  await untilWaiting("starts");
  expect([isAnswered, orchestrator.stats().openCalls, shop.calls.length]).toEqual([false, 0, 0]);
  await letGo();
  expect((await stateWhen(orchestrator, await starting, isDone)).state).toBe("completed");
});

test("an action that waits in line is not called any more when its run has begun to unwind", async () => {
  await register(1);
  const answered = holdAnswer("/Pay");
  const run = await startOrder("line", "SideBySide");
  const answer = await answered;
  await expect.poll(() => orchestrator.stats().queuedCalls).toBe(1);
  answer(409);
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state).toMatchObject({ state: "failed", rollback: "clean" });
  expect(shop.commands()).toEqual(["Reserve", "Pay", "Release"]);
});

test("a worker that has not renewed its lease in time sends nothing more, and begins anew", async () => {
  const { incarnations } = orchestrator.stats();
  const answered = holdAnswer("/Pay");
  const run = await startOrder("stale");
  const answer = await answered;
  isLeaping = true;
  answer(200);
  await expect.poll(() => orchestrator.stats().incarnations).toBeGreaterThan(incarnations);
  expect(shop.commands()).toEqual(["Reserve", "Pay"]);
  isLeaping = false;
  expect((await stateWhen(orchestrator, run, isDone)).state).toBe("completed");
  expect(shop.commands().filter((command) => command === "Ship")).toHaveLength(1);
});
