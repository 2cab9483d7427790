/** What comes from outside beside operations: replies after 202, signals, decisions; and it is durable and counts once. */

import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Outcome, RunState } from "@/engine";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { createOrchestrator, type Orchestrator } from "./client";
import type { OrchestratorOptions } from "./options";
import type { ReplyRequest } from "./orchestrator";
import { isDone, publish, registerService, startRequest, stateWhen, testLog, testSecretKey } from "./testing/fixtures";
import { json, type Participant, startParticipant } from "./testing/participant";

const asyncSaga = `
saga: Async
steps:
  - { id: book, action: { command: Shop.Book, timeout: PT20S }, compensation: { command: Shop.Unbook, timeout: PT20S } }
  - { id: pay, action: Shop.Pay, compensation: Shop.Refund }
`;

const hastySaga = `
saga: Hasty
steps:
  - { id: book, action: { command: Shop.Book, timeout: PT0.3S, retry: { attempts: 1 } }, compensation: Shop.Unbook }
`;

const waitingSaga = `
saga: Waiting
steps:
  - { id: paid, kind: signal, signal: Paid, timeout: P3D }
  - { id: agree, kind: approval, approvers: { role: operator }, due: P2D, fourEyes: true }
  - { id: pause, kind: wait, for: PT0.2S }
  - { id: ship, action: Shop.Ship, compensation: Shop.Recall }
`;

let database: TestDatabase;
let options: OrchestratorOptions;
let orchestrator: Orchestrator;
let shop: Participant;

beforeAll(async () => {
  database = await createTestDatabase();
  await publish(database.pool, asyncSaga);
  await publish(database.pool, hastySaga);
  await publish(database.pool, waitingSaga);
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

async function start(saga: string, persons: readonly string[] = ["ada@example.com"]): Promise<string> {
  const request = startRequest(saga, {}, { persons });
  await orchestrator.start([request]);
  return request.id;
}

function reply(run: string, more: Partial<ReplyRequest> = {}): ReplyRequest {
  const outcome: Outcome = { kind: "success", result: { booked: 1 } };
  const id = v7();
  return { id, event: id, run, step: "book", half: "action", outcome, key: `reply:${id}`, hash: "h", ...more };
}

const isTaken = (state: RunState) => state.steps[0]?.action.open?.accepted === true;
const log = async (run: string) => (await orchestrator.entries(run, 0, 1_000)).flatMap((entry) => entry.transitions);

test("a call that was answered 202 is not sent again, is put down, and ends with its reply", async () => {
  shop.answer("/Book", json(202, {}));
  const run = await start("Async");
  await stateWhen(orchestrator, run, isTaken);
  await expect
    .poll(async () => (await database.pool.query("select owner from saga_run where id = $1", [run])).rows[0]?.owner, {
      timeout: 10_000,
    })
    .toBeNull();
  expect(await orchestrator.reply([reply(run)])).toEqual([{ kind: "accepted" }]);
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state).toMatchObject({ state: "completed", steps: [{ result: { booked: 1 } }, {}] });
  expect(shop.commands()).toEqual(["Book", "Pay"]);
});

test("a reply that comes before our own call has returned counts, and the call's own answer changes nothing", async () => {
  shop.answer("/Book", (_, response) => void setTimeout(() => json(200, { late: true })(_, response, _ as never), 800));
  const run = await start("Async");
  await expect.poll(() => shop.commands()).toContain("Book");
  await orchestrator.reply([reply(run)]);
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state.steps[0]).toMatchObject({ result: { booked: 1 } });
});

test("the same event counts once, another body under its id is refused, and nobody's run is nobody's", async () => {
  shop.answer("/Book", json(202, {}));
  const run = await start("Async");
  await stateWhen(orchestrator, run, isTaken);
  const first = reply(run);
  expect(await orchestrator.reply([first, { ...first, id: v7() }])).toEqual([
    { kind: "accepted" },
    { kind: "duplicate" },
  ]);
  expect(await orchestrator.reply([{ ...first, id: v7(), hash: "other" }])).toEqual([{ kind: "key_reused" }]);
  expect(await orchestrator.reply([reply(v7())])).toEqual([{ kind: "no_such_run" }]);
  await stateWhen(orchestrator, run, isDone);
  await orchestrator.reply([reply(run, { event: "again" })]);
  await expect
    .poll(() => log(run))
    .toContainEqual(expect.objectContaining({ type: "ReplyIgnored", id: "again", why: "duplicate" }));
});

test("a success that comes after its undo is a late effect: the end is no longer clean, and a person is asked", async () => {
  shop.answer("/Book", json(202, {}));
  const run = await start("Hasty");
  expect(await stateWhen(orchestrator, run, isDone)).toMatchObject({ state: "failed", rollback: "clean" });
  await orchestrator.reply([reply(run)]);
  const late = await stateWhen(orchestrator, run, (state) => state.attention.length > 0);
  expect(late).toMatchObject({ rollback: "incomplete", attention: [{ reason: "late_effect", step: "book" }] });
});

test("a signal, a decision with four eyes, and a wait take a run forward", async () => {
  const run = await start("Waiting");
  const ask = { id: v7(), run, key: null, hash: "h" };
  const signal = { ...ask, actor: "key:bank", signal: "Paid", data: { amount: 5 } };
  expect(await orchestrator.signal(signal)).toMatchObject({ kind: "done" });
  const { rows } = await database.pool.query("select approvals from saga_run where id = $1", [run]);
  expect(rows[0]?.approvals).toMatchObject([{ step: "agree", generation: 1, dueAt: expect.any(String) }]);
  const decision = { run, step: "agree", generation: 1, decision: "approve", form: { ok: true }, comment: "" } as const;
  const by = (person: string) => ({ ...decision, id: v7(), actor: person, person, key: null, hash: "h" });
  expect(await orchestrator.decide(by("ada@example.com"))).toMatchObject({ kind: "refused", code: "four_eyes" });
  expect(await orchestrator.decide(by("grace@example.com"))).toMatchObject({ kind: "done" });
  expect(await orchestrator.decide(by("grace@example.com"))).toMatchObject({
    kind: "refused",
    code: "already_decided",
  });
  const state = await stateWhen(orchestrator, run, isDone);
  expect(state).toMatchObject({
    state: "completed",
    steps: [{ result: { amount: 5 } }, { result: { by: "grace@example.com" } }, {}, {}],
  });
  expect((await database.pool.query("select approvals from saga_run where id = $1", [run])).rows[0]?.approvals).toEqual(
    [],
  );
});
