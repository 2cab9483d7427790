import { afterAll, beforeAll, expect, test } from "vitest";
import { queueItem } from "@/contract/queues";
import { startTestApi, type TestApi } from "../testing/api";
import { next, publishQueued, runOut, say, startRun, waitingFor } from "../testing/queued";
import { runWhen, stepOf } from "../testing/with-sagas";
import { newId } from "../uuid";

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await publishQueued(api, {
    saga: "Parcel",
    steps: [
      { id: "pack", action: "PackService.Pack", compensation: "PackService.Unpack" },
      {
        id: "send",
        class: "irreversible",
        action: { command: "SendService.Send", retry: { attempts: 2, initial: "PT0.05S" } },
      },
    ],
  });
});
afterAll(() => api.stop());

const pack = () => next(api, "PackService");
const send = () => next(api, "SendService");
const complete = (service: string, { id, lease }: { id: string; lease: string }, result: unknown = null) =>
  say(api, service, "complete", { id, lease, result });
const fail = (service: string, { id, lease }: { id: string; lease: string }, error: unknown) =>
  say(api, service, "fail", { id, lease, error });
const ended = (run: string) => runWhen(api, run, ({ state }) => state === "completed" || state === "failed");

async function transitions(run: string, type: string) {
  const { rows } = await api.db.pool.query(
    "select t.value from saga_event e, jsonb_array_elements(e.transitions) as t where e.run = $1 and t.value ->> 'type' = $2",
    [run, type],
  );
  return rows.map((row) => row.value);
}

async function itemsOf(run: string) {
  return (await api.db.pool.query("select * from saga_queue_item where run = $1", [run])).rows;
}

test("work comes with all that it takes to do it, and its results take the run to its end", async () => {
  const run = await startRun(api, "Parcel", { weight: 3 });
  const item = await pack();
  expect(queueItem.parse(item)).toEqual(item);
  expect(item).toMatchObject({
    ...{ command: "Pack", run, step: "pack", half: "action", attempt: 1, generation: 1, key: `${run}:pack:1:action` },
    input: { saga_id: run, step_name: "pack", weight: 3 },
  });
  expect(Date.parse(item.leaseUntil)).toBeGreaterThan(Date.now());
  expect((await complete("PackService", item, { box: 7 })).body).toEqual({ status: "accepted" });
  const second = await send();
  expect((await complete("SendService", second, { parcel: 1 })).status).toBe(200);
  expect(await ended(run)).toMatchObject({ state: "completed" });
  expect(stepOf(await ended(run), "pack").result).toEqual({ box: 7 });
  expect(await itemsOf(run)).toEqual([]);
});

test("a failure unwinds the run, and undos are fetched as well", async () => {
  const run = await startRun(api, "Parcel");
  await complete("PackService", await pack(), { box: 8 });
  const error = { code: "no_van", message: "There is no van", detail: { vans: 0 } };
  expect((await fail("SendService", await send(), error)).body).toEqual({ status: "accepted" });
  const undo = await pack();
  expect(undo).toMatchObject({ command: "Unpack", half: "compensation", input: { original_result: { box: 8 } } });
  await complete("PackService", undo);
  expect(await ended(run)).toMatchObject({ state: "failed", rollback: "clean" });
  expect(stepOf(await ended(run), "send").error).toMatchObject(error);
});

test("a failure for now comes again, as the next attempt under the same key", async () => {
  const run = await startRun(api, "Parcel");
  await complete("PackService", await pack());
  const first = await send();
  await fail("SendService", first, { code: "traffic", message: "A jam", retryable: true });
  const again = await send();
  expect(again).toMatchObject({ run, key: first.key, attempt: 2 });
  await complete("SendService", again);
  expect(await ended(run)).toMatchObject({ state: "completed" });
});

