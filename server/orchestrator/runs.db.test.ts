import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Operation } from "@/engine";
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
import { json, type Participant, startParticipant } from "./testing/participant";

let database: TestDatabase;
let orchestrator: Orchestrator;
let shop: Participant;

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, orderSaga);
  orchestrator = await createOrchestrator({
    databaseUrl: database.url,
    secretKey: testSecretKey,
    log: testLog,
    worker: "inline",
  });
});

beforeEach(async () => {
  shop = await startParticipant();
  await registerService(database.pool, "Shop", shop.url);
  orchestrator.serviceChanged("Shop");
  return () => shop.stop();
});

afterAll(async () => {
  await orchestrator?.stop();
  await database?.drop();
});

async function startOrder(order: string): Promise<string> {
  const [answer] = await orchestrator.start([startRequest("Order", { order, amount: 12.5 })]);
  if (answer?.kind !== "started") throw new Error(JSON.stringify(answer));
  return answer.id;
}

test("an order runs to its end, each service called once with its key", async () => {
  const run = await startOrder("happy");
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state.state).toBe("completed");
  expect(shop.commands()).toEqual(["Reserve", "Pay", "Ship", "Notify"]);
  expect(shop.calls[0]?.headers).toMatchObject({
    "idempotency-key": `${run}:reserve:1:action`,
    "saga-id": run,
    "saga-step": "reserve",
    "saga-attempt": "1",
    "content-type": "application/json",
  });
  expect(JSON.parse(shop.calls[0]?.body ?? "")).toMatchObject({ saga_id: run, step_name: "reserve", order: "happy" });
  const { rows } = await database.pool.query("select * from saga_run where id = $1", [run]);
  expect(rows[0]).toMatchObject({
    state: "completed",
    owner: null,
    wake_at: null,
    business_key: "happy",
    exposure: 12.5,
  });
  expect(rows[0].ended_at).not.toBeNull();
});

test("a declined payment unwinds what was done, last first", async () => {
  shop.answer("/Pay", json(402, { type: "https://example.com/card-declined", title: "Card declined" }));
  const state = await stateWhen(orchestrator, await startOrder("declined"), isDone);
  expect(state).toMatchObject({ state: "failed", cause: "step_failed", rollback: "clean" });
  expect(state.error).toMatchObject({ step: "pay", code: "card-declined", message: "Card declined", status: 402 });
  expect(shop.commands()).toEqual(["Reserve", "Pay", "Release"]);
});

test("an attempt that fails is tried again under the same key, and then succeeds", async () => {
  let calls = 0;
  shop.answer("/Pay", (call, response, request) => {
    calls += 1;
    const answer = calls < 3 ? json(503, { title: "Busy" }) : json(200, { payment: "p1" });
    answer(call, response, request);
  });
  const run = await startOrder("retry");
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state.state).toBe("completed");
  const pays = shop.calls.filter((call) => call.path === "/Pay");
  expect(pays.map((call) => call.headers["saga-attempt"])).toEqual(["1", "2", "3"]);
  expect(new Set(pays.map((call) => call.headers["idempotency-key"])).size).toBe(1);
});

test("a service that does not answer in time leaves an unknown effect, which is undone", async () => {
  shop.answer("/Pay", () => {});
  await publish(
    database.pool,
    orderSaga.replace("timeout: PT2S, retry: { attempts: 3", "timeout: PT0.4S, retry: { attempts: 1"),
    2,
  );
  const [answer] = await orchestrator.start([startRequest("Order", { order: "slow", amount: 1 }, { version: 2 })]);
  if (answer?.kind !== "started") throw new Error("not started");
  const state = await stateWhen(orchestrator, answer.id, isDone);
  expect(state).toMatchObject({ state: "failed", rollback: "clean" });
  expect(state.error).toMatchObject({ step: "pay", code: "timeout" });
  expect(shop.commands()).toEqual(["Reserve", "Pay", "Refund", "Release"]);
});

test("a failed undo holds the run until a person retries it", async () => {
  shop.answer("/Ship", json(409, { code: "no_carrier", message: "No carrier" }));
  shop.answer("/Refund", json(500, { title: "Ledger closed" }));
  const run = await startOrder("broken-refund");
  const held = await stateWhen(orchestrator, run, (state) => state.attention.length > 0);
  expect(held.attention).toMatchObject([{ reason: "compensation_failed", step: "pay" }]);
  const { rows } = await database.pool.query("select attention from saga_run where id = $1", [run]);
  expect(rows[0].attention).toMatchObject([{ reason: "compensation_failed", step: "pay" }]);

  shop.answer("/Refund", json(200, { refunded: true }));
  const answer = await operate(run, { operation: "retryCompensation", step: "pay", reason: "ledger is open again" });
  expect(answer.kind).toBe("done");
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state).toMatchObject({ state: "failed", rollback: "clean", attention: [] });
});

