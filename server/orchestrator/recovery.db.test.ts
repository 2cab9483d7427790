import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fold } from "@/engine";
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
import { type Participant, startParticipant } from "./testing/participant";
import { prepareWorkers, type Workers } from "./testing/workers";

let database: TestDatabase;
let orchestrator: Orchestrator;
let shop: Participant;
let workers: Workers;

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, orderSaga);
  shop = await startParticipant();
  await registerService(database.pool, "Shop", shop.url);
  const options = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog };
  orchestrator = await createOrchestrator({ ...options, worker: "none" });
  workers = await prepareWorkers(database.url);
});

afterAll(async () => {
  workers?.end();
  await orchestrator?.stop();
  await shop?.stop();
  await database?.drop();
});

async function stopWorker(worker: ChildProcess): Promise<void> {
  const exited = once(worker, "exit");
  worker.send("stop");
  await exited;
}

/** As if 20 s had passed: the leases of all workers have run out. */
async function expireLeases(): Promise<void> {
  await database.pool.query("update saga_worker set lease_until = clock_timestamp() - interval '1 s'");
}

/** What is always so, whatever was killed: one chain of decisions, and a row that says the same as the log. */
async function expectWhole(run: string): Promise<void> {
  const loaded = await orchestrator.load(run);
  const log = await orchestrator.entries(run, 0, 1_000);
  expect(log.map((entry) => entry.seq)).toEqual(log.map((_, index) => index + 1));
  expect(loaded && fold(loaded.saga, log)).toEqual(loaded?.state);
  const { rows } = await database.pool.query("select state, seq, owner, wake_at from saga_run where id = $1", [run]);
  expect(rows[0]).toEqual({ state: loaded?.state.state, seq: log.length, owner: null, wake_at: null });
}

function keysOf(run: string, path: string): ReadonlySet<unknown> {
  const calls = shop.calls.filter((call) => call.path === path && call.headers["saga-id"] === run);
  return new Set(calls.map((call) => call.headers["idempotency-key"]));
}

test("a stopped worker that wakes after its runs were taken over changes nothing and begins anew", async () => {
  shop.answer("/Pay", (_, response) => void setTimeout(() => response.end("{}"), 600));
  const request = startRequest("Order", { order: "stopped", amount: 1 });
  const run = request.id;
  const stopped = workers.fork(request);
  await expect.poll(() => shop.commands(), { timeout: 15_000 }).toContain("Pay");
  stopped.kill("SIGSTOP");
  await expireLeases();
  const successor = workers.fork();
  await stateWhen(orchestrator, run, isDone, 20_000);
  await expectWhole(run);
  stopped.kill("SIGCONT");
  await expect
    .poll(async () => (await database.pool.query("select incarnation from saga_worker")).rows.length, {
      timeout: 15_000,
    })
    .toBe(2);
  await expectWhole(run);
  expect(keysOf(run, "/Pay").size).toBe(1);
  await Promise.all([stopWorker(stopped), stopWorker(successor)]);
  const { rows } = await database.pool.query("select 1 from saga_worker union all select 1 from saga_worker_dead");
  expect(rows).toEqual([]);
});
