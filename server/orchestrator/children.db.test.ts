/** A saga step's run: begun once, undone with its parent, and never lost between the two (U8). */

import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Operation, RunState } from "@/engine";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { createOrchestrator, type Orchestrator } from "./client";
import type { OrchestratorOptions } from "./options";
import { isDone, publish, registerService, startRequest, stateWhen, testLog, testSecretKey } from "./testing/fixtures";
import { json, type Participant, startParticipant } from "./testing/participant";

const parentSaga = `
saga: Parent
steps:
  - { id: hold, action: Shop.Hold, compensation: Shop.Unhold }
  - { id: sub, kind: saga, saga: Child, input: { amount: "\${data.amount}" } }
  - { id: finish, action: { command: Shop.Finish, retry: { attempts: 1 } }, compensation: Shop.Unfinish }
`;

const childSaga = `
saga: Child
input: { type: object, required: [amount], properties: { amount: { type: number, minimum: 1 } } }
steps:
  - { id: first, action: { command: Shop.First, timeout: PT20S }, compensation: { command: Shop.UndoFirst, retry: { attempts: 1 } } }
  - { id: second, action: { command: Shop.Second, retry: { attempts: 1 } }, compensation: Shop.UndoSecond }
`;

let database: TestDatabase;
let options: OrchestratorOptions;
let orchestrator: Orchestrator;
let shop: Participant;

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, parentSaga);
  await publish(database.pool, childSaga);
  await publish(database.pool, "saga: Quick\nsteps:\n  - { id: sum, kind: transform, set: { one: 1 } }\n");
  await publish(
    database.pool,
    "saga: Outer\nsteps:\n  - { id: sub, kind: saga, saga: Quick }\n  - { id: lost, kind: saga, saga: Nobody, onFailure: continue }\n",
  );
  await database.pool.query("update saga_definition set latest_version = 1");
  options = { databaseUrl: database.url, secretKey: testSecretKey, log: testLog, worker: "inline" };
  orchestrator = await createOrchestrator(options);
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

async function start(amount = 5, saga = "Parent"): Promise<string> {
  const request = startRequest(saga, { amount });
  await orchestrator.start([request]);
  return request.id;
}

async function childOf(run: string): Promise<string> {
  const state = await stateWhen(orchestrator, run, (s) => s.steps.some((step) => step.child !== null));
  return state.steps.find((step) => step.child !== null)?.child ?? "";
}

function operate(run: string, operation: Operation) {
  return orchestrator.operate({ id: v7(), run, operation, actor: "grace", key: null, hash: "h" });
}

const undone = (state: RunState) => ({ state: state.state, rollback: state.rollback });

test("a child run is begun with its own input, and its results are the step's", async () => {
  const run = await start();
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state.state).toBe("completed");
  const child = await childOf(run);
  expect(state.steps[1]?.result).toEqual({ saga_id: child, results: { first: { ok: true }, second: { ok: true } } });
  expect(await orchestrator.load(child)).toMatchObject({
    state: { data: { amount: 5 }, parent: { run, step: "sub" } },
  });
  const { rows } = await database.pool.query("select parent, parent_step from saga_run where id = $1", [child]);
  expect(rows).toEqual([{ parent: run, parent_step: "sub" }]);
});

test("the parent's unwind unwinds a child that had completed, before what came before it", async () => {
  shop.answer("/Finish", json(409, {}));
  const run = await start();
  const state = await stateWhen(orchestrator, run, isDone);
  expect(undone(state)).toEqual({ state: "failed", rollback: "clean" });
  const child = await orchestrator.load(await childOf(run));
  expect(child && undone(child.state)).toEqual({ state: "failed", rollback: "clean" });
  expect(shop.commands().slice(-3)).toEqual(["UndoSecond", "UndoFirst", "Unhold"]);
});

test("a child that rolls back by itself is a plain failure of its step", async () => {
  shop.answer("/Second", json(409, {}));
  const run = await start();
  const state = await stateWhen(orchestrator, run, isDone);
  expect(undone(state)).toEqual({ state: "failed", rollback: "clean" });
  expect(state.steps[1]).toMatchObject({ status: "failed", effect: "none" });
  expect(shop.commands()).toEqual(["Hold", "First", "Second", "UndoFirst", "Unhold"]);
});

test("cancelling the parent cancels a child under way, and waits for it", async () => {
  let answer = () => {};
  shop.answer("/First", (_, response) => {
    answer = () => json(200, {})(_, response, _ as never);
  });
  const run = await start();
  const child = await childOf(run);
  await expect.poll(() => shop.commands()).toContain("First");
  expect(await operate(run, { operation: "cancel", reason: "no" })).toMatchObject({ kind: "done" });
  await stateWhen(orchestrator, child, (s) => s.unwind !== null);
  answer();
  expect(undone(await stateWhen(orchestrator, run, isDone))).toEqual({ state: "failed", rollback: "clean" });
  expect(undone(await stateWhen(orchestrator, child, isDone))).toEqual({ state: "failed", rollback: "clean" });
  expect(shop.commands()).toEqual(["Hold", "First", "UndoFirst", "Unhold"]);
});

test("a child whose undo fails holds its parent's unwind until it is repaired", async () => {
  shop.answer("/Finish", json(409, {}));
  shop.answer("/UndoFirst", json(409, {}));
  const run = await start();
  const child = await childOf(run);
  await stateWhen(orchestrator, child, (s) => s.attention.length > 0);
  expect((await orchestrator.load(run))?.state.state).toBe("compensating");
  shop.answer("/UndoFirst", json(200, {}));
  await operate(child, { operation: "retryCompensation", step: "first", reason: "mended" });
  expect(undone(await stateWhen(orchestrator, run, isDone))).toEqual({ state: "failed", rollback: "clean" });
});

test("terminating the parent terminates its child", async () => {
  shop.answer("/First", () => {});
  const run = await start();
  const child = await childOf(run);
  await operate(run, { operation: "terminate", reason: "enough" });
  expect(undone(await stateWhen(orchestrator, child, isDone))).toEqual({ state: "failed", rollback: "incomplete" });
});

test("a child that ends with its first decision, and one that cannot begin, are answered all the same", async () => {
  const run = await start(5, "Outer");
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state).toMatchObject({
    state: "completed",
    steps: [
      { result: { results: { sum: { one: 1 } } } },
      { status: "failed", action: { error: { code: "saga_not_published" } } },
    ],
  });
});

test("data that do not fit the child's input schema fail the step", async () => {
  const run = await start(0);
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state.steps[1]).toMatchObject({ status: "failed", action: { error: { code: "invalid_data" } } });
});

test("a parent waits for its child without a worker, and goes on after a restart", async () => {
  shop.answer("/First", json(202, {}));
  const run = await start();
  const child = await childOf(run);
  await stateWhen(orchestrator, child, (s) => s.steps[0]?.action.open?.accepted === true);
  await orchestrator.stop();
  orchestrator = await createOrchestrator(options);
  const id = v7();
  const outcome = { kind: "success", result: { ok: true } } as const;
  await orchestrator.reply([
    { id, event: id, run: child, step: "first", half: "action", outcome, key: `reply:${id}`, hash: "h" },
  ]);
  expect((await stateWhen(orchestrator, run, isDone)).state).toBe("completed");
});