test("an operation that does not fit is refused, in the log too", async () => {
  const run = await startOrder("refused");
  await stateWhen(orchestrator, run, isDone);
  const answer = await operate(run, { operation: "cancel", reason: "too late" });
  expect(answer.kind).toBe("refused");
  const log = await orchestrator.entries(run, 0, 100);
  expect(log.at(-1)).toMatchObject({ actor: "ada", transitions: [{ type: "OperationRefused" }] });
  const { rows } = await database.pool.query("select owner, seq from saga_run where id = $1", [run]);
  expect(rows[0]).toMatchObject({ owner: null, seq: log.at(-1)?.seq });
  const inbox = await database.pool.query("select 1 from saga_inbox where run = $1", [run]);
  expect(inbox.rowCount).toBe(0);
});

test("an operation asked for twice with one key is done once and answered twice", async () => {
  const run = await startOrder("noted");
  const note: Operation = { operation: "note", reason: "called the customer" };
  const ask = () =>
    orchestrator.operate({ id: v7(), run, operation: note, actor: "ada", key: `note-${run}`, hash: "a" });
  const answers = await Promise.all([ask(), ask(), ask()]);
  answers.push(await ask());
  expect(answers[0]?.kind).toBe("done");
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const other = await orchestrator.operate({
    id: v7(),
    run,
    operation: note,
    actor: "ada",
    key: `note-${run}`,
    hash: "b",
  });
  expect(other).toEqual({ kind: "key_reused" });
  await stateWhen(orchestrator, run, isDone);
  const log = await orchestrator.entries(run, 0, 100);
  const accepted = log.flatMap((entry) => entry.transitions).filter((t) => t.type === "OperationAccepted");
  expect(accepted).toHaveLength(1);
});

test("operating on a run that does not exist says so", async () => {
  expect(await operate(v7(), { operation: "note", reason: "hello" })).toEqual({ kind: "no_such_run" });
});

test("a run is watched from now on, every decision once and in order", async () => {
  shop.answer("/Pay", (call, response, request) => setTimeout(() => json(200, {})(call, response, request), 150));
  const run = await startOrder("watched");
  const seen: number[] = [];
  const moved = new Set<string>();
  const stopMoved = orchestrator.onMoved((runs) => {
    for (const { run: id } of runs) moved.add(id);
  });
  const stop = orchestrator.watch(run, (entries) => seen.push(...entries.map((entry) => entry.seq)));
  const state = await stateWhen(orchestrator, run, isDone);
  await expect.poll(() => seen.at(-1)).toBe(state.seq);
  stop();
  stopMoved();
  expect(seen).toEqual(seen.map((_, index) => (seen[0] ?? 0) + index));
  expect(moved.has(run)).toBe(true);
});

function operate(run: string, operation: Operation) {
  return orchestrator.operate({ id: v7(), run, operation, actor: "ada", key: null, hash: "" });
}

test("a failed run lives again only while its unique business key is free", async () => {
  const unique = orderSaga.replace("saga: Order", "saga: UniqueOrder\nbusinessKeyUnique: true");
  const noUndo = unique
    .replace(", compensation: Shop.Release", "")
    .replace("{ id: reserve,", "{ id: reserve, class: readonly,");
  await publish(database.pool, noUndo);
  const start = async () => {
    const [answer] = await orchestrator.start([startRequest("UniqueOrder", { order: "one", amount: 1 })]);
    if (answer?.kind !== "started") throw new Error(JSON.stringify(answer));
    return answer.id;
  };
  const keyOf = async (run: string) =>
    (await database.pool.query("select unique_key from saga_run where id = $1", [run])).rows[0].unique_key;
  shop.answer("/Reserve", json(409, { code: "sold_out" }));
  const first = await start();
  await stateWhen(orchestrator, first, isDone);
  expect(await keyOf(first)).toBeNull();

  shop.answer("/Reserve", () => {});
  const second = await start();
  const retry: Operation = { operation: "retry", step: "reserve", reason: "restocked" };
  expect(await operate(first, retry)).toMatchObject({ kind: "refused", code: "business_key_taken" });
  expect(await operate(second, { operation: "terminate", reason: "not this one" })).toMatchObject({ kind: "done" });
  expect(await keyOf(second)).toBeNull();

  expect(await operate(first, retry)).toEqual({ kind: "done", seq: 4 });
  expect(await keyOf(first)).toBe("one");
  expect(await operate(first, { operation: "terminate", reason: "enough" })).toMatchObject({ kind: "done" });
  expect(await keyOf(first)).toBeNull();
});

test("a service that is not registered fails the step without an effect", async () => {
  await publish(
    database.pool,
    "saga: Lost\nsteps: [{ id: go, class: readonly, action: { command: Nobody.Go, retry: { attempts: 2, initial: PT0.05S } } }]",
  );
  const [answer] = await orchestrator.start([startRequest("Lost", {})]);
  if (answer?.kind !== "started") throw new Error("not started");
  const state = await stateWhen(orchestrator, answer.id, isDone);
  expect(state).toMatchObject({ state: "failed", rollback: "nothing_to_undo", residue: [] });
  expect(state.error).toMatchObject({ code: "service_not_registered" });
  expect(state.steps[0]).toMatchObject({ effect: "none", action: { attempt: 2 } });
});
