import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fold, type LogEntry } from "@/engine";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { verifyRuns } from "../verification/verify-runs";
import { createOrchestrator, type Orchestrator, type StartAnswer } from "./client";
import { type CrashCase, crashCases, crashSagas, points } from "./testing/crash-cases";
import { isDone, publish, registerService, stateWhen, testLog, testSecretKey } from "./testing/fixtures";
import { type HonestCall, type HonestParticipant, startHonestParticipant } from "./testing/honest-participant";
import { prepareWorkers, type Workers } from "./testing/workers";

/**
 * The crash sweep: a worker is killed with SIGKILL at each point of the hot path around one call, and another worker takes
 * its runs over. Whatever the point, they must end as if nothing had happened.
 */
const atOnce = 3;

let database: TestDatabase;
let web: Orchestrator;
let successor: Orchestrator;
let shop: HonestParticipant;
let workers: Workers;

type AtDeath = { readonly signal: string; readonly log: readonly LogEntry[]; readonly called: number };

/** What the log and the participant knew when the worker had died, by run. */
const atDeath = new Map<string, AtDeath>();
/** A client whose worker died before it answered asks again, with the same key. */
const answers = new Map<string, StartAnswer | undefined>();
/** What another process was told of the run, in order. */
const seen = new Map<string, number[]>();
/** The participant's side of a death, by order: called when a call has come, and when it is done. */
const deaths = new Map<string, (when: "arrived" | "done", call: HonestCall) => Promise<void>>();

beforeAll(async () => {
  database = await createTestDatabase();
  for (const saga of crashSagas) await publish(database.pool, saga);
  await database.pool.query("update saga_definition set latest_version = 1");
  shop = await startHonestParticipant({ meanwhile: async (when, call) => deaths.get(call.order)?.(when, call) });
  await registerService(database.pool, "Shop", shop.url);
  const options = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog };
  web = await createOrchestrator({ ...options, worker: "none" });
  workers = await prepareWorkers(database.url);
  const waiting = [...crashCases];
  const dieInTurn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await die(next);
  };
  await Promise.all(Array.from({ length: atOnce }, dieInTurn));
  await database.pool.query("update saga_worker set lease_until = clock_timestamp() - interval '1 s'");
  for (const { request } of crashCases) answers.set(request.id, (await web.start([request]))[0]);
  successor = await createOrchestrator({ ...options, worker: "inline" });
}, 240_000);

afterAll(async () => {
  workers?.end();
  await successor?.stop();
  await web?.stop();
  await shop?.stop();
  await database?.drop();
});

/** Runs the case until its worker is dead, and sees to it that nobody takes its runs over yet. */
async function die(its: CrashCase): Promise<void> {
  const { request, point, step, item, half } = its;
  const told: number[] = [];
  seen.set(request.id, told);
  web.watch(request.id, (entries) => told.push(...entries.map((entry) => entry.seq)));
  const isOurs = point !== "call_arrived" && point !== "effect_done";
  const target = { step, half, ...(item === undefined ? {} : { item }) };
  const worker = workers.fork(request, { point: isOurs ? point : "never", ...target });
  const exited = once(worker, "exit");
  const order = orderOf(its);
  if (!isOurs) {
    deaths.set(order, async (when, call) => {
      if (!isOf(its, call) || when !== (point === "effect_done" ? "done" : "arrived")) return;
      worker.kill("SIGKILL");
      await exited;
      deaths.delete(order);
    });
  }
  const patience = setTimeout(() => worker.kill("SIGTERM"), 20_000);
  const [, signal] = await exited;
  clearTimeout(patience);
  await database.pool.query(
    "update saga_worker set lease_until = clock_timestamp() + interval '1 h' where name like $1",
    [`%:${worker.pid}`],
  );
  const logs = await Promise.all((await runsOf(request.id)).map((run) => web.entries(run, 0, 100)));
  atDeath.set(request.id, { signal, log: logs.flat(), called: callsOf(its).length });
}

const orderOf = ({ request }: CrashCase) => (request.data as { order: string }).order;

const isOf = (its: CrashCase, call: HonestCall) =>
  call.order === orderOf(its) && call.step === its.step && call.item === its.item && call.half === its.half;

const callsOf = (its: CrashCase) => shop.ledger.filter((entry) => entry.what === "call" && isOf(its, entry));

/** The run and its children, if they have begun. */
async function runsOf(run: string): Promise<readonly string[]> {
  const { rows } = await database.pool.query("select id from saga_run where id = $1 or parent = $1 order by id", [run]);
  return rows.map(({ id }) => id);
}

