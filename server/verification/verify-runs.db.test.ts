import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { packLog, unpackLog } from "../orchestrator/archived-log";
import { createOrchestrator, type Orchestrator } from "../orchestrator/client";
import { connect } from "../orchestrator/connection";
import { archive } from "../orchestrator/sql/archive";
import { snapshotShape } from "../orchestrator/sql/snapshot-shape";
import {
  isDone,
  orderSaga,
  publish,
  registerService,
  startRequest,
  stateWhen,
  testLog,
  testSecretKey,
} from "../orchestrator/testing/fixtures";
import { json, type Participant, startParticipant } from "../orchestrator/testing/participant";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { verifyRuns } from "./verify-runs";

let database: TestDatabase;
let orchestrator: Orchestrator;
let shop: Participant;
const order = { order: "ORD-1", amount: 12 };

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await startParticipant();
  await publish(database.pool, orderSaga);
  await registerService(database.pool, "Shop", shop.url);
  const options = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog };
  orchestrator = await createOrchestrator({ ...options, worker: "inline" });
});

afterAll(async () => {
  await orchestrator?.stop();
  await shop?.stop();
  await database?.drop();
});

let completed = "";
let unwound = "";

beforeEach(async () => {
  shop.answer("/Ship", json(200, {}));
  completed = await runToItsEnd();
  shop.answer("/Ship", json(422, { code: "no_carrier" }));
  unwound = await runToItsEnd();
  return () => database.pool.query("truncate saga_run, saga_event, saga_inbox, saga_snapshot, saga_archived_run");
});

async function runToItsEnd(): Promise<string> {
  const request = startRequest("Order", order);
  await orchestrator.start([request]);
  await stateWhen(orchestrator, request.id, isDone);
  return request.id;
}

async function found(run: string | null = null) {
  const { findings } = await verifyRuns(database.pool, run);
  return findings.map(({ run: of, invariant, sentence }) => ({ of, invariant, sentence }));
}

test("what the orchestrator wrote is in order", async () => {
  expect(await verifyRuns(database.pool, null)).toMatchObject({
    runs: 2,
    byState: { completed: 1, failed: 1 },
    findings: [],
  });
  expect(await verifyRuns(database.pool, unwound)).toMatchObject({ runs: 1, findings: [] });
});

test("a run that does not exist is said to be missing", async () => {
  expect(await found(randomUUID())).toMatchObject([{ sentence: "There is no such run" }]);
});

test("a decision that is gone breaks the chain", async () => {
  await database.pool.query("delete from saga_event where run = $1 and seq = 3", [completed]);
  expect(await found()).toContainEqual({ of: completed, invariant: 1, sentence: "Decision 4 follows decision 2" });
});

test("a row that says something else than its log is found", async () => {
  await database.pool.query("update saga_run set rollback = 'incomplete', cause = 'operator' where id = $1", [unwound]);
  expect(await found(unwound)).toEqual([
    { of: unwound, invariant: 1, sentence: 'The row says cause "operator", the log "step_failed"' },
    { of: unwound, invariant: 1, sentence: 'The row says rollback "incomplete", the log "clean"' },
  ]);
});

test("an undo that the log does not hold makes a clean end a lie", async () => {
  await database.pool.query(
    `update saga_event set transitions = (
       select jsonb_agg(t) from jsonb_array_elements(transitions) t
       where not (t->>'type' like 'Compensation%' and t->>'step' = 'reserve'))
     where run = $1 and seq > 1 and transitions @? '$[*] ? (@.step == "reserve" && @.type starts with "Compensation")'`,
    [unwound],
  );
  expect((await found(unwound)).map(({ invariant }) => invariant)).toContain(4);
});

test("archived runs are held against their logs too", async () => {
  const { pool } = database;
  await pool.query("update saga_run set ended_at = now() - interval '2 days'");
  const client = await connect({ url: database.url, name: "test" }, () => {});
  expect(await archive(client, 1, [completed, unwound])).toEqual({ kind: "archived", runs: 2 });
  await client.end();
  const archived = { runs: 2, byState: { completed: 1, failed: 1 }, findings: [] };
  expect(await verifyRuns(pool, null)).toMatchObject(archived);
  expect(await verifyRuns(pool, unwound)).toMatchObject({ runs: 1, findings: [] });
  await pool.query("update saga_archived_run set rollback = 'incomplete' where id = $1", [unwound]);
  const { rows } = await pool.query("select log from saga_archived_run where id = $1", [completed]);
  const cut = await packLog(JSON.stringify((await unpackLog(rows[0].log)).slice(0, -1)));
  await pool.query("update saga_archived_run set log = $2, seq = seq - 1 where id = $1", [completed, cut]);
  await pool.query(
    `insert into saga_run (id, saga, version, state, data, seq, started_at, ended_at)
     select id, saga, version, state, '{}', seq, started_at, ended_at from saga_archived_run where id = $1`,
    [completed],
  );
  const all = await found();
  expect(all).toContainEqual({
    of: unwound,
    invariant: 1,
    sentence: 'The row says rollback "incomplete", the log "clean"',
  });
  expect(all).toContainEqual({ of: completed, invariant: 7, sentence: "It was archived before its end" });
  expect(all).toContainEqual({ of: completed, invariant: 1, sentence: "It is archived, and live as well" });
  await pool.query("update saga_archived_run set log = 'no log' where id = $1", [unwound]);
  expect(await found()).toContainEqual({ of: unwound, invariant: 1, sentence: "Its archived log cannot be read" });
});

test("a run whose owner is nobody, a snapshot of another past, a log without a run, a lost inbox row and an early event that was left are found", async () => {
  const { pool } = database;
  await pool.query("update saga_run set owner = 999999 where id = $1", [completed]);
  await pool.query(
    'insert into saga_snapshot (run, seq, state, shape) values ($1, 2, \'{"state": "completed"}\', $2)',
    [unwound, snapshotShape],
  );
  const stranger = randomUUID();
  await pool.query("insert into saga_event (run, seq, at, transitions) values ($1, 1, now(), '[]')", [stranger]);
  await pool.query(
    "insert into saga_inbox (id, run, kind, payload, at) values ($1, $2, 'letter', '{}', now() - interval '2 minutes')",
    [randomUUID(), unwound],
  );
  await pool.query("update saga_run set unique_key = 'K' where id = $1", [unwound]);
  await pool.query(
    `insert into saga_early_event (saga, key, event, dedupe)
     select saga, 'K', '{"type": "OrderPaid"}', 'event' from saga_run where id = $1`,
    [unwound],
  );
  const all = await found();
  expect(all).toContainEqual({
    of: unwound,
    invariant: null,
    sentence: "An event (OrderPaid) still waits for this run, which has begun",
  });
  expect(all).toContainEqual({
    of: completed,
    invariant: 7,
    sentence: "Its owner, worker 999999, is neither alive nor known to be dead",
  });
  expect(all).toContainEqual({
    of: unwound,
    invariant: 1,
    sentence: "The snapshot differs from what the log tells",
  });
  expect(all).toContainEqual({ of: stranger, invariant: null, sentence: "A log of 1 decisions has no run" });
  expect(all.some(({ of, sentence }) => of === unwound && sentence.startsWith("Nobody has taken"))).toBe(true);
});
