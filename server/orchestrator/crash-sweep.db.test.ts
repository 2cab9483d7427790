import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fold, type InvokeCommand, type LogEntry } from "@/engine";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { verifyRuns } from "../verification/verify-runs";
import { createOrchestrator, type Orchestrator, type StartAnswer, type StartRequest } from "./client";
import { isDone, publish, registerService, startRequest, stateWhen, testLog, testSecretKey } from "./testing/fixtures";
import { type HonestCall, type HonestParticipant, startHonestParticipant } from "./testing/honest-participant";
import type { Point as OwnPoint } from "./testing/worker-process";
import { prepareWorkers, type Workers } from "./testing/workers";

/**
 * The crash sweep: a worker is killed with SIGKILL at each point of the hot path around one call, and another worker takes
 * its run over. Whatever the point, the run must end as if nothing had happened.
 */
type Point = Exclude<OwnPoint, "never"> | "call_arrived" | "effect_done";
type Half = InvokeCommand["half"];

/**
 * What is known at the point: whether the log has the intent and the reply (null: on its way), and how often the
 * participant was called; and how often it is called in the end. A call of which nobody knows is made once more.
 */
const points: Readonly<Record<Point, readonly [boolean | null, boolean | null, number, readonly number[]]>> = {
  intent_unsent: [false, false, 0, [1]],
  intent_sent: [null, false, 0, [1]],
  intent_committed: [true, false, 0, [1]],
  call_leaving: [true, false, 0, [1]],
  call_arrived: [true, false, 1, [2]],
  effect_done: [true, false, 1, [2]],
  reply_read: [true, false, 1, [2]],
  reply_unsent: [true, false, 1, [2]],
  reply_sent: [true, null, 1, [1, 2]],
  reply_committed: [true, true, 1, [1]],
  untold: [true, true, 1, [1]],
  told: [true, true, 1, [1]],
};

const action = (id: string, command: string, undo: string) => `
  - id: ${id}
    action: Shop.${command}
    compensation: { command: Shop.${undo}, input: { key: "\${action_key}", order: "\${data.order}" } }`;
const trip = `${action("reserve", "Reserve", "Release")}${action("pay", "Pay", "Refund")}`;
const line = `saga: Line\nsteps:${trip}${action("ship", "Ship", "Recall")}\n`;
const diamond = `saga: Diamond\nsteps:${trip}${action("pack", "Pack", "Unpack")}${action("ship", "Ship", "Recall")}
edges: [{ from: reserve, to: pay }, { from: reserve, to: pack }, { from: pay, to: ship }, { from: pack, to: ship }]\n`;

/** The first call of a run, whose intent is written with its start; one between others, alone or beside another; the last. */
const targets = [
  ["Line", "reserve", "action"],
  ["Line", "pay", "action"],
  ["Line", "ship", "action"],
  ["Line", "pay", "compensation"],
  ["Line", "reserve", "compensation"],
  ["Diamond", "pay", "action"],
  ["Diamond", "pay", "compensation"],
] as const satisfies readonly (readonly [string, string, Half])[];

type Case = {
  readonly point: Point;
  readonly saga: string;
  readonly step: string;
  readonly half: Half;
  readonly request: StartRequest;
  /** What `watch` told another process, in order. */
  readonly seen: number[];
};

/** An undo has its turn because the last step is refused. */
function caseOf(point: Point, [saga, step, half]: (typeof targets)[number]): Case {
  const order = `${saga}-${step}-${half}-${point}`;
  const request = startRequest(saga, { order, refused: half === "compensation" ? "ship" : null }, { key: order });
  return { point, saga, step, half, request, seen: [] };
}

const cases = targets.flatMap((target) => (Object.keys(points) as Point[]).map((point) => caseOf(point, target)));
const atOnce = 3;

let database: TestDatabase;
let web: Orchestrator;
let successor: Orchestrator;
let shop: HonestParticipant;
let workers: Workers;
type AtDeath = { readonly signal: string; readonly log: readonly LogEntry[]; readonly calls: number };

/** What the log and the participant knew when the worker had died. */
const atDeath = new Map<string, AtDeath>();
/** A client whose worker died before it answered asks again, with the same key. */
const answers = new Map<string, StartAnswer | undefined>();
/** The participant's side of a death: called when a call arrives, or is done. */
const deaths = new Map<string, (when: "arrived" | "done", call: HonestCall) => Promise<void>>();

beforeAll(async () => {
  database = await createTestDatabase();
  for (const saga of [line, diamond]) await publish(database.pool, saga);
  shop = await startHonestParticipant({
    refuses: (call) => call.input.refused === call.step,
    meanwhile: async (when, call) => deaths.get(call.run)?.(when, call),
  });
  await registerService(database.pool, "Shop", shop.url);
  const options = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog };
  web = await createOrchestrator({ ...options, worker: "none" });
  workers = await prepareWorkers(database.url);
  const waiting = [...cases];
  const dieInTurn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await die(next);
  };
  await Promise.all(Array.from({ length: atOnce }, dieInTurn));
  await database.pool.query("update saga_worker set lease_until = clock_timestamp() - interval '1 s'");
  for (const { request } of cases) answers.set(request.id, (await web.start([request]))[0]);
  successor = await createOrchestrator({ ...options, worker: "inline" });
}, 180_000);

afterAll(async () => {
  workers?.end();
  await successor?.stop();
  await web?.stop();
  await shop?.stop();
  await database?.drop();
});

