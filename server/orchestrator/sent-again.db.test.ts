import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { createOrchestrator, type Orchestrator } from "./client";
import { isDone, publish, registerService, stateWhen, testLog, testSecretKey } from "./testing/fixtures";
import { json, type Participant, startParticipant } from "./testing/participant";

let database: TestDatabase;
let orchestrator: Orchestrator;
let shop: Participant;
const workers: ChildProcess[] = [];

const oneAttempt = "retry: { attempts: 1 }";
const source = `
saga: Order
businessKey: \${data.order}
steps:
  - { id: reserve, action: { command: Shop.Reserve, ${oneAttempt} }, compensation: Shop.Release }
`;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await startParticipant();
  await publish(database.pool, source);
  await registerService(database.pool, "Shop", shop.url);
  orchestrator = await createOrchestrator({
    databaseUrl: database.url,
    secretKey: testSecretKey,
    log: testLog,
    worker: "none",
  });
});

afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await orchestrator?.stop();
  await shop?.stop();
  await database?.drop();
});

function startWorker(point: string, order: string): ChildProcess {
  const file = fileURLToPath(new URL("./testing/worker-process.ts", import.meta.url));
  const worker = fork(file, [database.url, point, order], { execArgv: ["--import", "tsx"], stdio: "inherit" });
  workers.push(worker);
  return worker;
}

test("an effect whose worker died is undone, though the call is not taken when it is sent again", async () => {
  await once(startWorker("after_call", "ORD-1"), "exit");
  shop.answer("/Reserve", json(429, { code: "busy" }));
  await database.pool.query("update saga_worker set lease_until = clock_timestamp() - interval '1 s'");
  const { rows } = await database.pool.query<{ id: string }>("select id from saga_run");
  startWorker("never", "");
  const state = await stateWhen(orchestrator, rows[0]?.id ?? "", isDone, 20_000);
  expect(shop.commands()).toEqual(["Reserve", "Reserve", "Release"]);
  expect(state).toMatchObject({ state: "failed", rollback: "clean" });
});