test("the same answer again is taken for the same; another one is refused", async () => {
  const run = await startRun(api, "Parcel");
  const item = await pack();
  const answers = await Promise.all(Array.from({ length: 5 }, () => complete("PackService", item, { box: 1 })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(answers.filter(({ body }) => body.status === "accepted")).toHaveLength(1);
  expect((await complete("PackService", item, { box: 1 })).body).toEqual({ status: "duplicate" });
  expect((await complete("PackService", item, { box: 2 })).body).toMatchObject({
    status: 409,
    code: "answered_before",
  });
  expect((await fail("PackService", item, "no")).body).toMatchObject({ status: 409, code: "answered_before" });
  await complete("SendService", await send());
  await ended(run);
  expect(await transitions(run, "StepCompleted")).toHaveLength(2);
  expect(await transitions(run, "ReplyIgnored")).toEqual([]);
});

test("what one did not finish in time is given to another, and the first one's word is refused", async () => {
  const run = await startRun(api, "Parcel");
  const first = await pack();
  expect(await waitingFor(api, "PackService")).toEqual([]);
  await runOut(api, first);
  const second = await pack();
  expect(second).toMatchObject({ id: first.id, key: first.key, attempt: 1 });
  expect(second.lease).not.toBe(first.lease);
  for (const refused of [
    await complete("PackService", first, { box: "late" }),
    await fail("PackService", first, "late"),
    await say(api, "PackService", "heartbeat", { id: first.id, lease: first.lease }),
  ])
    expect(refused.body).toMatchObject({
      status: 409,
      code: "lease_lost",
      detail: expect.stringContaining("somebody else"),
    });
  await complete("PackService", second, { box: "good" });
  expect((await complete("PackService", first, { box: "later" })).body.code).toBe("lease_lost");
  await complete("SendService", await send());
  expect(stepOf(await ended(run), "pack").result).toEqual({ box: "good" });
  expect(await transitions(run, "StepCompleted")).toHaveLength(2);
});

test("a lease that ran out while nobody else came is good for an answer, and for a heartbeat", async () => {
  const run = await startRun(api, "Parcel");
  const item = await pack();
  await runOut(api, item);
  const { id, lease } = item;
  const { status, body } = await say(api, "PackService", "heartbeat", { id, lease });
  expect(status).toBe(200);
  expect(Date.parse(body.leaseUntil)).toBeGreaterThan(Date.now());
  expect(await waitingFor(api, "PackService")).toEqual([]);
  await runOut(api, item);
  expect((await complete("PackService", item)).status).toBe(200);
  await complete("SendService", await send());
  expect(await ended(run)).toMatchObject({ state: "completed" });
});

test("whoever waits is given what comes", async () => {
  const waiting = Promise.all([pack(), pack(), pack()]);
  await expect.poll(() => api.deps.queues.waiting).toBe(3);
  const runs = await Promise.all([startRun(api, "Parcel"), startRun(api, "Parcel"), startRun(api, "Parcel")]);
  const items = await waiting;
  expect(items.map(({ run }) => run).sort()).toEqual([...runs].sort());
  for (const item of items) {
    await complete("PackService", item);
    await complete("SendService", await send());
  }
  for (const run of runs) await ended(run);
});

test("whoever waits in vain is told so, and whoever hangs up waits no more", async () => {
  expect((await say(api, "PackService", "claim", { waitMs: 30 })).body).toEqual({ items: [] });
  const hangUp = new AbortController();
  const headers = { authorization: `Bearer ${api.key("operator")}`, "content-type": "application/json" };
  const url = `${api.url}/api/v1/queues/PackService/claim`;
  const asked = fetch(url, {
    method: "POST",
    headers,
    body: JSON.stringify({ waitMs: 20_000 }),
    signal: hangUp.signal,
  });
  asked.catch(() => {});
  await expect.poll(() => api.deps.queues.waiting).toBe(1);
  hangUp.abort();
  await expect.poll(() => api.deps.queues.waiting).toBe(0);
  const run = await startRun(api, "Parcel");
  await complete("PackService", await pack());
  await complete("SendService", await send());
  expect(await ended(run)).toMatchObject({ state: "completed" });
});

test("the oldest work is given first, no more of it than was asked for", async () => {
  const runs: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    runs.push(await startRun(api, "Parcel"));
    await expect.poll(async () => (await itemsOf(runs.at(-1) ?? "")).length).toBe(1);
  }
  const first = await waitingFor(api, "PackService", 2);
  const rest = await waitingFor(api, "PackService", 100);
  expect([...first, ...rest].map(({ run }) => run)).toEqual(runs);
  for (const run of runs)
    await api.call("operator", "POST", `/runs/${run}/operations`, { body: { operation: "terminate", reason: "done" } });
});

const item = { id: "01938f6e-5b7a-7c31-9a53-0b1f2d3c4e5f", lease: "6a6f2b52-9a5d-4b7e-8f0c-3f2f7d1c9b11" };
test.each<readonly [string, "claim" | "complete" | "fail" | "heartbeat", object, number, string]>([
  ["no items", "claim", { max: 0 }, 400, "invalid_request"],
  ["more than may be asked for", "claim", { max: 101 }, 400, "invalid_request"],
  ["half an item", "claim", { max: 1.5 }, 400, "invalid_request"],
  ["a wait into the past", "claim", { waitMs: -1 }, 400, "invalid_request"],
  ["a wait too long", "claim", { waitMs: 30_001 }, 400, "invalid_request"],
  ["what it does not know", "claim", { maximum: 1 }, 400, "unknown_field"],
  ["an answer without its lease", "complete", { id: item.id, result: 1 }, 400, "invalid_request"],
  ["an answer without its item", "complete", { lease: item.lease, result: 1 }, 400, "invalid_request"],
  ["an answer without its result", "complete", item, 400, "invalid_request"],
  ["a lease that is none", "complete", { ...item, lease: "mine" }, 400, "invalid_request"],
  ["a result with a NUL", "complete", { ...item, result: "a\u0000b" }, 400, "nul_character"],
  ["a result too long", "complete", { ...item, result: "x".repeat(256 * 1_024) }, 413, "body_too_large"],
  ["a failure without its error", "fail", item, 400, "invalid_request"],
  ["an error that is none", "fail", { ...item, error: 5 }, 400, "invalid_request"],
  ["an unknown item", "complete", { ...item, result: 1 }, 409, "lease_lost"],
  ["the failure of an unknown item", "fail", { ...item, error: "no" }, 409, "lease_lost"],
  ["the heartbeat of an unknown item", "heartbeat", item, 409, "lease_lost"],
])("%s is refused", async (_, word, body, status, code) => {
  expect((await say(api, "PackService", word, body)).body).toMatchObject({ status, code });
});

test("a name that no service has is refused, and takes nobody's answer away", async () => {
  const runs = await Promise.all([startRun(api, "Parcel"), startRun(api, "Parcel")]);
  const items = [await pack(), await pack()];
  const strange = "Pack\nService";
  const answer = await say(api, encodeURIComponent(strange), "complete", { ...item, result: 1 });
  expect(answer.body).toMatchObject({ status: 404, code: "not_found" });
  const odd = { ...item, service: strange };
  const good = items.map((each) => ({ ...each, service: "PackService" }));
  const inOneBatch = [odd, ...good, { ...odd, id: newId() }].map((each) => {
    const box = "run" in each ? String(each.run) : null;
    return api.deps.queues.answer({ ...each, outcome: { kind: "success", result: { box } }, sender: {} });
  });
  expect(await Promise.all(inOneBatch)).toEqual(["lease_lost", "accepted", "accepted", "lease_lost"]);
  for (const each of runs) await complete("SendService", await send(), each);
  for (const run of runs) expect(stepOf(await ended(run), "pack").result).toEqual({ box: run });
});

test("what is no JSON is refused", async () => {
  const answer = await api.call("operator", "POST", "/queues/PackService/complete", { text: "{id:" });
  expect(answer.body).toMatchObject({ status: 400, code: "invalid_json" });
});
