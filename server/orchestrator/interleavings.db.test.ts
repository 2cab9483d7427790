import type pg from "pg";
import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { connect } from "./connection";
import { type Accepted, accept } from "./sql/accept";
import { claimDue, claimWithInbox } from "./sql/claim";
import { type EventRow, type Flush, flush, type RunRow } from "./sql/flush";
import { readInbox } from "./sql/inbox";
import { type StartRow, startRuns } from "./sql/start-runs";
import { bury, freeOrphans, heartbeat, join, leave, readDead, takeOver } from "./sql/worker";

/**
 * Two connections, one holding its transaction open while the other comes: the statements of the hot path in the orders
 * that chance seldom finds. `ours` and `theirs` are two workers' connections, with the settings that workers use.
 */
let database: TestDatabase;
let ours: pg.Client;
let theirs: pg.Client;
let we: string;
let they: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const open = () => connect({ url: database.url, name: "test" }, () => {});
  [ours, theirs] = await Promise.all([open(), open()]);
});

beforeEach(async () => {
  we = await join(ours, "ours");
  they = await join(theirs, "theirs");
  return async () => {
    for (const client of [ours, theirs]) await client.query("rollback");
    await database.pool.query("truncate saga_worker, saga_worker_dead, saga_run, saga_event, saga_inbox, saga_dedupe");
  };
});

afterAll(async () => {
  await Promise.all([ours?.end(), theirs?.end()]);
  await database?.drop();
});

function startOf(more: Partial<StartRow> = {}): StartRow {
  const nothing = { key: null, hash: "h", exposure: null, businessKey: null, unique: false, endedAt: null };
  const nobody = { startedBy: null, parent: null, parentStep: null, restartOf: null, stepNow: null };
  const text = { attention: "[]", approvals: "[]", data: "{}", transitions: "[]" };
  const id = v7();
  return { id, saga: "Order", version: 1, state: "pending", at: Date.now(), ...nothing, ...nobody, ...text, ...more };
}

/** A run that this worker owns, with one decision; nobody's, and due at once, if null. */
async function begin(owner: string | null): Promise<string> {
  const start = startOf();
  await startRuns(ours, owner, [start]);
  return start.id;
}

function decided(run: string, seq: number): Flush {
  const event: EventRow = { run, seq, at: Date.now(), actor: null, transitions: "[]" };
  return { events: [event], runs: [], inbox: [], messages: [], snapshots: [], deliveries: [] };
}

/** Given up, with nothing due. */
function putDown(run: string): Flush {
  const nothing = { cause: null, rollback: null, error: null, stepNow: null, wakeAt: null, endedAt: null };
  const row: RunRow = {
    id: run,
    state: "pending",
    seq: 1,
    residue: "[]",
    attention: "[]",
    approvals: "[]",
    paused: false,
    owned: false,
    holdsKey: false,
    ...nothing,
  };
  return { events: [], runs: [row], inbox: [], messages: [], snapshots: [], deliveries: [] };
}

const note = (run: string, key: string | null = null) =>
  ({ id: v7(), run, kind: "operation", payload: "{}", key, hash: "h" }) as const;

async function seqsOf(run: string): Promise<readonly number[]> {
  const { rows } = await database.pool.query("select seq from saga_event where run = $1 order by seq", [run]);
  return rows.map(({ seq }) => seq);
}

async function expire(incarnation: string): Promise<void> {
  await database.pool.query(
    "update saga_worker set lease_until = clock_timestamp() - interval '1 s' where incarnation = $1",
    [incarnation],
  );
}

/** Resolves when the work is answered or stands in line behind another connection's lock. */
async function answeredOrWaiting(client: pg.Client, work: Promise<unknown>): Promise<"answered" | "waiting"> {
  let isOver = false;
  work
    .catch(() => {})
    .finally(() => {
      isOver = true;
    });
  const { processID } = client as unknown as { readonly processID: number };
  for (;;) {
    if (isOver) return "answered";
    const { rows } = await database.pool.query("select cardinality(pg_blocking_pids($1)) as blockers", [processID]);
    if (rows[0].blockers > 0) return "waiting";
  }
}

