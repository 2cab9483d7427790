import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
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

let database: TestDatabase;
let orchestrator: Orchestrator;
let shop: Participant;
const workers = new Set<ChildProcess>();

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, orderSaga);
  const options = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog };
  orchestrator = await createOrchestrator({ ...options, worker: "none" });
});

beforeEach(async () => {
  shop = await startParticipant();
  await registerService(database.pool, "Shop", shop.url);
  return async () => {
    for (const worker of workers) worker.kill("SIGKILL");
    workers.clear();
    await shop.stop();
  };
});

afterAll(async () => {
  await orchestrator?.stop();
  await database?.drop();
});

function startWorker(point: string, order = ""): ChildProcess {
  const file = fileURLToPath(new URL("./testing/worker-process.ts", import.meta.url));
  const worker = fork(file, [database.url, point, order], { execArgv: ["--import", "tsx"], stdio: "inherit" });
  workers.add(worker);
  return worker;
}

async function stopWorker(worker: ChildProcess): Promise<void> {
  const exited = once(worker, "exit");
  worker.send("stop");
  await exited;
}

/** As if 20 s had passed: the leases of all workers have run out. */
async function expireLeases(): Promise<void> {
  await database.pool.query("update saga_worker set lease_until = clock_timestamp() - interval '1 s'");
}

async function runOf(order: string): Promise<string | null> {
  const { rows } = await database.pool.query("select id from saga_run where business_key = $1", [order]);
  return rows[0]?.id ?? null;
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

test.each([
  ["after_start", 1],
  ["before_call", 1],
  ["after_call", 2],
  ["before_flush", 2],
  ["after_flush", 1],
] as const)("a worker killed %s is replaced, and the run ends with each effect once", async (point, reserves) => {
  const killed = startWorker(point, `killed-${point}`);
  await once(killed, "exit");
  await expireLeases();
  const run = await runOf(`killed-${point}`);
  if (run === null) throw new Error("The run was not committed");
  const successor = startWorker("never");
  const state = await stateWhen(orchestrator, run, isDone, 20_000);
  expect(state.state).toBe("completed");
  expect(shop.commands().filter((command) => command === "Reserve")).toHaveLength(reserves);
  for (const path of ["/Reserve", "/Pay", "/Ship", "/Notify"]) expect(keysOf(run, path).size).toBe(1);
  await expectWhole(run);
  await stopWorker(successor);
});

test("a worker killed before a start is committed leaves nothing, and the same key starts it", async () => {
  const killed = startWorker("before_start", "never-begun");
  await once(killed, "exit");
  expect(await runOf("never-begun")).toBeNull();
  expect(shop.calls).toEqual([]);
  const request = startRequest("Order", { order: "never-begun", amount: 1 }, { key: "never-begun" });
  expect(await orchestrator.start([request])).toEqual([{ kind: "started", id: request.id }]);
});

test("a stopped worker that wakes after its runs were taken over changes nothing and begins anew", async () => {
  shop.answer("/Pay", (_, response) => void setTimeout(() => response.end("{}"), 600));
  const stopped = startWorker("never", "stopped");
  await expect.poll(() => shop.commands(), { timeout: 15_000 }).toContain("Pay");
  stopped.kill("SIGSTOP");
  await expireLeases();
  const successor = startWorker("never");
  const run = (await runOf("stopped")) ?? "";
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
