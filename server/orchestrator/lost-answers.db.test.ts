import { v7 } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { fold } from "@/engine";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { createOrchestrator, type Orchestrator } from "./client";
import {
  isDone,
  orderSaga,
  publish,
  registerService,
  startRequest,
  stateWhen,
  testLog,
  testSecretKey,
} from "./testing/fixtures";
import { type LossyProxy, startLossyProxy } from "./testing/lossy-proxy";
import { json, type Participant, startParticipant } from "./testing/participant";

/**
 * The database did as it was asked, and the answer never came: nobody who asked can know. The worker begins anew under
 * another incarnation; a caller is told 503 and asks again with the same key. Nothing may be doubled or lost.
 */
let database: TestDatabase;
let shop: Participant;
let proxy: LossyProxy;
/** Works, behind the proxy. */
let worker: Orchestrator | null = null;
/** Without a worker, straight to the database. */
let web: Orchestrator;

const options = { secretKey: testSecretKey, log: testLog } as const;

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, orderSaga);
  proxy = await startLossyProxy(database.url);
  web = await createOrchestrator({ ...options, databaseUrl: database.url, worker: "none" });
});

beforeEach(async () => {
  shop = await startParticipant();
  await registerService(database.pool, "Shop", shop.url);
});

afterEach(async () => {
  await worker?.stop();
  worker = null;
  await shop.stop();
});

afterAll(async () => {
  await web?.stop();
  await proxy?.stop();
  await database?.drop();
});

async function beginWorker(): Promise<Orchestrator> {
  worker = await createOrchestrator({ ...options, databaseUrl: proxy.url, worker: "inline" });
  return worker;
}

async function expectWhole(run: string): Promise<void> {
  const loaded = await web.load(run);
  const log = await web.entries(run, 0, 1_000);
  expect(log.map((entry) => entry.seq)).toEqual(log.map((_, index) => index + 1));
  expect(loaded && fold(loaded.saga, log)).toEqual(loaded?.state);
  const { rows } = await database.pool.query("select state, seq, owner, wake_at from saga_run where id = $1", [run]);
  expect(rows).toEqual([{ state: loaded?.state.state, seq: log.length, owner: null, wake_at: null }]);
}

/** The keys under which each command was called for a run, each with how often. */
function keysOf(run: string): Readonly<Record<string, number>> {
  const keys: Record<string, number> = {};
  for (const { headers } of shop.calls) {
    const key = String(headers["idempotency-key"]);
    if (headers["saga-id"] === run) keys[key] = (keys[key] ?? 0) + 1;
  }
  return keys;
}

test("the answer to every flush of a run is lost: each is found to be committed, and the run completes", async () => {
  const { stats } = await beginWorker();
  const request = startRequest("Order", { order: "every-flush", amount: 1 });
  proxy.lose("flush", { times: 100, isMeant: (text) => text.includes(request.id) });
  await worker?.start([request]);
  expect((await stateWhen(web, request.id, isDone, 20_000)).state).toBe("completed");
  const log = await web.entries(request.id, 0, 100);
  await expect.poll(proxy.lost).toBe(log.length - 1);
  await expect.poll(() => stats().incarnations).toBe(log.length);
  await expectWhole(request.id);
  expect(Object.keys(keysOf(request.id))).toHaveLength(4);
});

test("the answer to every flush of an unwind is lost: each undo is done, once, and the end is clean", async () => {
  shop.answer("/Ship", json(409, { code: "no_carrier" }));
  await beginWorker();
  const request = startRequest("Order", { order: "every-undo", amount: 1 });
  proxy.lose("flush", { times: 100, isMeant: (text) => text.includes(request.id) });
  await worker?.start([request]);
  const state = await stateWhen(web, request.id, isDone, 20_000);
  expect(state).toMatchObject({ state: "failed", rollback: "clean" });
  await expectWhole(request.id);
  const keys = Object.keys(keysOf(request.id));
  expect(keys).toHaveLength(5);
  const commands = shop.commands();
  expect(commands.lastIndexOf("Ship")).toBeLessThan(commands.indexOf("Refund"));
  expect(commands.lastIndexOf("Refund")).toBeLessThan(commands.indexOf("Release"));
});

test("a flush is not answered at all: the worker gives it up, and finds it committed", async () => {
  const { stats } = await beginWorker();
  const request = startRequest("Order", { order: "silence", amount: 1 });
  proxy.lose("flush", { how: "silence", isMeant: (text) => text.includes(request.id) });
  await worker?.start([request]);
  expect((await stateWhen(web, request.id, isDone, 25_000)).state).toBe("completed");
  expect([proxy.lost(), stats().incarnations]).toEqual([1, 2]);
  await expectWhole(request.id);
  expect(Object.keys(keysOf(request.id))).toHaveLength(4);
});