test("a flush is under way when its worker is taken over: the flush stands, and the run is freed after it", async () => {
  const run = await begin(we);
  await expire(we);
  await ours.query("begin");
  await flush(ours, we, decided(run, 2));
  const early = takeOver(theirs);
  const how = await answeredOrWaiting(theirs, early);
  if (how === "answered") expect(await early).toEqual([]);
  await ours.query("commit");
  const taken = [...(await early), ...(await takeOver(theirs))];
  expect(taken).toEqual([we]);
  expect(await seqsOf(run)).toEqual([1, 2]);
  expect(await freeOrphans(theirs, we)).toBe(1);
  expect(await claimDue(theirs, they, 10)).toEqual([run]);
  await bury(theirs, we);
  expect(await readDead(theirs)).toEqual([]);
});

test("a flush is under way when its worker's successor deletes the row: that waits, and sees the whole flush", async () => {
  const run = await begin(we);
  await ours.query("begin");
  await flush(ours, we, decided(run, 2));
  const leaving = leave(theirs, we);
  expect(await answeredOrWaiting(theirs, leaving)).toBe("waiting");
  await ours.query("commit");
  await leaving;
  expect(await seqsOf(run)).toEqual([1, 2]);
  expect(await freeOrphans(theirs, we)).toBe(1);
});

test.each([
  ["flush", () => flush(ours, we, decided(v7(), 2))],
  ["start", () => startRuns(ours, we, [startOf({ key: "k" })])],
])("a takeover is under way: a %s waits for it, and then writes nothing", async (_, write) => {
  await expire(we);
  await theirs.query("begin");
  expect(await takeOver(theirs)).toEqual([we]);
  const late = write();
  const refused = expect(late).rejects.toThrow("fence");
  expect(await answeredOrWaiting(ours, late)).toBe("waiting");
  await theirs.query("commit");
  await refused;
  const { rows } = await database.pool.query(
    "select 1 from saga_event union all select 1 from saga_run union all select 1 from saga_dedupe",
  );
  expect(rows).toEqual([]);
});

test("a worker that was taken over writes, claims and takes nothing of any run, its own of before or another's", async () => {
  const [mine, due] = [await begin(we), await begin(null)];
  const [row] = await accept(theirs, [note(mine)]);
  await expire(we);
  expect(await takeOver(theirs)).toEqual([we]);
  const word = { id: v7(), run: due, kind: "child", payload: "{}" };
  const taking = { ...decided(mine, 2), inbox: [row?.id ?? ""] };
  const delivery = { id: v7(), subscription: v7(), run: mine, seq: 2, event: "{}" };
  const telling = { ...decided(mine, 2), messages: [word], deliveries: [delivery] };
  for (const late of [decided(mine, 2), putDown(mine), taking, telling]) {
    await expect(flush(ours, we, late)).rejects.toThrow("fence 0");
  }
  expect((await database.pool.query("select 1 from delivery")).rowCount).toBe(0);
  expect(await seqsOf(mine)).toEqual([1]);
  expect((await database.pool.query("select id::text as id from saga_inbox")).rows).toEqual([{ id: row?.id }]);
  expect(await claimDue(ours, we, 10)).toEqual([]);
  expect(await claimWithInbox(ours, we, 10)).toEqual([]);
  await freeOrphans(theirs, we);
  expect([...(await claimWithInbox(theirs, they, 10)), ...(await claimDue(theirs, they, 10))]).toEqual([mine, due]);
  expect(await readInbox(theirs, they, [])).toMatchObject([{ id: row?.id, run: mine }]);
  expect(await heartbeat(ours, we, 0)).toBe(false);
});

test("a word to a run that is put down by the same statement is in its inbox", async () => {
  const [mine, other] = [await begin(we), await begin(we)];
  const words = [mine, other].map((run) => ({ id: v7(), run, kind: "child", payload: "{}" }));
  await flush(ours, we, { ...putDown(mine), events: decided(other, 2).events, messages: words });
  const { rows } = await database.pool.query("select run::text as run from saga_inbox order by id");
  expect(rows.map(({ run }) => run)).toEqual([mine, other]);
  expect(await claimWithInbox(theirs, they, 10)).toEqual([mine]);
});

test("a heartbeat is under way when the lease has run out: the worker survives the takeover", async () => {
  const run = await begin(we);
  await expire(we);
  await ours.query("begin");
  expect(await heartbeat(ours, we, 1)).toBe(true);
  const taking = takeOver(theirs);
  await answeredOrWaiting(theirs, taking);
  await ours.query("commit");
  expect(await taking).toEqual([]);
  expect(await takeOver(theirs)).toEqual([]);
  await flush(ours, we, decided(run, 2));
  expect(await seqsOf(run)).toEqual([1, 2]);
});

