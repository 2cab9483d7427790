import { once } from "node:events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { fold, type LogEntry } from "@/engine";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { verifyRuns } from "../verification/verify-runs";
import { createOrchestrator, type Orchestrator } from "./client";
import { type CrashCase, crashCases, crashSagas, points } from "./testing/crash-cases";
import { isDone, publish, registerService, stateWhen, testLog, testSecretKey } from "./testing/fixtures";
import { type HonestCall, type HonestParticipant, startHonestParticipant } from "./testing/honest-participant";
import { prepareWorkers, type Workers } from "./testing/workers";

/**
 * The crash sweep: a worker is killed with SIGKILL at each point of the hot path around one call, and another worker takes
 * its runs over. Whatever the point, they must end as if nothing had happened.
 */
type World = {
  readonly database: TestDatabase;
  /** Another process, which has no worker. */
  readonly web: Orchestrator;
  readonly workers: Workers;
};

/** Cases run side by side, each in a world that it has for itself meanwhile. */
const worlds: World[] = [];
const free: World[] = [];
const waiting: ((world: World) => void)[] = [];
const atOnce = 3;

let shop: HonestParticipant;
/** The participant's side of a death, by order: called when a call has come, and when it is done. */
const deaths = new Map<string, (when: "arrived" | "done", call: HonestCall) => Promise<void>>();

beforeAll(async () => {
  shop = await startHonestParticipant({ meanwhile: async (when, call) => deaths.get(call.order)?.(when, call) });
  while (worlds.length < atOnce) worlds.push(await createWorld());
  free.push(...worlds);
});

afterAll(async () => {
  for (const { database, web, workers } of worlds) {
    workers.end();
    await web.stop();
    await database.drop();
  }
  await shop?.stop();
});

async function createWorld(): Promise<World> {
  const database = await createTestDatabase();
  for (const saga of crashSagas) await publish(database.pool, saga);
  await database.pool.query("update saga_definition set latest_version = 1");
  await registerService(database.pool, "Shop", shop.url);
  const workers = await prepareWorkers(database.url);
  return { database, web: await open(database, "none"), workers };
}

function open({ url }: TestDatabase, worker: "inline" | "none"): Promise<Orchestrator> {
  return createOrchestrator({ databaseUrl: url, secretKey: testSecretKey, log: testLog, worker });
}

async function inAWorld(what: (world: World) => Promise<void>): Promise<void> {
  const world = free.pop() ?? (await new Promise<World>((resolve) => waiting.push(resolve)));
  try {
    await what(world);
  } finally {
    const next = waiting.shift();
    if (next) next(world);
    else free.push(world);
  }
}

const titled = crashCases.map((its) => [its.name, its.point, its] as const);

test.concurrent.each(titled)(
  "%s, killed at %s: another worker ends the run as if nothing had happened",
  (_, __, its) => inAWorld((world) => crash(world, its)),
  90_000,
);

async function crash(world: World, its: CrashCase): Promise<void> {
  const { database, web } = world;
  const { request } = its;
  const seen: number[] = [];
  web.watch(request.id, (entries) => seen.push(...entries.map((entry) => entry.seq)));
  await die(world, its);
  const known = (await Promise.all((await runsOf(world, request.id)).map((run) => web.entries(run, 0, 100)))).flat();
  expectKnown(its, known);
  // A client whose worker died before it answered asks again, with the same key.
  const answer = await web.start([request]);
  if (points[its.point].intent !== null)
    expect(answer).toEqual([{ kind: known.length > 0 ? "repeated" : "started", id: request.id }]);

  await database.pool.query("update saga_worker set lease_until = clock_timestamp() - interval '1 s'");
  const successor = await open(database, "inline");
  try {
    const state = await stateWhen(successor, request.id, isDone, 20_000);
    expect([state.state, state.rollback]).toEqual(its.half === "action" ? ["completed", null] : ["failed", "clean"]);
    const seqs = Array.from({ length: state.seq }, (_, index) => index + 1);
    await vi.waitFor(() => expect(seen).toEqual(seqs), { timeout: 10_000 });
  } finally {
    await successor.stop();
  }
  expectLedger(its);
  const runs = await runsOf(world, request.id);
  expect(runs).toHaveLength(its.saga === "Parent" ? 2 : 1);
  for (const run of runs) await expectWhole(world, run);
  const { rows } = await database.pool.query(
    "select run::text as left from saga_inbox union all select name from saga_worker union all select incarnation::text from saga_worker_dead",
  );
  expect(rows).toEqual([]);
}