test("a stop that comes while the worker begins anew is done in order, and the next worker goes on at once", async () => {
  const first = await beginWorker();
  const request = startRequest("Order", { order: "stopped", amount: 1 });
  // The worker's old row cannot be deleted yet.
  const holder = await database.pool.connect();
  onTestFinished(() => holder.release(true));
  await holder.query("begin; select 1 from saga_worker for key share");
  proxy.lose("flush", { isMeant: (text) => text.includes(request.id) });
  await first.start([request]);
  await expect.poll(() => first.health().detail).toBe("joining the database");
  const stopped = first.stop();
  await holder.query("rollback");
  await stopped;
  expect((await database.pool.query("select 1 from saga_worker")).rowCount).toBe(0);
  await beginWorker();
  expect((await stateWhen(web, request.id, isDone)).state).toBe("completed");
  await expectWhole(request.id);
});

test.each(["take_over", "free_orphans", "bury", "claim_due"])(
  "the answer to %s is lost while a dead worker's run is taken over: the run ends, each command called once",
  async (statement) => {
    const request = startRequest("Order", { order: `orphan-${statement}`, amount: 1 });
    await web.start([request]);
    await database.pool.query(
      `with dead as (
         insert into saga_worker (incarnation, name, lease_until)
         values (nextval('saga_worker_incarnation'), 'dead', clock_timestamp() - interval '1 s') returning incarnation
       )
       update saga_run set owner = dead.incarnation, wake_at = null from dead where id = $1`,
      [request.id],
    );
    proxy.lose(statement);
    const { stats } = await beginWorker();
    expect((await stateWhen(web, request.id, isDone, 20_000)).state).toBe("completed");
    await expect.poll(() => [proxy.lost(), stats().incarnations]).toEqual([1, 2]);
    await expectWhole(request.id);
    expect(Object.values(keysOf(request.id))).toEqual([1, 1, 1, 1]);
    const dead = () => database.pool.query("select 1 from saga_worker_dead");
    await expect.poll(async () => (await dead()).rowCount, { timeout: 10_000 }).toBe(0);
  },
);

test.each(["start_owned", "start_unowned"])(
  "the answer to %s is lost: the caller is told Unavailable, and with the same key finds the run",
  async (statement) => {
    const working = await beginWorker();
    const idle = await createOrchestrator({ ...options, databaseUrl: proxy.url, worker: "none" });
    const { start } = statement === "start_owned" ? working : idle;
    const ask = () => startRequest("Order", { order: statement, amount: 1 }, { key: statement });
    const first = ask();
    proxy.lose(statement);
    await expect(start([first])).rejects.toMatchObject({ status: 503 });
    await expect.poll(() => working.health().ok).toBe(true);
    expect(await start([ask()])).toEqual([{ kind: "repeated", id: first.id }]);
    expect((await stateWhen(web, first.id, isDone, 20_000)).state).toBe("completed");
    expect(Object.values(keysOf(first.id))).toHaveLength(4);
    const { rows } = await database.pool.query("select 1 from saga_run where business_key = $1", [statement]);
    expect([rows.length, proxy.lost()]).toEqual([1, 1]);
    await idle.stop();
  },
);

test("the answer to an operation is lost: asked again with the same key, it is done once", async () => {
  const { operate } = await beginWorker();
  let pay = () => {};
  shop.answer("/Pay", (_, response) => {
    pay = () => response.end("{}");
  });
  const request = startRequest("Order", { order: "operated", amount: 1 });
  await web.start([request]);
  await expect.poll(() => shop.commands()).toContain("Pay");
  const operation = { operation: "note", reason: "asked twice" } as const;
  const ask = () => operate({ id: v7(), run: request.id, operation, actor: "ada", key: "note-1", hash: "h" });
  proxy.lose("accept");
  await expect(ask()).rejects.toMatchObject({ status: 503 });
  expect(await ask()).toMatchObject({ kind: "done" });
  pay();
  await stateWhen(web, request.id, isDone);
  const log = await web.entries(request.id, 0, 100);
  expect(log.flatMap((entry) => entry.transitions).filter((t) => t.type === "OperationAccepted")).toHaveLength(1);
  expect(proxy.lost()).toBe(1);
});