test("a takeover is under way when the heartbeat comes: it is told that its row is gone", async () => {
  await expire(we);
  await theirs.query("begin");
  expect(await takeOver(theirs)).toEqual([we]);
  const beating = heartbeat(ours, we, 0);
  expect(await answeredOrWaiting(ours, beating)).toBe("waiting");
  await theirs.query("commit");
  expect(await beating).toBe(false);
});

test("something arrives, not committed yet, while its run is put down: the run is claimed for it", async () => {
  const run = await begin(we);
  await theirs.query("begin");
  const [arrived] = (await accept(theirs, [note(run)])) as readonly [Accepted];
  await flush(ours, we, putDown(run));
  expect([...(await claimWithInbox(ours, we, 10)), ...(await claimDue(ours, we, 10))]).toEqual([]);
  await theirs.query("commit");
  expect(await claimDue(ours, we, 10)).toEqual([]);
  expect(await claimWithInbox(ours, we, 10)).toEqual([run]);
  expect(await readInbox(ours, we, [])).toMatchObject([{ id: arrived.id, run }]);
  await flush(ours, we, { ...decided(run, 2), inbox: [arrived.id] });
  expect(await readInbox(ours, we, [])).toEqual([]);
});

test("a run is being put down, not committed yet, when something arrives: it is claimed for it after", async () => {
  const run = await begin(we);
  await ours.query("begin");
  await flush(ours, we, putDown(run));
  const [arrived] = (await accept(theirs, [note(run)])) as readonly [Accepted];
  expect(arrived.owner).toBe(we);
  expect(await claimWithInbox(theirs, they, 10)).toEqual([]);
  await ours.query("commit");
  expect(await claimWithInbox(theirs, they, 10)).toEqual([run]);
  expect(await readInbox(theirs, they, [])).toMatchObject([{ id: arrived.id, run }]);
});

test("two workers claim at once: each gets others, and neither waits", async () => {
  const due: string[] = [];
  while (due.length < 6) due.push(await begin(null));
  await ours.query("begin");
  const first = await claimDue(ours, we, 2);
  const second = await claimDue(theirs, they, 10);
  await ours.query("commit");
  expect([first.length, second.length]).toEqual([2, 4]);
  expect([...first, ...second].sort()).toEqual([...due].sort());
});

test("two workers claim at once what has something in its inbox: one has it", async () => {
  const run = await begin(we);
  await flush(ours, we, putDown(run));
  await accept(ours, [note(run)]);
  await ours.query("begin");
  expect(await claimWithInbox(ours, we, 10)).toEqual([run]);
  expect(await claimWithInbox(theirs, they, 10)).toEqual([]);
  await ours.query("commit");
  expect(await claimWithInbox(theirs, they, 10)).toEqual([]);
});

test("an operation comes twice at once under one key: the second waits, and one is in the inbox", async () => {
  const run = await begin(we);
  await ours.query("begin");
  const [first] = await accept(ours, [note(run, "k")]);
  const second = accept(theirs, [note(run, "k")]);
  expect(await answeredOrWaiting(theirs, second)).toBe("waiting");
  await ours.query("commit");
  expect([first?.accepted, (await second)[0]?.accepted]).toEqual([true, false]);
  expect(await readInbox(ours, we, [])).toHaveLength(1);
});

test.each([
  ["commit", "first"],
  ["rollback", "second"],
] as const)(
  "two processes start under one key, and the first ends with %s: the %s run is begun",
  async (end, whose) => {
    const [first, second] = [startOf({ key: "k" }), startOf({ key: "k" })];
    await ours.query("begin");
    await startRuns(ours, we, [first]);
    const other = startRuns(theirs, they, [second]);
    expect(await answeredOrWaiting(theirs, other)).toBe("waiting");
    await ours.query(end);
    expect([...(await other).started]).toEqual(whose === "second" ? [second.id] : []);
    const { rows } = await database.pool.query("select id::text as id from saga_run");
    expect(rows).toEqual([{ id: whose === "first" ? first.id : second.id }]);
  },
);
