import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { newId } from "../uuid";
import { connect } from "./connection";
import { accept } from "./sql/accept";
import { archive, beginning, findEnded } from "./sql/archive";
import { readArchived } from "./sql/archived";
import { claimDue, claimWithInbox } from "./sql/claim";
import { claimDeliveries, giveBack, purgeDeliveries, settleDeliveries, sweepDisabled } from "./sql/deliveries";
import { expireEarly } from "./sql/expire-early";
import { findArchived, findKeyed } from "./sql/find-keyed";
import { flush } from "./sql/flush";
import { readHistories } from "./sql/history";
import { readInbox } from "./sql/inbox";
import { purgeKeys } from "./sql/purge-keys";
import { startRuns } from "./sql/start-runs";
import { freeOrphans } from "./sql/worker";
import { takeEarly, writeTold } from "./sql/write-told";

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = await connect({ url: database.url, name: "test" }, () => {});
  await fill();
  await client.query("analyze");
});

/** Many waiting runs, one worker with many runs, and runs and keys that are old. */
async function fill(): Promise<void> {
  await client.query(
    "insert into saga_worker (incarnation, name, lease_until) values (1, 'test', now() + interval '1 h')",
  );
  await client.query(`
    insert into saga_run (id, saga, version, state, residue, data, started_at, owner, wake_at)
    select gen_random_uuid(), 'Order', 1, 'pending', '{}', '{}', now(), case when i % 10 = 0 then 1 end,
           case when i % 10 <> 0 then now() + interval '1 day' end
    from generate_series(1, 20000) i`);
  await client.query(`
    insert into saga_run (id, saga, version, state, data, seq, parent, started_at, ended_at)
    select ('01900000-0000-7000-9000-' || lpad(i::text, 12, '0'))::uuid, 'Order', 1, 'completed', '{}', 3,
           case when i % 10 = 0 then gen_random_uuid() end, now(), now() - interval '90 days' + i * interval '1 s'
    from generate_series(1, 5000) i`);
  await client.query(`
    insert into saga_dedupe (key, run, hash, at)
    select 'key ' || r.id, r.id, 'h', coalesce(r.ended_at, now() - interval '60 days') from saga_run r`);
  await client.query(`
    insert into saga_event (run, seq, at, transitions)
    select r.id, s, now(), '[]' from saga_run r, generate_series(1, 3) s`);
  await client.query(`
    insert into delivery (id, subscription, run, seq, event, status, next_at)
    select ('01900000-0000-7000-a000-' || lpad(i::text, 12, '0'))::uuid, '${subscription}', gen_random_uuid(), 3, '{}',
           case when i % 2 = 0 then 'delivered' else 'pending' end, now() + (i - 30) * interval '1 s'
    from generate_series(1, 20000) i`);
  await client.query(`
    insert into saga_early_event (saga, key, event, dedupe, at)
    select 'Order', 'key ' || i, '{}', 'early ' || i, now() + i * interval '1 s' from generate_series(1, 20000) i`);
  await client.query(`
    insert into saga_archived_run (id, saga, version, state, business_key, seq, started_at, ended_at, log)
    select gen_random_uuid(), 'Order', 1, 'completed', 'old ' || i, 1, now(), now(), '' from generate_series(1, 20000) i`);
  await client.query(`
    update saga_run set business_key = 'key ' || left(id::text, 8), unique_key = case when ended_at is null then id::text end`);
  await client.query(`
    insert into subscription (id, name, target, created_by) values ('${subscription}', 'hook', '{}', 'test')`);
}

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** The plans of the prepared statements that `run` executes, as they are made: generic. */
async function plansOf(run: () => Promise<unknown>): Promise<string> {
  const plans: string[] = [];
  const onNotice = ({ message }: { message?: string | undefined }) => plans.push(message ?? "");
  client.on("notice", onNotice);
  await client.query("load 'auto_explain'; set auto_explain.log_min_duration = 0; set client_min_messages = log");
  try {
    await run().catch(() => {});
  } finally {
    await client.query("set client_min_messages = warning; set auto_explain.log_min_duration = -1");
    client.off("notice", onNotice);
  }
  expect(plans.join()).toContain("Query Text");
  return plans.join("\n");
}

const id = "01900000-0000-7000-8000-000000000000";
const event = { run: id, seq: 4, at: 1, actor: null, transitions: "[]" };
const row = {
  id,
  state: "pending",
  cause: null,
  rollback: null,
  residue: "[]",
  attention: "[]",
  approvals: "[]",
  paused: false,
  error: null,
  stepNow: null,
  seq: 4,
  owned: true,
  wakeAt: null,
  endedAt: null,
  holdsKey: false,
};
const start = {
  id,
  saga: "Order",
  version: 1,
  state: "pending",
  attention: "[]",
  businessKey: "b",
  unique: true,
  exposure: null,
  data: "{}",
  stepNow: null,
  startedBy: null,
  at: 1,
  endedAt: null,
  key: "k",
  hash: "h",
  transitions: "[]",
  approvals: "[]",
  parent: null,
  parentStep: null,
  restartOf: null,
};
const message = { id, run: id, kind: "child", payload: "{}" };

