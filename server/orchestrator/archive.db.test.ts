import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { forgetKeys } from "./archive-ended";
import { createOrchestrator } from "./client";
import { archive, beginning, findEnded } from "./sql/archive";
import { type ArchiveFixture, startArchiveFixture } from "./testing/archive-fixture";
import { startRequest, testLog, testSecretKey } from "./testing/fixtures";
import { json } from "./testing/participant";

let runs: ArchiveFixture;

beforeAll(async () => {
  runs = await startArchiveFixture();
});
afterAll(() => runs?.stop());
beforeEach(() => runs.empty());

const rowsOf = async (run: string) =>
  (
    await runs.query("select 1 from saga_event where run = $1 union all select 1 from saga_snapshot where run = $1", [
      run,
    ])
  ).length;

test("what ended longer ago than the setting goes with log and snapshot, and is read as before", async () => {
  const young = await runs.endedRuns(2, 29);
  runs.shop.answer("/Ship", json(422, { code: "no_carrier" }));
  const old = [...(await runs.endedRuns(2, 31)), ...(await runs.endedRuns(1, 400))];
  runs.shop.answer("/Ship", json(200, {}));
  const before = await Promise.all(old.map(runs.storyOf));
  for (const [i, run] of old.entries()) {
    const state = before[i]?.state;
    await runs.query("insert into saga_snapshot (run, seq, state) values ($1, $2, $3)", [run, state?.seq, state]);
  }
  let told = 0;
  await runs.pass({ archived: (count) => (told += count) });
  expect([await runs.archivedIds(), told]).toEqual([[...old].sort(), 3]);
  expect(await runs.liveIds()).toEqual(young);
  expect(await Promise.all(old.map(runs.storyOf))).toEqual(before);
  expect(before.map(({ state }) => state?.rollback)).toEqual(["clean", "clean", "clean"]);
  expect(await Promise.all(old.map(rowsOf))).toEqual([0, 0, 0]);
  const [first = ""] = old;
  expect(await runs.orchestrator.entries(first, 2, 2)).toEqual(before[0]?.log.slice(2, 4));
  expect((await runs.orchestrator.load(first))?.isArchived).toBe(true);
  expect((await runs.orchestrator.load(young[0] ?? ""))?.isArchived).toBe(false);
});

test("the archive's row keeps what the run's row said", async () => {
  const [run] = await runs.endedRuns(1, 40);
  const columns = `id, saga, version, state, cause, rollback, residue, business_key, exposure, error, parent, started_by,
    seq, started_at, ended_at`;
  const before = await runs.query(`select ${columns} from saga_run where id = $1`, [run]);
  await runs.pass();
  expect(await runs.query(`select ${columns} from saga_archived_run where id = $1`, [run])).toEqual(before);
});

/** Neither found, nor moved when it is asked for by its id. */
async function expectToStay(kept: string, other: string | undefined): Promise<void> {
  const before = await runs.query("select * from saga_event where run = $1 order by seq", [kept]);
  const found = await findEnded(runs.client, 30, beginning, runs.options().most);
  expect(found.filter(({ mayGo }) => mayGo).map(({ id }) => id)).not.toContain(kept);
  expect(await archive(runs.client, 30, [kept, other ?? ""])).toEqual({ kind: "archived", runs: 1 });
  await runs.pass();
  expect(await runs.archivedIds()).not.toContain(kept);
  expect(await runs.query("select * from saga_event where run = $1 order by seq", [kept])).toEqual(before);
}

describe("a run stays", () => {
  const attention = `[{ "reason": "late_effect", "step": "pay", "since": "2026-01-01T00:00:00.000Z" }]`;

  test.each([
    ["while it lives", "update saga_run set state = 'compensating', ended_at = null where id = $1"],
    ["while it needs a person", `update saga_run set attention = '${attention}' where id = $1`],
    [
      "while something is in its inbox",
      "insert into saga_inbox (id, run, kind, payload) values ($1, $1, 'reply', '{}')",
    ],
    ["while a worker owns it", "update saga_run set owner = 1 where id = $1"],
    ["while it is due", "update saga_run set wake_at = now() + interval '1 h' where id = $1"],
  ])("%s", async (_, change) => {
    const [kept = "", other] = await runs.endedRuns(2, 40);
    await runs.query(change, [kept]);
    await expectToStay(kept, other);
  });

  test("while its log is not whole", async () => {
    const [kept = "", other = ""] = await runs.endedRuns(2, 40);
    await runs.query("delete from saga_event where run = $1 and seq = 2", [kept]);
    await runs.pass();
    expect([await runs.archivedIds(), await runs.liveIds()]).toEqual([[other], [kept]]);
    expect(await rowsOf(kept)).toBeGreaterThan(0);
  });

  const isChild = "update saga_run set parent = $2 where id = $1";

  test.each([
    ["while its parent lives", `with p as (update saga_run set ended_at = null where id = $2) ${isChild}`],
    ["while its parent is kept", `with p as (update saga_run set ended_at = now() where id = $2) ${isChild}`],
    ["while a child of its lives", "update saga_run set parent = $1, state = 'pending', ended_at = null where id = $2"],
  ])("%s", async (_, change) => {
    const [kept = "", relative = "", other] = await runs.endedRuns(3, 40);
    await runs.query(change, [kept, relative]);
    await expectToStay(kept, other);
  });

  test("until its parent has gone before it", async () => {
    const [parent = "", child = ""] = await runs.endedRuns(2, 40);
    await runs.query(isChild, [child, parent]);
    await runs.pass();
    expect(await runs.archivedIds()).toEqual([parent]);
    await runs.pass();
    expect(await runs.archivedIds()).toEqual([parent, child]);
  });
});

