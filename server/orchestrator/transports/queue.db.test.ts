import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { InvokeCommand } from "@/engine";
import { createTestDatabase, type TestDatabase } from "../../testing/database";
import { newId } from "../../uuid";
import { testLog } from "../testing/fixtures";
import { type LossyProxy, startLossyProxy } from "../testing/lossy-proxy";
import { QueueTransport } from "./queue";

let database: TestDatabase;
let proxy: LossyProxy;
let transport: QueueTransport;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startLossyProxy(database.url);
});
afterAll(async () => {
  await proxy?.stop();
  await database?.drop();
});
beforeEach(() => {
  transport = new QueueTransport({ url: proxy.url, log: testLog });
});
afterEach(async () => {
  await transport.close();
  await database.pool.query("delete from saga_queue_item");
});

const run = newId();

function commandOf(more: Partial<InvokeCommand> = {}): InvokeCommand {
  return {
    ...{ type: "InvokeCommand", run, saga: "Order", step: "pay", half: "action", attempt: 1, generation: 1 },
    ...{ key: `${run}:pay:1:action`, service: "PayService", command: "Pay", input: { amount: 5 } },
    ...{ timeoutAt: Date.now() + 60_000, http: null },
    ...more,
  };
}

const call = (more: Partial<InvokeCommand> = {}, signal = new AbortController().signal) =>
  transport.call(commandOf(more), null, signal);
const rows = async () => (await database.pool.query("select * from saga_queue_item order by id")).rows;

test("a command is in the queue before it is accepted", async () => {
  expect(await call({ item: 2, input: { note: "a\u0000b" } })).toBe("accepted");
  expect(await rows()).toMatchObject([
    {
      ...{
        service: "PayService",
        key: `${run}:pay:1:action`,
        half: "action",
        run,
        step: "pay",
        item: 2,
        command: "Pay",
      },
      ...{ attempt: 1, first_attempt: 1, generation: 1, input: { note: "a\ufffdb" }, lease: null, lease_until: null },
    },
  ]);
});

test("a choreography's command waits as long as its event is waited for", async () => {
  const minutes = async () =>
    (await rows()).map((row) => Math.round((row.claim_until.getTime() - Date.now()) / 60_000)).sort((a, b) => a - b);
  await call({ key: "a" });
  await call({ key: "b", eventWithin: 3_600_000 });
  await call({ key: "c", eventWithin: null });
  const [attempt = 0, event = 0, whenever = 0] = await minutes();
  expect(attempt).toBeLessThanOrEqual(1);
  expect(event).toBeGreaterThanOrEqual(55);
  expect(whenever).toBeGreaterThan(event);
});

test("commands that come together are each in the queue once", async () => {
  const keys = Array.from({ length: 600 }, (_, n) => `${run}:pay:${n}:1:action`);
  const answers = await Promise.all([...keys, ...keys.slice(0, 50)].map((key) => call({ key })));
  expect(new Set(answers)).toEqual(new Set(["accepted"]));
  expect((await rows()).map(({ key }) => key).sort()).toEqual([...keys].sort());
});

test("the next attempt takes the place of the one that waits, and never the other way round", async () => {
  await call();
  const [first] = await rows();
  await call({ attempt: 2, input: { amount: 6 } });
  await call({ attempt: 1, again: true });
  expect(await rows()).toMatchObject([{ id: first.id, attempt: 2, first_attempt: 1, input: { amount: 6 } }]);
});

test("whoever has a command keeps it when it is sent once more", async () => {
  await call();
  const lease = { lease: newId(), lease_until: new Date(Date.now() + 30_000), leased: 1 };
  const values = [lease.lease, lease.lease_until, lease.leased];
  await database.pool.query("update saga_queue_item set lease = $1, lease_until = $2, leased = $3", values);
  await call({ again: true });
  await call({ attempt: 2 });
  expect(await rows()).toMatchObject([{ ...lease, attempt: 2 }]);
});

test("a command that was answered before is a new one when it is sent again", async () => {
  await call();
  const [first] = await rows();
  await database.pool.query("delete from saga_queue_item");
  await call({ attempt: 2 });
  const [second] = await rows();
  expect(second).toMatchObject({ attempt: 2, first_attempt: 2 });
  expect(second.id).not.toBe(first.id);
});

test("a probe waits beside the action whose key it bears", async () => {
  await call();
  await call({ half: "probe", command: "Find" });
  expect((await rows()).map(({ half }) => half)).toEqual(["action", "probe"]);
});

test("a commit of which nobody heard is made again, and makes one item", async () => {
  proxy.lose("enqueue");
  expect(await call()).toBe("accepted");
  expect(proxy.lost()).toBe(1);
  expect(await rows()).toHaveLength(1);
});

test("a commit of which nobody hears until the attempt's time is over is unknown", async () => {
  proxy.lose("enqueue", { times: 100 });
  const deadline = new AbortController();
  const answer = call({}, deadline.signal);
  await expect.poll(() => proxy.lost()).toBeGreaterThan(1);
  deadline.abort();
  expect(await answer).toMatchObject({ kind: "unknown", error: { code: "queue_unknown" } });
  proxy.lose("nothing");
});

test("a call that was over before it began has stored nothing, and the attempt is not spent", async () => {
  const outcome = await call({}, AbortSignal.abort());
  expect(outcome).toMatchObject({ kind: "retryable", whenSpent: "none", undelivered: true });
  expect(await rows()).toEqual([]);
});

test("a database that cannot be reached has stored nothing, and the attempt is not spent", async () => {
  const away = new QueueTransport({ url: "postgresql://nobody@127.0.0.1:1/nothing", log: testLog });
  const outcome = await away.call(commandOf(), null, new AbortController().signal);
  expect(outcome).toMatchObject({
    ...{ kind: "retryable", whenSpent: "none", undelivered: true },
    error: { code: "queue_unreachable" },
  });
  await away.close();
});

test("a command that the database refuses is not stored, and is not sent for ever", async () => {
  const outcome = await call({ run: "not an id" });
  expect(outcome).toMatchObject({ kind: "retryable", whenSpent: "none", error: { code: "queue_refused" } });
  expect(outcome).not.toHaveProperty("undelivered");
});
