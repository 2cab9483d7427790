import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
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

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, orderSaga);
  orchestrator = await createOrchestrator({
    databaseUrl: database.url,
    secretKey: testSecretKey,
    log: testLog,
    worker: "inline",
  });
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

async function startOrder(order: string): Promise<string> {
  const [answer] = await orchestrator.start([startRequest("Order", { order, amount: 12.5 })]);
  if (answer?.kind !== "started") throw new Error(JSON.stringify(answer));
  return answer.id;
}

test("an order runs to its end, each service called once with its key", async () => {
  const run = await startOrder("happy");
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state.state).toBe("completed");
  expect(shop.commands()).toEqual(["Reserve", "Pay", "Ship", "Notify"]);
  expect(shop.calls[0]?.headers).toMatchObject({
    "idempotency-key": `${run}:reserve:1:action`,
    "saga-id": run,
    "saga-step": "reserve",
    "saga-attempt": "1",
    "content-type": "application/json",
  });
  expect(JSON.parse(shop.calls[0]?.body ?? "")).toMatchObject({ saga_id: run, step_name: "reserve", order: "happy" });
  const { rows } = await database.pool.query("select * from saga_run where id = $1", [run]);
  expect(rows[0]).toMatchObject({
    state: "completed",
    owner: null,
    wake_at: null,
    business_key: "happy",
    exposure: 12.5,
  });
  expect(rows[0].ended_at).not.toBeNull();
});

test("a declined payment unwinds what was done, last first", async () => {
  shop.answer("/Pay", json(402, { type: "https://example.com/card-declined", title: "Card declined" }));
  const state = await stateWhen(orchestrator, await startOrder("declined"), isDone);
  expect(state).toMatchObject({ state: "failed", cause: "step_failed", rollback: "clean" });
  expect(state.error).toMatchObject({ step: "pay", code: "card-declined", message: "Card declined", status: 402 });
  expect(shop.commands()).toEqual(["Reserve", "Pay", "Release"]);
});
