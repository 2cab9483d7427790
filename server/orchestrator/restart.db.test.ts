import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fold } from "@/engine";
import { type Postgres, startPostgres } from "../../scripts/lib/postgres.mjs";
import { migrate } from "../../scripts/migrate.mjs";
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

let dir: string;
let postgres: Postgres;
let orchestrator: Orchestrator;
let shop: Participant;

/** A server of its own, because it is killed. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "saga-restart-"));
  postgres = await startPostgres({ dir });
  const databaseUrl = postgres.url("postgres");
  await migrate(databaseUrl);
  shop = await startParticipant();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  await publish(pool, orderSaga);
  await registerService(pool, "Shop", shop.url);
  await pool.end();
  orchestrator = await createOrchestrator({ databaseUrl, secretKey: testSecretKey, log: testLog, worker: "inline" });
});

afterAll(async () => {
  await orchestrator?.stop();
  await postgres?.stop();
  await shop?.stop();
  rmSync(dir, { recursive: true, force: true });
});

test("the database is killed twice under load: every acknowledged start ends, by one chain of decisions", async () => {
  const slow: Parameters<Participant["answer"]>[1] = (call, response, request) =>
    setTimeout(() => json(200, {})(call, response, request), 40);
  for (const path of ["/Reserve", "/Pay", "/Ship"]) shop.answer(path, slow);
  const acknowledged = new Set<string>();
  const refusals: unknown[] = [];
  let stopped = false;
  const load = Array.from({ length: 8 }, async (_, lane) => {
    for (let i = 0; !stopped; i += 1) {
      const key = `${lane}-${i}`;
      const ask = () => orchestrator.start([startRequest("Order", { order: key, amount: 1 }, { key })]);
      for (;;) {
        const answer = await ask().then(
          ([first]) => first,
          (error) => void refusals.push(error),
        );
        if (answer?.kind === "started" || answer?.kind === "repeated") {
          acknowledged.add(answer.id);
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  });
  for (let i = 0; i < 2; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    process.kill(postgres.pid, "SIGKILL");
    await postgres.exited;
    postgres = await startPostgres({ dir });
    await expect.poll(() => orchestrator.health().ok, { timeout: 15_000 }).toBe(true);
  }
  stopped = true;
  await Promise.all(load);
  expect(acknowledged.size).toBeGreaterThan(20);
  expect(refusals.length).toBeGreaterThan(0);
  for (const error of refusals) expect(error).toMatchObject({ status: 503 });
  for (const run of acknowledged) {
    const state = await stateWhen(orchestrator, run, isDone, 20_000);
    expect(state.state).toBe("completed");
    const log = await orchestrator.entries(run, 0, 1_000);
    expect(log.map((entry) => entry.seq)).toEqual(log.map((_, index) => index + 1));
    const loaded = await orchestrator.load(run);
    expect(loaded && fold(loaded.saga, log)).toEqual(state);
  }
  const starts = shop.calls.filter((call) => call.path === "/Reserve").map((call) => call.headers["saga-id"]);
  expect(new Set(starts)).toEqual(acknowledged);
}, 60_000);
