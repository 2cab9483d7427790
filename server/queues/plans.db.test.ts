import { afterAll, beforeAll, expect, test } from "vitest";
import { createQueuePool, createReadPool } from "../orchestrator/connection";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { newId } from "../uuid";
import { claim } from "./sql/claim";
import { readDepths } from "./sql/depths";
import { enqueue } from "./sql/enqueue";
import { release, renew } from "./sql/leases";
import { settle } from "./sql/settle";
import { sweepForgotten, sweepOver, sweepUnclaimed } from "./sql/sweep";

/** Planned while the queue was empty, and kept: what is read must not grow with what waits. */
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a long queue is read from its beginning, by index", async () => {
  const pool = createQueuePool(database.url, "plans", 1);
  await claim(pool, "A", 10, 30_000);
  await sweepUnclaimed(pool, 10, "{}");
  await readDepths(pool, ["A"], 10);
  const words = createReadPool(database.url, "plans", 1);
  const lease = { id: newId(), lease: newId() };
  const settlement = { ...lease, service: "A", reply: newId(), outcome: "{}", sender: "{}", hash: "" };
  await settle(words, [settlement]);
  await release(words, [lease]);
  await pool.query(
    `insert into saga_queue_item (id, service, key, half, run, step, command, attempt, first_attempt, generation, input,
       claim_until, lease, lease_until, leased)
     select gen_random_uuid(), 'A', n::text, 'action', $1::uuid, 'x', 'Do', 1, 1, 1, '{}', now() + interval '1 h',
       case when n % 5 = 0 then $1::uuid end, case when n % 5 = 0 then now() + interval '1 h' end,
       case when n % 5 = 0 then 1 end
     from generate_series(1, 20000) n`,
    [newId()],
  );
  const planOf = async (statement: string, on = pool) => {
    const { rows } = await on.query(`explain (costs off) execute ${statement}`);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  };
  for (const isAnalyzed of [false, true]) {
    if (isAnalyzed) await pool.query("analyze saga_queue_item");
    const plans = [
      await planOf("queue_claim('A', 10, 30000)"),
      await planOf("queue_unclaimed(10, '{}')"),
      await planOf("queue_depths('{A}', 10)"),
    ];
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan|Bitmap|Sort Key: q\./);
    expect(plans[0]).toContain("saga_queue_item_waiting");
    expect(plans[0]).toContain("saga_queue_item_leased");
    expect(plans[1]).toContain("saga_queue_item_unclaimed");
    const said = [
      await planOf("queue_settle('{}', '{}', '{}', '{}', '', '', '')", words),
      await planOf("queue_release('{}', '{}')", words),
    ];
    for (const plan of said) expect(plan).not.toMatch(/Seq Scan|saga_queue_item_key/);
  }
  await pool.end();
  await words.end();
});

test("work that was claimed and never answered is passed over by no claim once it is put aside", async () => {
  const pool = createQueuePool(database.url, "plans", 1);
  await pool.query(
    `insert into saga_queue_item (id, service, key, half, run, step, command, attempt, first_attempt, generation, input,
       claim_until, lease, lease_until, leased)
     select gen_random_uuid(), 'B', n::text, 'action', $1::uuid, 'x', 'Do', 1, 1, 1, '{}', now() - interval '1 min',
       $1::uuid, now() - interval '1 min', 1
     from generate_series(1, 2000) n`,
    [newId()],
  );
  expect(await claim(pool, "B", 10, 30_000)).toEqual({ items: [], found: 0 });
  const passedOver = async () => {
    const { rows } = await pool.query("explain (analyze, costs off, timing off) execute queue_claim('B', 10, 30000)");
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    return Number(/Rows Removed by Filter: (\d+)/.exec(plan)?.[1] ?? 0);
  };
  expect(await passedOver()).toBe(2_000);
  while ((await sweepOver(pool, 500)) > 0);
  expect(await passedOver()).toBe(0);
  expect(await sweepForgotten(pool, 10, 3_600_000)).toBe(0);
  const { rows } = await pool.query("explain (costs off) execute queue_forgotten(10, 0)");
  expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("saga_queue_item_over");
  expect(await sweepForgotten(pool, 3_000, 0)).toBe(2_000);
  await pool.end();
});

test("work that was put aside is claimed when a later attempt is sent, and by its holder when they still say so", async () => {
  const pool = createQueuePool(database.url, "plans", 1);
  const named = { service: "C", key: "k", half: "action", run: newId(), step: "x", item: null, command: "Do" };
  const sent = { ...named, id: newId(), attempt: 1, generation: 1, input: "{}" };
  const client = await pool.connect();
  await enqueue(client, [{ ...sent, claimUntil: Date.now() + 60_000 }]);
  client.release();
  const { items } = await claim(pool, "C", 1, 30_000);
  const isOver = async () => (await pool.query("select is_over from saga_queue_item where service = 'C'")).rows[0];
  const lapse = async () => {
    const past = "now() - interval '1 s'";
    await pool.query(`update saga_queue_item set claim_until = ${past}, lease_until = ${past} where service = 'C'`);
    expect(await sweepOver(pool, 10)).toBe(1);
    expect(await isOver()).toEqual({ is_over: true });
  };
  await lapse();
  expect(await renew(pool, "C", items[0] ?? { id: "", lease: "" }, 30_000)).not.toBeNull();
  expect(await isOver()).toEqual({ is_over: false });
  await lapse();
  const again = await pool.connect();
  await enqueue(again, [{ ...sent, id: newId(), attempt: 2, claimUntil: Date.now() + 60_000 }]);
  again.release();
  expect((await claim(pool, "C", 1, 30_000)).items).toMatchObject([{ id: sent.id, attempt: 2 }]);
  await pool.end();
});