test("an incomplete rollback that needs nobody any more goes like any other end", async () => {
  const [run] = await runs.endedRuns(1, 40);
  await runs.query("update saga_run set state = 'failed', rollback = 'incomplete' where id = $1", [run]);
  await runs.pass();
  expect(await runs.archivedIds()).toEqual([run]);
});

describe("a batch", () => {
  const plenty = { runs: 100, decisions: 100, bytes: 1_000_000 };

  test.each([
    ["runs", () => ({ ...plenty, runs: 2 })],
    ["decisions", () => ({ ...plenty, decisions: 11 })],
    ["bytes", (bytes: number) => ({ ...plenty, bytes: bytes * 2 })],
  ] as const)("has no more than so many %s, and one run at least", async (_, mostOf) => {
    const ids = await runs.endedRuns(5, 40);
    const [largest] = await runs.query(
      "select max(bytes)::int as bytes from (select sum(pg_column_size(transitions)) as bytes from saga_event group by run) x",
    );
    const most = mostOf(Number(largest?.bytes));
    const found = await findEnded(runs.client, 30, beginning, most);
    expect(found.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const alone = await findEnded(runs.client, 30, beginning, { runs: 5, decisions: 1, bytes: 1 });
    expect(alone.map(({ id }) => id)).toEqual(ids.slice(0, 1));
    await runs.pass({ most });
    expect(await runs.archivedIds()).toEqual(ids);
  });

  test("goes without a run that the database refuses to move", async () => {
    const ids = await runs.endedRuns(5, 40);
    const [, , refused = ""] = ids;
    await runs.query(
      `insert into saga_archived_run (id, saga, version, state, seq, started_at, ended_at, log)
       values ($1, 'Order', 1, 'completed', 0, now(), now(), '')`,
      [refused],
    );
    await runs.pass();
    expect([await runs.liveIds(), await runs.archivedIds()]).toEqual([[refused], ids]);
    expect(await rowsOf(refused)).toBeGreaterThan(0);
  });
});

describe("an idempotency key", () => {
  const keys = async () => (await runs.query("select key from saga_dedupe order by key")).map(({ key }) => key);
  const remembered = (key: string, run: string | undefined, daysAgo: number) =>
    runs.query(
      "insert into saga_dedupe (key, run, hash, at) values ($1, $2, 'h', now() - $3::int * interval '24 hours')",
      [key, run, daysAgo],
    );

  test("is forgotten when it is older than 30 days and than the setting", async () => {
    for (const days of [1, 29, 31, 59, 61, 100]) await remembered(`${days} days`, v7(), days);
    await forgetKeys(runs.options({ days: 60 }));
    expect(await keys()).toEqual(["1 days", "29 days", "31 days", "59 days"]);
    await forgetKeys(runs.options({ days: 1 }));
    expect(await keys()).toEqual(["1 days", "29 days"]);
  });

  test("stays as long as its run lives, however old, and does not hold up the others", async () => {
    const [live, ended, archived] = await runs.endedRuns(3, 40);
    await runs.query("update saga_run set ended_at = now() where id = $1", [ended]);
    await runs.query("update saga_run set state = 'pending', ended_at = null where id = $1", [live]);
    await runs.query("delete from saga_dedupe");
    await remembered("of a live run", live, 200);
    for (const [i, run] of [ended, archived, v7()].entries()) await remembered(`other ${i}`, run, 150 - i);
    await runs.pass();
    expect(await runs.archivedIds()).toEqual([archived]);
    await forgetKeys(runs.options({ most: { runs: 1, decisions: 1, bytes: 1 } }));
    expect(await keys()).toEqual(["of a live run"]);
  });

  test("that is still remembered gives the archived run again", async () => {
    const [run = ""] = await runs.endedRuns(1, 40);
    await runs.pass();
    const again = startRequest("Order", { order: "o-0", amount: 0 }, { key: `key of ${run}` });
    expect(await runs.orchestrator.start([again])).toEqual([{ kind: "repeated", id: run }]);
  });
});

test.each(["inline", "thread"] as const)("a worker %s archives by itself, and stops", async (worker) => {
  const ids = await runs.endedRuns(3, 40);
  const options = { databaseUrl: runs.database.url, secretKey: testSecretKey, log: testLog, retentionDays: 30 };
  const working = await createOrchestrator({ ...options, worker });
  await expect.poll(() => working.stats().archived, { timeout: 10_000 }).toBe(3);
  await working.stop();
  expect(await runs.archivedIds()).toEqual(ids);
  // The one that is left is the test's own.
  const connections = "select 1 from pg_stat_activity where datname = current_database() and application_name = $1";
  await expect.poll(() => runs.query(connections, ["saga-studio archive"])).toHaveLength(1);
});