const subscription = "01900000-0000-7000-b000-000000000000";
const delivery = {
  id: "01900000-0000-7000-a000-000000000001",
  subscription,
  run: id,
  seq: 4,
  event: "{}",
  attempts: 0,
};
const settled = { ...delivery, status: "delivered", after: 0, lastStatus: 200, lastError: null, entry: "{}" } as const;

const ended = Array.from({ length: 10 }, (_, i) => `01900000-0000-7000-9000-${`${i + 1}`.padStart(12, "0")}`);
const keys = [
  { saga: "Order", key: "key 1" },
  { saga: "Order", key: "key 2" },
] as const;
const few = { runs: 10, decisions: 1_000, bytes: 1_000_000 };

/** The statements that are given only a few rows at a time touch few pages, however many there are. */
const small = new Set([
  "what the archive finds",
  "the archive",
  "an archived run",
  "old keys",
  "what is to be delivered",
  "what was delivered",
  "what was given back",
  "runs of keys",
  "archived runs of keys",
  "what was told",
  "what came early",
  "what stayed early",
]);

const statements = [
  [
    "flush",
    () =>
      flush(client, "1", {
        events: [event],
        runs: [row],
        inbox: [id],
        messages: [message],
        snapshots: [],
        deliveries: [{ ...delivery, id: "01900000-0000-7000-a001-000000000001" }],
      }),
  ],
  ["starts", () => startRuns(client, "1", [start], [{ ...delivery, id: "01900000-0000-7000-a001-000000000002" }])],
  ["claim of what is due", () => claimDue(client, "1", 256)],
  ["claim of what has an inbox", () => claimWithInbox(client, "1", 256)],
  ["inbox", () => readInbox(client, "1", [])],
  ["accept", () => accept(client, [{ id, run: id, kind: "operation", payload: "{}", key: "k2", hash: "h" }])],
  ["histories", () => readHistories(client, [{ run: id, seq: 0 }])],
  ["orphans", () => freeOrphans(client, "2")],
  ["what the archive finds", () => findEnded(client, 30, beginning, few)],
  ["the archive", () => archive(client, 30, ended)],
  ["an archived run", () => readArchived(client, ended[0] ?? "")],
  ["what is to be delivered", () => claimDeliveries(client, [{ subscription, most: 10 }], [], 1)],
  ["what was delivered", () => settleDeliveries(client, [settled])],
  ["what was given back", () => giveBack(client, [delivery])],
  ["deliveries of nobody", () => sweepDisabled(client, 10)],
  ["old deliveries", () => purgeDeliveries(client, delivery.id, 10)],
  ["runs of keys", () => findKeyed(client, keys)],
  ["archived runs of keys", () => findArchived(client, keys)],
  [
    "what was told",
    () =>
      writeTold(client, {
        used: [{ key: "k3", run: id, hash: "h" }],
        told: [{ id: newId(), run: id, payload: "{}" }],
        early: [{ ...keys[0], event: "{}", dedupe: "k3", actor: "test" }],
      }),
  ],
  ["what came early", () => takeEarly(client, [{ ...keys[1], run: id }])],
  ["what stayed early", () => expireEarly(client, 0, 10)],
  ["old keys", () => purgeKeys(client, 1_000, "-infinity", 10)],
] as const;

test.each(statements)("the plan of %s reads no table of runs or events from end to end", async (_, run) => {
  const plan = await plansOf(run);
  expect(plan).not.toMatch(
    /Seq Scan on (saga_run|saga_archived_run|saga_event|saga_snapshot|saga_dedupe|saga_inbox|saga_early_event|delivery)\b/,
  );
});

/** Statistics come when they come: what a plan does may not hang on them. */
test.each(["without statistics", "with statistics"])(
  "plans made while the tables were empty read few pages when they are full, %s",
  async (which) => {
    const young = await createTestDatabase();
    const session = client;
    client = await connect({ url: young.url, name: "test" }, () => {});
    try {
      for (const table of ["saga_run", "saga_event", "saga_dedupe", "saga_early_event", "delivery"])
        await client.query(`alter table ${table} set (autovacuum_enabled = off)`);
      for (const [, run] of statements) await run().catch(() => {});
      await fill();
      if (which === "with statistics") await client.query("analyze");
      await client.query("load 'auto_explain'; set auto_explain.log_analyze = on; set auto_explain.log_buffers = on");
      for (const [name, run] of statements) {
        const plan = await plansOf(run);
        const touched = Math.max(...[...plan.matchAll(/Buffers: shared hit=(\d+)/g)].map((match) => Number(match[1])));
        // Reading the 20,000 runs, or their 60,000 events, from end to end touches more than 20,000.
        expect([name, touched < (small.has(name) ? 500 : 5_000)]).toEqual([name, true]);
      }
    } finally {
      await client.end();
      client = session;
      await young.drop();
    }
  },
);