function has({ step, item }: CrashCase, log: readonly LogEntry[], type: string): boolean {
  const found = log.flatMap(({ transitions }) => transitions).filter((t) => t.type === type && "step" in t);
  return found.some((t) => "step" in t && t.step === step && ("item" in t ? t.item : undefined) === item);
}

const titled = crashCases.map((its) => [its.name, its.point, its] as const);

test.each(titled)("%s, killed at %s: another worker ends the run as if nothing had happened", async (_, point, its) => {
  const run = its.request.id;
  const { signal, log: known, called } = atDeath.get(run) ?? { signal: "", log: [], called: -1 };
  const expected = points[point];
  const isForward = its.half === "action";
  expect(signal).toBe("SIGKILL");
  if (expected.intent !== null)
    expect(has(its, known, isForward ? "StepStarted" : "CompensationStarted")).toBe(expected.intent);
  if (expected.reply !== null)
    expect(has(its, known, isForward ? "StepCompleted" : "CompensationCompleted")).toBe(expected.reply);
  if (its.isCall) expect(called).toBe(expected.called);
  const isBegun = known.length > 0;
  if (expected.intent !== null) expect(answers.get(run)).toEqual({ kind: isBegun ? "repeated" : "started", id: run });

  const state = await stateWhen(successor, run, isDone, 20_000);
  expect([state.state, state.rollback]).toEqual(isForward ? ["completed", null] : ["failed", "clean"]);
  if (its.isCall) expect(expected.calls).toContain(callsOf(its).length);
  expectEffects(its);
  expectStableKeys(its);
  expectNothingForwardAfterAnUndo(its);
  const runs = await runsOf(run);
  expect(runs).toHaveLength(its.saga === "Parent" ? 2 : 1);
  for (const each of runs) await expectWhole(each);
  const seqs = Array.from({ length: state.seq }, (_, index) => index + 1);
  await expect.poll(() => seen.get(run), { timeout: 10_000 }).toEqual(seqs);
});

const nameOf = ({ step, item }: HonestCall) => (item === undefined ? step : `${step} ${item}`);

/** Everything once: in a run that rolled back, nothing is left. */
function expectEffects(its: CrashCase): void {
  const mine = shop.ledger.filter(({ order }) => order === orderOf(its));
  const named = (what: "effect" | "undo") => mine.filter((entry) => entry.what === what).map(nameOf);
  expect(named("effect").sort()).toEqual([...its.effects].sort());
  expect(named("undo").sort()).toEqual([...its.undos].sort());
}

/** One key for each half of each step and item, whoever called; and no two share one. */
function expectStableKeys(its: CrashCase): void {
  const keys = new Map<string, Set<string>>();
  for (const entry of shop.ledger) {
    if (entry.order !== orderOf(its) || entry.what !== "call") continue;
    const name = `${nameOf(entry)} ${entry.half}`;
    keys.set(name, (keys.get(name) ?? new Set()).add(entry.key));
  }
  for (const [name, used] of keys) expect([name, used.size]).toEqual([name, 1]);
  expect(new Set([...keys.values()].flatMap((used) => [...used])).size).toBe(keys.size);
}

function expectNothingForwardAfterAnUndo(its: CrashCase): void {
  const calls = shop.ledger.filter(({ order, what }) => order === orderOf(its) && what === "call");
  const undo = calls.findIndex(({ half }) => half === "compensation");
  expect(undo < 0 ? [] : calls.slice(undo).filter(({ half }) => half === "action")).toEqual([]);
}

/** One chain of decisions, and a row that says the same as the log. */
async function expectWhole(run: string): Promise<void> {
  const loaded = await web.load(run);
  const log = await web.entries(run, 0, 100);
  expect(log.map((entry) => entry.seq)).toEqual(log.map((_, index) => index + 1));
  expect(loaded && fold(loaded.saga, log)).toEqual(loaded?.state);
  const { rows } = await database.pool.query("select state, seq, owner, wake_at from saga_run where id = $1", [run]);
  expect(rows).toEqual([{ state: loaded?.state.state, seq: log.length, owner: null, wake_at: null }]);
}

test("when all have ended, verification finds nothing, and the dead are buried", async () => {
  const { runs, findings } = await verifyRuns(database.pool, null);
  expect(findings).toEqual([]);
  expect(runs).toBe(crashCases.length + crashCases.filter(({ saga }) => saga === "Parent").length);
  expect((await database.pool.query("select 1 from saga_inbox")).rowCount).toBe(0);
  await expect
    .poll(async () => (await database.pool.query("select 1 from saga_worker_dead")).rowCount, { timeout: 10_000 })
    .toBe(0);
  const { rows } = await database.pool.query("select count(*)::int as living from saga_worker");
  expect(rows).toEqual([{ living: 1 }]);
});
