import { v7 } from "uuid";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { createOrchestrator, type Orchestrator } from "./client";
import { EarlyExpirer } from "./early-expirer";
import { publish, testLog, testSecretKey } from "./testing/fixtures";
import { chain, tellRequest } from "./testing/told";

let database: TestDatabase;
let orchestrator: Orchestrator;

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, chain);
  orchestrator = await createOrchestrator({
    ...{ databaseUrl: database.url, secretKey: testSecretKey, log: testLog, worker: "none" },
  });
});

afterAll(async () => {
  await orchestrator.stop();
  await database.drop();
});

const count = async (table: string) => (await database.pool.query(`select count(*)::int as n from ${table}`)).rows[0].n;

test("an event whose run did not begin in time becomes a dead letter, and may be told again", async () => {
  const key = v7();
  const request = tellRequest("Second", key);
  expect(await orchestrator.tell([request])).toEqual([{ kind: "kept" }]);
  await database.pool.query("update saga_early_event set at = at - interval '1 h'");
  const young = tellRequest("Third", key);
  await orchestrator.tell([young]);
  const expirer = new EarlyExpirer({ url: database.url, log: testLog, keptMs: 1_800_000, everyMs: 10 });
  expirer.start();
  await vi.waitFor(async () => expect(await count("dead_letter")).toBe(1), 10_000);
  await expirer.stop();
  const { rows } = await database.pool.query("select source, reason, subject, body from dead_letter");
  expect(rows).toEqual([{ source: "events", reason: "no_run_began", subject: key, body: expect.any(String) }]);
  const { rows: details } = await database.pool.query("select detail from dead_letter");
  expect(details[0].detail).toContain(`${request.actor} said it`);
  expect(JSON.parse(rows[0].body)).toEqual({ specversion: "1.0", ...request.event });
  expect(await count("saga_early_event")).toBe(1);
  expect(await orchestrator.tell([request, young])).toEqual([{ kind: "kept" }, { kind: "duplicate", run: null }]);
});

test("an early event that a broker brought is a dead letter of that broker", async () => {
  await database.pool.query("truncate dead_letter");
  await orchestrator.tell([{ ...tellRequest("Second", v7()), actor: "broker:main" }]);
  await database.pool.query("update saga_early_event set at = at - interval '1 h' where actor = 'broker:main'");
  const expirer = new EarlyExpirer({ url: database.url, log: testLog, keptMs: 1_800_000, everyMs: 10 });
  expirer.start();
  await vi.waitFor(async () => expect(await count("dead_letter")).toBe(1), 10_000);
  await expirer.stop();
  const { rows } = await database.pool.query("select source, reason, subject from dead_letter");
  expect(rows).toEqual([{ source: "broker:main", reason: "no_run_began", subject: null }]);
});

test("dead letters are forgotten in the end, those that were replayed sooner", async () => {
  await database.pool.query("truncate dead_letter");
  await database.pool.query(
    `insert into dead_letter (id, source, reason, detail, body, at, replayed_at)
     select gen_random_uuid(), 'events', x.name, '', '', now() - x.old * interval '1 min', now() - x.replayed * interval '1 min'
     from (values ('new', 1, null), ('old', 20, null), ('older', 40, null), ('replayed', 20, 5), ('done', 20, 15))
       as x (name, old, replayed)`,
  );
  const minute = 60_000;
  const lettersKeptMs = { replayed: 10 * minute, all: 30 * minute };
  const expirer = new EarlyExpirer({ url: database.url, log: testLog, lettersKeptMs, everyMs: 10 });
  expirer.start();
  await vi.waitFor(async () => expect(await count("dead_letter")).toBe(3), 10_000);
  await expirer.stop();
  const { rows } = await database.pool.query("select reason from dead_letter order by reason");
  expect(rows.map(({ reason }) => reason)).toEqual(["new", "old", "replayed"]);
});
