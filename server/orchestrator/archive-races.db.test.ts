import type pg from "pg";
import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fold } from "@/engine";
import { loadRun } from "./load-run";
import { Sagas } from "./sagas";
import { accept } from "./sql/accept";
import { archive } from "./sql/archive";
import { type ArchiveFixture, startArchiveFixture } from "./testing/archive-fixture";

let runs: ArchiveFixture;

beforeAll(async () => {
  runs = await startArchiveFixture();
});
afterAll(() => runs?.stop());
beforeEach(() => runs.empty());

/** Holds rows until it is told to let go. */
async function holding(text: string, run: string | undefined): Promise<() => Promise<void>> {
  const holder = await runs.database.pool.connect();
  await holder.query("begin");
  await holder.query(text, [run]);
  return async () => {
    await holder.query("rollback");
    holder.release();
  };
}

/** The archive moves a run's row before its decisions wait for this. */
const holdDecision = (run: string | undefined) =>
  holding("select 1 from saga_event where run = $1 and seq = 3 for update", run);

/** The server process of a connection so named, once it waits for a lock. */
async function waiting(name: string): Promise<unknown> {
  const look = () =>
    runs.query(
      `select pid from pg_stat_activity
       where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`,
      [`saga-studio ${name}`],
    );
  await expect.poll(look, { interval: 5 }).toHaveLength(1);
  return (await look())[0]?.pid;
}

test("a crash in the middle of a batch leaves everything, and the next pass takes it once", async () => {
  const ids = await runs.endedRuns(4, 40);
  const before = await Promise.all(ids.map(runs.storyOf));
  const letGo = await holdDecision(ids[1]);
  const failed = expect(runs.pass({ client: await runs.connection() })).rejects.toThrow();
  await runs.query("select pg_terminate_backend($1)", [await waiting("archive")]);
  await failed;
  await letGo();
  expect([await runs.archivedIds(), await runs.liveIds()]).toEqual([[], ids]);
  expect(await Promise.all(ids.map(runs.storyOf))).toEqual(before);
  await runs.pass();
  expect([await runs.archivedIds(), await runs.liveIds()]).toEqual([ids, []]);
  expect(await Promise.all(ids.map(runs.storyOf))).toEqual(before);
});

test("a database that can move no run at all ends the pass, and the next one takes them", async () => {
  const ids = await runs.endedRuns(4, 40);
  await runs.query("alter table saga_archived_run rename to elsewhere");
  await expect(runs.pass()).rejects.toThrow("saga_archived_run");
  await runs.query("alter table elsewhere rename to saga_archived_run");
  expect([await runs.archivedIds(), await runs.liveIds()]).toEqual([[], ids]);
  await runs.pass();
  expect(await runs.archivedIds()).toEqual(ids);
});

test("several at once archive each run once", async () => {
  const ids = await runs.endedRuns(40, 40);
  const before = await Promise.all(ids.map(runs.storyOf));
  const clients = await Promise.all([runs.connection(), runs.connection(), runs.connection()]);
  let told = 0;
  const archived = (count: number) => {
    told += count;
  };
  const most = { runs: 7, decisions: 1_000, bytes: 1_000_000 };
  await Promise.all(clients.map((client) => runs.pass({ client, most, archived })));
  await Promise.all(clients.map((client) => client.end()));
  await runs.pass({ archived });
  expect([told, await runs.archivedIds()]).toEqual([40, ids]);
  expect(await Promise.all(ids.map(runs.storyOf))).toEqual(before);
});

test("a row that somebody holds is passed over, and goes with a later pass", async () => {
  const [held, ...others] = await runs.endedRuns(3, 40);
  const letGo = await holding("select 1 from saga_run where id = $1 for update", held);
  expect(await archive(runs.client, 30, [held ?? "", ...others])).toEqual({ kind: "archived", runs: 2 });
  expect(await runs.archivedIds()).toEqual(others);
  await letGo();
  await runs.pass();
  expect(await runs.archivedIds()).toEqual([held, ...others]);
});

test("whoever reads a run while it goes reads all of it", async () => {
  const ids = await runs.endedRuns(30, 40);
  const before = await Promise.all(ids.map(runs.storyOf));
  const seen: Promise<unknown>[] = [];
  const rest = async () => {
    seen.push(...ids.map(runs.storyOf));
    return true;
  };
  await runs.pass({ rest, most: { runs: 3, decisions: 1_000, bytes: 1_000_000 } });
  const stories = await Promise.all(seen);
  expect(stories).toHaveLength(300);
  for (const [i, story] of stories.entries()) expect(story).toEqual(before[i % ids.length]);
});

test.each([null, 2])("a run that goes between two reads is found in the archive (snapshot at %s)", async (seq) => {
  const [run = ""] = await runs.endedRuns(1, 40);
  const { state, log } = await runs.storyOf(run);
  const { pool } = runs.database;
  const sagas = new Sagas(pool);
  if (seq !== null) {
    const then = fold(await sagas.get("Order", 1), log.slice(0, seq));
    await runs.query("insert into saga_snapshot (run, seq, state) values ($1, $2, $3)", [run, seq, then]);
  }
  const query = async (config: pg.QueryConfig) => {
    if (config.name === "read_histories") await runs.pass();
    return pool.query(config);
  };
  const reader = { query } as unknown as pg.Pool;
  expect(await loadRun(reader, sagas, run)).toMatchObject({ kind: "loaded", isArchived: true, state });
});

describe("an operation on a run that is about to go", () => {
  const note = (run: string) => ({ id: v7(), run, kind: "operation", payload: "{}", key: null, hash: "h" }) as const;

  test("keeps it, when it was accepted first", async () => {
    const [run = ""] = await runs.endedRuns(1, 40);
    const accepting = await runs.database.pool.connect();
    await accepting.query("begin");
    expect(await accept(accepting as unknown as pg.Client, [note(run)])).toHaveLength(1);
    await runs.pass();
    expect(await runs.archivedIds()).toEqual([]);
    await accepting.query("commit");
    accepting.release();
    await runs.pass();
    expect(await runs.archivedIds()).toEqual([]);
  });

  test("waits, and is refused, when it comes later: none is accepted and then lost", async () => {
    const [run = ""] = await runs.endedRuns(1, 40);
    const letGo = await holdDecision(run);
    const moving = archive(runs.client, 30, [run]);
    await waiting("archive");
    const asked = runs.orchestrator.operate({
      id: v7(),
      run,
      operation: { operation: "note", reason: "late" },
      actor: "test",
      key: "a late note",
      hash: "h",
    });
    await waiting("accept");
    await letGo();
    expect(await moving).toEqual({ kind: "archived", runs: 1 });
    expect(await asked).toEqual({ kind: "no_such_run" });
    const left = "select 1 from saga_inbox union all select 1 from saga_dedupe where key = 'a late note'";
    expect(await runs.query(left)).toEqual([]);
  });
});
