import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database";

/** What Prisma's schema cannot say is written by hand into migrations, and a later migration must not lose it. */
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test("the partial indexes that claims and lists need are there", async () => {
  const { rows } = await database.pool.query<{ name: string; predicate: string }>(
    `select class.relname as name, pg_get_expr(index.indpred, index.indrelid) as predicate
     from pg_index index join pg_class class on class.oid = index.indexrelid
     where index.indpred is not null and class.relname ~ '^(saga|delivery)_' order by class.relname`,
  );
  expect(Object.fromEntries(rows.map(({ name, predicate }) => [name, predicate]))).toEqual({
    delivery_due: "(status = 'pending'::text)",
    delivery_run: "(status = 'pending'::text)",
    delivery_unsent: "(status = ANY (ARRAY['failed'::text, 'disabled'::text]))",
    saga_archived_run_business_key: "(business_key IS NOT NULL)",
    saga_queue_item_leased: "((lease_until IS NOT NULL) AND (NOT is_over))",
    saga_queue_item_over: "is_over",
    saga_queue_item_unclaimed: "(lease_until IS NULL)",
    saga_queue_item_waiting: "(lease_until IS NULL)",
    saga_run_approvals: "(approvals <> '[]'::jsonb)",
    saga_run_attention: "(attention <> '[]'::jsonb)",
    saga_run_business_key: "(business_key IS NOT NULL)",
    saga_run_due: "((owner IS NULL) AND (wake_at IS NOT NULL))",
    saga_run_ended: "((ended_at IS NOT NULL) AND (attention = '[]'::jsonb))",
    saga_run_failed: "(state = 'failed'::text)",
    saga_run_live: "(ended_at IS NULL)",
    saga_run_live_key: "((ended_at IS NULL) AND (business_key IS NOT NULL))",
    saga_run_owned: "(owner IS NOT NULL)",
    saga_run_parent: "(parent IS NOT NULL)",
    saga_run_unique_key: "(unique_key IS NOT NULL)",
  });
});

test("the busy tables keep room for updates and are vacuumed early", async () => {
  const { rows } = await database.pool.query<{ name: string; options: string[] }>(
    `select relname as name, reloptions as options from pg_class
     where relname in ('saga_run', 'saga_inbox', 'saga_queue_item', 'saga_worker', 'saga_early_event', 'delivery') order by relname`,
  );
  expect(Object.fromEntries(rows.map(({ name, options }) => [name, options]))).toEqual({
    delivery: ["fillfactor=80", "autovacuum_vacuum_scale_factor=0.02"],
    saga_early_event: ["autovacuum_vacuum_scale_factor=0.02"],
    saga_inbox: ["autovacuum_vacuum_scale_factor=0.02"],
    saga_queue_item: ["autovacuum_vacuum_scale_factor=0.02"],
    saga_run: ["fillfactor=70", "autovacuum_vacuum_scale_factor=0.02"],
    saga_worker: ["fillfactor=50", "autovacuum_vacuum_scale_factor=0.02"],
  });
});

test("an archived log, compressed already, is not compressed again", async () => {
  const { rows } = await database.pool.query(
    "select attstorage from pg_attribute where attrelid = 'saga_archived_run'::regclass and attname = 'log'",
  );
  expect(rows).toEqual([{ attstorage: "e" }]);
});

test("a run's state and rollback take known words only", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    "select conname as name from pg_constraint where contype = 'c' and conrelid = 'saga_run'::regclass order by conname",
  );
  expect(rows.map(({ name }) => name)).toEqual(["saga_run_rollback", "saga_run_state"]);
});

test("dead letters that wait for a person, and those that were replayed, are found without the others; none waits twice", async () => {
  const { rows } = await database.pool.query(
    `select indexrelid::regclass::text as name, indisunique as "isUnique", pg_get_expr(indpred, indrelid) as predicate
     from pg_index where indrelid = 'dead_letter'::regclass and indpred is not null order by 1`,
  );
  expect(rows).toEqual([
    {
      name: "dead_letter_identity",
      isUnique: true,
      predicate: "((replayed_at IS NULL) AND (identity IS NOT NULL))",
    },
    { name: "dead_letter_open", isUnique: false, predicate: "(replayed_at IS NULL)" },
    { name: "dead_letter_replayed", isUnique: false, predicate: "(replayed_at IS NOT NULL)" },
  ]);
});
