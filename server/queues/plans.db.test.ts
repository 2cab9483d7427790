import { afterAll, beforeAll, expect, test } from "vitest";
import { createQueuePool, createReadPool } from "../orchestrator/connection";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { newId } from "../uuid";
import { claim } from "./sql/claim";
import { readDepths } from "./sql/depths";
import { release } from "./sql/leases";
import { settle } from "./sql/settle";
import { sweepUnclaimed } from "./sql/sweep";

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
      await planOf("queue_settle('{}', '{}', '', '{}', '', '', '')", words),
      await planOf("queue_release('{}', '{}')", words),
    ];
    for (const plan of said) expect(plan).not.toMatch(/Seq Scan|saga_queue_item_key/);
  }
  await pool.end();
  await words.end();
});
