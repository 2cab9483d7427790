import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { QueueItem } from "@/contract/queues";
import { startTestApi, type TestApi } from "../testing/api";
import { next, publishQueued, runOut, say, startRun, waitingFor } from "../testing/queued";
import { runWhen, stepOf } from "../testing/with-sagas";
import { newId } from "../uuid";
import { enqueue } from "./sql/enqueue";
import { sweepForgotten, sweepOver } from "./sql/sweep";

/** Leases are short here, so that one may run out while a test looks on. */
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({ leaseMs: 1_000 });
  await publishQueued(api, {
    saga: "Slow",
    steps: [{ id: "dig", action: "DigService.Dig", compensation: "DigService.Fill" }],
  });
  const once = { attempts: 1 };
  await publishQueued(api, {
    saga: "Hasty",
    steps: [
      { id: "first", action: "DigService.First", compensation: "DigService.Back" },
      {
        id: "hurry",
        action: { command: "IdleService.Hurry", timeout: "PT2S", retry: once },
        compensation: "IdleService.Rest",
      },
    ],
  });
  await publishQueued(api, {
    saga: "Silent",
    steps: [
      {
        id: "ask",
        action: { command: "IdleService.Ask", timeout: "PT1S", retry: once },
        compensation: "IdleService.Forget",
      },
    ],
  });
  await publishQueued(api, {
    saga: "Twins",
    steps: [
      { id: "start", kind: "transform", set: { one: "${1}" } },
      { id: "left", action: { command: "LeftService.Go", retry: once }, compensation: "LeftService.Return" },
      {
        id: "right",
        action: { command: "RightService.Go", timeout: "PT5S", retry: once },
        compensation: "RightService.Return",
      },
    ],
    edges: [
      { from: "start", to: "left" },
      { from: "start", to: "right" },
    ],
  });
  await publishQueued(api, {
    saga: "Asked",
    steps: [
      {
        id: "order",
        class: "irreversible",
        action: { command: "ShopService.Order", timeout: "PT1S", retry: once },
        probe: "ShopService.Find",
      },
    ],
  });
  await publishQueued(api, {
    saga: "Many",
    steps: [
      {
        id: "each",
        kind: "forEach",
        items: "${[1, 2, 3]}",
        as: "it",
        concurrency: 3,
        action: "ManyService.Do",
        compensation: "ManyService.Undo",
      },
    ],
  });
});
afterAll(() => api.stop());

const answer = (service: string, word: "complete" | "fail", { id, lease }: QueueItem, more: object = {}) =>
  say(api, service, word, { id, lease, ...(word === "complete" ? { result: null } : {}), ...more });
const ended = (run: string) => runWhen(api, run, ({ state }) => state === "completed" || state === "failed");
const itemsOf = async (run: string) =>
  (await api.db.pool.query("select * from saga_queue_item where run = $1", [run])).rows;

/** Resolves when what is over has been taken away. */
async function swept(): Promise<void> {
  const run = newId();
  const named = { id: newId(), service: "NoService", key: run, half: "action", run, step: "x", item: null };
  const client = await api.db.pool.connect();
  await enqueue(client, [{ ...named, command: "Do", attempt: 1, generation: 1, input: "{}", claimUntil: Date.now() }]);
  client.release();
  await expect.poll(() => itemsOf(run)).toEqual([]);
}

/** A service in a process of its own: fetches one item, says which, and never gets any further. */
const claimer = `
const [url, key] = process.argv.slice(1);
const headers = { authorization: "Bearer " + key, "content-type": "application/json" };
const reply = await fetch(url, { method: "POST", headers, body: JSON.stringify({ waitMs: 20000 }) });
process.stdout.write(JSON.stringify((await reply.json()).items[0]));
setInterval(() => {}, 1000);
`;

test("a service that is killed at its work loses it to another, and nothing is done twice", async () => {
  const run = await startRun(api, "Slow");
  const args = ["--input-type=module", "-e", claimer, `${api.url}/api/v1/queues/DigService/claim`, api.key("operator")];
  const killed = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = await once(killed.stdout, "data");
  killed.kill("SIGKILL");
  await once(killed, "exit");
  const lost: QueueItem = JSON.parse(String(said));
  expect(lost.run).toBe(run);
  const given = await next(api, "DigService");
  expect(given).toMatchObject({ id: lost.id, key: lost.key, attempt: 1 });
  expect(given.lease).not.toBe(lost.lease);
  expect((await answer("DigService", "complete", lost, { result: "ghost" })).body.code).toBe("lease_lost");
  expect((await answer("DigService", "complete", given, { result: "hole" })).status).toBe(200);
  expect((await answer("DigService", "complete", lost, { result: "ghost" })).body.code).toBe("lease_lost");
  expect(stepOf(await ended(run), "dig").result).toBe("hole");
  expect(await waitingFor(api, "DigService")).toEqual([]);
});

