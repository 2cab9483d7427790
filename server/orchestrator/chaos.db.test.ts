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
import { json, type Participant, startParticipant } from "./testing/participant";
import { prepareWorkers, type Workers } from "./testing/workers";

const runs = 120;
const kills = 5;

let database: TestDatabase;
let web: Orchestrator;
let shop: Participant;
let workers: Workers;

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, orderSaga);
  shop = await startParticipant();
  await registerService(database.pool, "Shop", shop.url);
  web = await createOrchestrator({ databaseUrl: database.url, secretKey: testSecretKey, log: testLog, worker: "none" });
  workers = await prepareWorkers(database.url);
});

afterAll(async () => {
  workers?.end();
  await web?.stop();
  await shop?.stop();
  await database?.drop();
});

/** The keys under which one run's undos were called, in the order of their first calls. */
function undosOf(run: string): readonly string[] {
  const keys = shop.calls
    .filter((call) => call.headers["saga-id"] === run)
    .map((call) => String(call.headers["idempotency-key"]));
  return [...new Set(keys)].filter((key) => key.endsWith(":compensation")).map((key) => key.split(":")[1] ?? "");
}

test("workers killed and stopped at random: every run ends right, and every effect has one key", async () => {
  const slow =
    (status: number, body: unknown): Parameters<Participant["answer"]>[1] =>
    (call, response, request) =>
      setTimeout(() => json(status, body)(call, response, request), 5 + (call.body.length % 40));
  for (const path of ["/Reserve", "/Pay", "/Notify", "/Release", "/Refund"]) shop.answer(path, slow(200, { ok: true }));
  shop.answer("/Ship", (call, response, request) => {
    const { amount } = JSON.parse(call.body);
    slow(amount === 0 ? 409 : 200, { code: "no_carrier" })(call, response, request);
  });
  const living = await Promise.all([workers.begin(), workers.begin(), workers.begin()]);
  const asked = Array.from({ length: runs }, (_, i) => startRequest("Order", { order: `chaos-${i}`, amount: i % 2 }));
  const feed = (async () => {
    for (const request of asked) {
      await web.start([request]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  for (let i = 0; i < kills; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const victim = living.shift();
    victim?.kill(i % 3 === 2 ? "SIGSTOP" : "SIGKILL");
    await database.pool.query("update saga_worker set lease_until = clock_timestamp() - interval '1 s'");
    if (i % 3 === 2) setTimeout(() => victim?.kill("SIGCONT"), 1_500);
    living.push(await workers.begin());
  }
  await feed;
  for (const { id, data } of asked) {
    const state = await stateWhen(web, id, isDone, 30_000);
    const isGood = (data as { amount: number }).amount === 1;
    expect([id, state.state, state.rollback]).toEqual([id, isGood ? "completed" : "failed", isGood ? null : "clean"]);
    const log = await web.entries(id, 0, 1_000);
    expect(log.map((entry) => entry.seq)).toEqual(log.map((_, index) => index + 1));
    const loaded = await web.load(id);
    expect(loaded && fold(loaded.saga, log)).toEqual(loaded?.state);
    expect(undosOf(id)).toEqual(isGood ? [] : ["pay", "reserve"]);
  }
  const { rows } = await database.pool.query(
    "select count(*)::int as left from saga_run where owner is not null or wake_at is not null or ended_at is null",
  );
  expect(rows[0].left).toBe(0);
}, 90_000);
