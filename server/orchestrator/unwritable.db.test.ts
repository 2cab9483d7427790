/** A decision that the database refuses for what is in it stops its own run, and nobody else's. */
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile, decide } from "@/engine";
import { parseDefinition } from "@/engine/definition/parse";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { connect } from "./connection";
import { type OwnedRun, ownedRun, pendingOf } from "./owned-run";
import { join } from "./sql/worker";
import { orderSaga, publish } from "./testing/fixtures";
import { Writer, type Written } from "./writer";

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, orderSaga);
  client = await connect({ url: database.url, name: "test" }, () => {});
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

function runOf(id: string): OwnedRun {
  const parsed = parseDefinition(orderSaga);
  if (!parsed.ok) throw new Error("It does not parse");
  const saga = compile(parsed.value, 1);
  const data = { order: id, amount: 1 };
  const { state } = decide(saga, null, { type: "RunRequested", at: 1, run: id, data, actor: null });
  if (!state) throw new Error("It did not start");
  return ownedRun(saga, state, 0);
}

const id = (n: number) => `01900000-0000-7000-8000-00000000000${n}`;

test("of three runs in one flush the one that cannot be written is put aside, and the others are written", async () => {
  const incarnation = await join(client, "test");
  const committed: Written[] = [];
  const refused: string[] = [];
  const failed: unknown[] = [];
  const writer = new Writer({
    clients: [client],
    incarnation,
    now: () => 1,
    committed: (written) => committed.push(...written),
    refused: (run) => refused.push(run.id),
    failed: (error) => failed.push(error),
  });
  for (const n of [1, 2, 3]) {
    const run = runOf(id(n));
    // NUL is what jsonb refuses; nothing that the product decides has it, so it is put in by hand.
    const transitions = n === 2 ? '["\\u0000"]' : '[{"type":"RunPaused"}]';
    pendingOf(run).events.push({ run: run.id, seq: 2, at: 1, actor: null, transitions });
    writer.add(run, 1);
  }
  await expect.poll(() => committed.length + refused.length).toBe(3);
  expect(refused).toEqual([id(2)]);
  expect(failed).toEqual([]);
  const { rows } = await client.query("select run::text as run from saga_event order by run");
  expect(rows).toEqual([{ run: id(1) }, { run: id(3) }]);
  await expect.poll(() => writer.isIdle).toBe(true);
});