/** Runs the case until its worker is dead. */
async function die({ workers }: World, its: CrashCase): Promise<void> {
  const { request, point, step, item, half } = its;
  const isOurs = point !== "call_arrived" && point !== "effect_done";
  const target = { step, half, ...(item === undefined ? {} : { item }) };
  const worker = workers.fork(request, { point: isOurs ? point : "never", ...target });
  const exited = once(worker, "exit");
  if (!isOurs) {
    deaths.set(orderOf(its), async (when, call) => {
      if (!isOf(its, call) || when !== (point === "effect_done" ? "done" : "arrived")) return;
      worker.kill("SIGKILL");
      await exited;
      deaths.delete(orderOf(its));
    });
  }
  const patience = setTimeout(() => worker.kill("SIGTERM"), 20_000);
  const [, signal] = await exited;
  clearTimeout(patience);
  expect(signal).toBe("SIGKILL");
}

const orderOf = ({ request }: CrashCase) => (request.data as { order: string }).order;

const isOf = (its: CrashCase, call: HonestCall) =>
  call.order === orderOf(its) && call.step === its.step && call.item === its.item && call.half === its.half;

const callsOf = (its: CrashCase) => shop.ledger.filter((entry) => entry.what === "call" && isOf(its, entry));

/** The run and its child runs, if they have begun. */
async function runsOf({ database }: World, run: string): Promise<readonly string[]> {
  const begun = "select id from saga_run where id = $1 or parent = $1 order by id";
  return (await database.pool.query(begun, [run])).rows.map(({ id }) => id);
}

/** What the logs and the participant know when the worker has died: that it died where it was meant to. */
function expectKnown(its: CrashCase, log: readonly LogEntry[]): void {
  const { intent, reply, called } = points[its.point];
  const [begun, done] =
    its.half === "action" ? ["StepStarted", "StepCompleted"] : ["CompensationStarted", "CompensationCompleted"];
  if (intent !== null) expect([begun, has(its, log, begun)]).toEqual([begun, intent]);
  if (reply !== null) expect([done, has(its, log, done)]).toEqual([done, reply]);
  if (its.isCall) expect(callsOf(its)).toHaveLength(called);
}

function has({ step, item }: CrashCase, log: readonly LogEntry[], type: string): boolean {
  const found = log.flatMap(({ transitions }) => transitions).filter((t) => t.type === type && "step" in t);
  return found.some((t) => "step" in t && t.step === step && ("item" in t ? t.item : undefined) === item);
}

const nameOf = ({ step, item }: HonestCall) => (item === undefined ? step : `${step} ${item}`);

function expectLedger(its: CrashCase): void {
  const mine = shop.ledger.filter(({ order }) => order === orderOf(its));
  const named = (what: "effect" | "undo") => mine.filter((entry) => entry.what === what).map(nameOf);
  // Everything once: in a run that rolled back, nothing is left.
  expect(named("effect").sort()).toEqual([...its.effects].sort());
  expect(named("undo").sort()).toEqual([...its.undos].sort());
  const calls = mine.filter(({ what }) => what === "call");
  if (its.isCall) expect(points[its.point].calls).toContain(callsOf(its).length);
  expectStableKeys(calls);
  const undo = calls.findIndex(({ half }) => half === "compensation");
  expect(undo < 0 ? [] : calls.slice(undo).filter(({ half }) => half === "action")).toEqual([]);
}

/** One key for each half of each step and item, whoever called; and no two share one. */
function expectStableKeys(calls: readonly HonestCall[]): void {
  const keys = new Map<string, Set<string>>();
  for (const call of calls) {
    const name = `${nameOf(call)} ${call.half}`;
    keys.set(name, (keys.get(name) ?? new Set()).add(call.key));
  }
  for (const [name, used] of keys) expect([name, used.size]).toEqual([name, 1]);
  expect(new Set([...keys.values()].flatMap((used) => [...used])).size).toBe(keys.size);
}

/** One chain of decisions, and a row that says the same as the log. */
async function expectWhole({ database, web }: World, run: string): Promise<void> {
  const loaded = await web.load(run);
  const log = await web.entries(run, 0, 100);
  expect(log.map((entry) => entry.seq)).toEqual(log.map((_, index) => index + 1));
  expect(loaded && fold(loaded.saga, log)).toEqual(loaded?.state);
  const { rows } = await database.pool.query("select state, seq, owner, wake_at from saga_run where id = $1", [run]);
  expect(rows).toEqual([{ state: loaded?.state.state, seq: log.length, owner: null, wake_at: null }]);
}

test("when all have ended, verification finds nothing", async () => {
  let verified = 0;
  for (const { database } of worlds) {
    const { runs, findings } = await verifyRuns(database.pool, null);
    expect(findings).toEqual([]);
    verified += runs;
  }
  expect(verified).toBe(crashCases.length + crashCases.filter(({ saga }) => saga === "Parent").length);
});
