import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { createOrchestrator, type Orchestrator } from "./client";
import { isDone, publish, registerService, startRequest, stateWhen, testLog, testSecretKey } from "./testing/fixtures";
import { json, type Participant, startParticipant } from "./testing/participant";
import { prepareWorkers, type Workers } from "./testing/workers";

let database: TestDatabase;
let successor: Orchestrator | null = null;
let shop: Participant;
let workers: Workers;

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
  workers = await prepareWorkers(database.url);
});

afterAll(async () => {
  workers?.end();
  await successor?.stop();
  await shop?.stop();
  await database?.drop();
});

test("an effect whose worker died is undone, though the call is not taken when it is sent again", async () => {
  const request = startRequest("Order", { order: "ORD-1" });
  const killed = workers.fork(request, { point: "reply_read", step: "reserve", half: "action" });
  await once(killed, "exit");
  shop.answer("/Reserve", json(429, { code: "busy" }));
  await database.pool.query("update saga_worker set lease_until = clock_timestamp() - interval '1 s'");
  const options = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog };
  successor = await createOrchestrator({ ...options, worker: "inline" });
  const state = await stateWhen(successor, request.id, isDone, 20_000);
  expect(shop.commands()).toEqual(["Reserve", "Reserve", "Release"]);
  expect(state).toMatchObject({ state: "failed", rollback: "clean" });
});