/** Runs the case until its worker is dead, and sees to it that nobody takes its run over yet. */
async function die({ point, step, half, request, seen }: Case): Promise<void> {
  web.watch(request.id, (entries) => seen.push(...entries.map((entry) => entry.seq)));
  const isOurs = point !== "call_arrived" && point !== "effect_done";
  const worker = workers.fork(request, { point: isOurs ? point : "never", step, half });
  const exited = once(worker, "exit");
  if (!isOurs) {
    deaths.set(request.id, async (when, call) => {
      if (call.step !== step || call.half !== half || when !== (point === "effect_done" ? "done" : "arrived")) return;
      worker.kill("SIGKILL");
      await exited;
      deaths.delete(request.id);
    });
  }
  const patience = setTimeout(() => worker.kill("SIGTERM"), 20_000);
  const [, signal] = await exited;
  clearTimeout(patience);
  await database.pool.query(
    "update saga_worker set lease_until = clock_timestamp() + interval '1 h' where name like $1",
    [`%:${worker.pid}`],
  );
  const log = await web.entries(request.id, 0, 100);
  atDeath.set(request.id, { signal, log, calls: callsOf(request.id, step, half).length });
}

function callsOf(run: string, step: string, half: Half): readonly HonestCall[] {
  return shop.ledger.filter((e) => e.what === "call" && e.run === run && e.step === step && e.half === half);
}

function countOf(run: string, what: "effect" | "undo"): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const e of shop.ledger) if (e.run === run && e.what === what) counts[e.step] = (counts[e.step] ?? 0) + 1;
  return counts;
}

function has(log: readonly LogEntry[], type: string, step: string): boolean {
  return log.some(({ transitions }) => transitions.some((t) => t.type === type && "step" in t && t.step === step));
}

const titled = cases.map((each) => [`${each.half} ${each.step} of ${each.saga}`, each.point, each] as const);

test.each(titled)("%s, killed at %s: another worker ends the run as if nothing had happened", async (_, point, its) => {
  const { step, half, request, saga, seen } = its;
  const run = request.id;
  const [intent, reply, callsAtDeath, calls] = points[point];
  const known = atDeath.get(run);
  expect(known?.signal).toBe("SIGKILL");
  const [started, completed] =
    half === "action" ? ["StepStarted", "StepCompleted"] : ["CompensationStarted", "CompensationCompleted"];
  if (intent !== null) expect(has(known?.log ?? [], started, step)).toBe(intent);
  if (reply !== null) expect(has(known?.log ?? [], completed, step)).toBe(reply);
  expect(known?.calls).toBe(callsAtDeath);
  const isBegun = (known?.log ?? []).length > 0;
  if (intent !== null) expect(answers.get(run)).toEqual({ kind: isBegun ? "repeated" : "started", id: run });

  const state = await stateWhen(successor, run, isDone, 20_000);
  const forward = half === "action";
  expect([state.state, state.rollback]).toEqual(forward ? ["completed", null] : ["failed", "clean"]);
  expect(calls).toContain(callsOf(run, step, half).length);
  const sides = saga === "Line" ? { pay: 1 } : { pay: 1, pack: 1 };
  expect(countOf(run, "effect")).toEqual({ reserve: 1, ...sides, ...(forward ? { ship: 1 } : {}) });
  expect(countOf(run, "undo")).toEqual(forward ? {} : { reserve: 1, ...sides });
  expectStableKeys(run);
  expectNothingForwardAfterAnUndo(run);

  const loaded = await web.load(run);
  const log = await web.entries(run, 0, 100);
  const seqs = log.map((entry) => entry.seq);
  expect(seqs).toEqual(log.map((_, index) => index + 1));
  expect(loaded && fold(loaded.saga, log)).toEqual(loaded?.state);
  const { rows } = await database.pool.query("select state, seq, owner, wake_at from saga_run where id = $1", [run]);
  expect(rows).toEqual([{ state: loaded?.state.state, seq: log.length, owner: null, wake_at: null }]);
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(seqs);
});

/** One key for each half of each step, whoever called; and no two share one. */
function expectStableKeys(run: string): void {
  const keys = new Map<string, Set<string>>();
  for (const e of shop.ledger) {
    if (e.run !== run || e.what !== "call") continue;
    const half = `${e.step} ${e.half}`;
    keys.set(half, (keys.get(half) ?? new Set()).add(e.key));
  }
  for (const [half, used] of keys) expect([half, used.size]).toEqual([half, 1]);
  expect(new Set([...keys.values()].flatMap((used) => [...used])).size).toBe(keys.size);
}

function expectNothingForwardAfterAnUndo(run: string): void {
  const calls = shop.ledger.filter((e) => e.run === run && e.what === "call");
  const undo = calls.findIndex((e) => e.half === "compensation");
  expect(undo < 0 ? [] : calls.slice(undo).filter((e) => e.half === "action")).toEqual([]);
}

test("when all have ended, verification finds nothing, and the dead are buried", async () => {
  const { runs, findings } = await verifyRuns(database.pool, null);
  expect(findings).toEqual([]);
  expect(runs).toBe(cases.length);
  await expect
    .poll(async () => (await database.pool.query("select 1 from saga_worker_dead")).rowCount, { timeout: 10_000 })
    .toBe(0);
  const { rows } = await database.pool.query("select count(*)::int as living from saga_worker");
  expect(rows).toEqual([{ living: 1 }]);
});