test("what nobody fetches in time did not happen, and nothing is owed for it", async () => {
  const run = await startRun(api, "Hasty");
  await answer("DigService", "complete", await next(api, "DigService"));
  const undo = await next(api, "DigService");
  expect(undo.command).toBe("Back");
  await answer("DigService", "complete", undo);
  const view = await ended(run);
  expect(view).toMatchObject({ state: "failed", rollback: "clean", residue: [] });
  expect(stepOf(view, "hurry")).toMatchObject({ status: "failed", error: { code: "not_claimed" } });
  expect(await itemsOf(run)).toEqual([]);
});

test("what somebody fetched and never answered is unknown, and is undone", async () => {
  const run = await startRun(api, "Silent");
  const taken = await next(api, "IdleService");
  expect(taken.command).toBe("Ask");
  const undo = await next(api, "IdleService");
  expect(undo).toMatchObject({ command: "Forget", input: { original_result: null } });
  await answer("IdleService", "complete", undo);
  expect(await ended(run)).toMatchObject({ state: "failed", rollback: "clean" });
  await swept();
  const sweep = (lateMs: number) => sweepForgotten(api.db.pool, 10, lateMs);
  await runOut(api, taken);
  await sweepOver(api.db.pool, 10);
  expect(await waitingFor(api, "IdleService")).toEqual([]);
  expect(await sweep(60_000)).toBe(0);
  expect(await itemsOf(run)).toHaveLength(1);
  expect(await sweep(0)).toBe(1);
  expect((await answer("IdleService", "complete", taken)).body.code).toBe("lease_lost");
});

test("a run that unwinds has no action done any more", async () => {
  const run = await startRun(api, "Twins");
  await answer("LeftService", "fail", await next(api, "LeftService"), { error: "no" });
  await runWhen(api, run, ({ state }) => state === "compensating");
  expect(await waitingFor(api, "RightService")).toEqual([]);
  const view = await ended(run);
  expect(view).toMatchObject({ state: "failed", rollback: "nothing_to_undo" });
  expect(stepOf(view, "right").error.code).toBe("not_claimed");
  expect(await itemsOf(run)).toEqual([]);
});

test("a probe is fetched beside its action, and settles it", async () => {
  const run = await startRun(api, "Asked");
  const action = await next(api, "ShopService");
  const probe = await next(api, "ShopService");
  expect(probe).toMatchObject({ command: "Find", half: "probe", key: action.key, attempt: 1 });
  await answer("ShopService", "complete", probe, { result: { happened: true, result: { order: 9 } } });
  const view = await ended(run);
  expect(view.state).toBe("completed");
  expect(stepOf(view, "order").result).toEqual({ order: 9 });
});

test("items of a list are told apart", async () => {
  const run = await startRun(api, "Many");
  const items = [await next(api, "ManyService"), await next(api, "ManyService"), await next(api, "ManyService")];
  expect(items.map(({ item }) => item).sort()).toEqual([0, 1, 2]);
  expect(new Set(items.map(({ key }) => key)).size).toBe(3);
  for (const each of items) await answer("ManyService", "complete", each, { result: each.item });
  expect((await ended(run)).state).toBe("completed");
});

test("a failure of an earlier attempt leaves the later one in the queue", async () => {
  const run = newId();
  const { pool } = api.db;
  const row = {
    id: newId(),
    service: "DigService",
    key: `${run}:x:1:action`,
    half: "action",
    run,
    step: "x",
    item: null,
  };
  const sent = { ...row, command: "Dig", generation: 1, input: "{}", claimUntil: Date.now() + 60_000 };
  const client = await pool.connect();
  await enqueue(client, [{ ...sent, attempt: 1 }]);
  const [first] = await waitingFor(api, "DigService");
  for (const attempt of [2, 3]) await enqueue(client, [{ ...sent, id: newId(), attempt }]);
  client.release();
  expect(await waitingFor(api, "DigService")).toEqual([]);
  // There is no such run: whoever answers is told so, and the row has moved on all the same.
  expect((await answer("DigService", "fail", first as QueueItem, { error: "no" })).body.code).toBe("run_not_found");
  // Nobody was given the second either: with the third it is answered when nobody comes.
  expect(await itemsOf(run)).toMatchObject([{ first_attempt: 2, attempt: 3 }]);
  const [third] = await waitingFor(api, "DigService");
  expect(third).toMatchObject({ id: row.id, attempt: 3 });
  expect((await answer("DigService", "complete", third as QueueItem)).body.code).toBe("run_not_found");
  expect(await itemsOf(run)).toEqual([]);
});
