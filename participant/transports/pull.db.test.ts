import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestApi, type TestApi } from "@/server/testing/api";
import {
  type Command,
  later,
  memoryStore,
  type Participant,
  participant,
  Refused,
  type Running,
  type Store,
  TryLater,
} from "../index";

let api: TestApi;
let secret = "";
let running: Running;
let effects: string[] = [];
let errors: string[] = [];
let hold: Promise<void> | null = null;

const service = "Pulled";
const step = (id: string) => ({
  id,
  action: { command: `${service}.Reserve`, timeout: "PT1M", retry: { attempts: 3, initial: "PT0.01S" } },
  compensation: { command: `${service}.Release`, timeout: "PT1M" },
});
const document = { saga: "PullSaga", steps: [step("one"), step("two")] };

beforeAll(async () => {
  api = await startTestApi();
  const transport = { kind: "queue" };
  secret = (await api.call("admin", "PUT", `/services/${service}`, { body: { transport } })).body.secret;
  await api.call("designer", "PUT", "/sagas/PullSaga/draft", { body: { document } });
  const published = await api.call("designer", "POST", "/sagas/PullSaga/versions", { body: { note: "For a test" } });
  expect(published.status).toBe(201);
});
afterAll(() => api.stop());
beforeEach(async () => {
  [effects, errors, hold] = [[], [], null];
  running = await build().pull();
});
afterEach(() => running.stop());

function build(store: Store<null> = memoryStore(), signing: string = secret): Participant<null> {
  return participant(service, {
    store,
    secret: signing,
    studio: api.url,
    onError: (error) => errors.push(String(error)),
  }).handle("Reserve", {
    do: async ({ key, step: at, input }: Command) => {
      if (at === "two" && input.soldOut) throw new Refused("sold_out", "Sold out");
      if (input.closed) throw new TryLater("Closed", { afterMs: 600_000 });
      await hold;
      effects.push(key);
      return { reserved: at };
    },
    undo: { command: "Release", do: ({ action }) => void effects.splice(effects.indexOf(action.key), 1) },
  });
}

async function start(data: object = {}): Promise<string> {
  const started = await api.call("operator", "POST", "/sagas/PullSaga/runs", { body: { data } });
  expect(started.status).toBe(202);
  return started.body.id;
}
const until = (run: string, expected: object) =>
  expect
    .poll(async () => (await api.call("viewer", "GET", `/runs/${run}`)).body, { timeout: 20_000 })
    .toMatchObject(expected);

test("a saga runs forward over the queue", async () => {
  const run = await start();
  await until(run, { state: "completed" });
  expect(effects).toEqual([`${run}:one:1:action`, `${run}:two:1:action`]);
});

test("and backward", async () => {
  const run = await start({ soldOut: true });
  await until(run, { state: "failed", rollback: "clean" });
  expect(effects).toEqual([]);
});

test("what asks for another time is not asked before it", async () => {
  const startedAt = Date.now();
  const run = await start({ closed: true });
  const action = async () => (await api.call("viewer", "GET", `/runs/${run}`)).body.steps[0].action;
  await expect.poll(async () => (await action()).retryAt).not.toBeNull();
  expect(Date.parse((await action()).retryAt)).toBeGreaterThanOrEqual(startedAt + 600_000);
});

test("many are handled at once, each once", async () => {
  const runs = await Promise.all(Array.from({ length: 30 }, () => start()));
  for (const run of runs) await until(run, { state: "completed" });
  expect(effects).toHaveLength(60);
  expect(new Set(effects).size).toBe(60);
});

test("what is in hand when it is told to stop is finished and answered", async () => {
  let release = () => {};
  hold = new Promise((resolve) => {
    release = resolve;
  });
  const run = await start();
  const inHand = () => api.db.pool.query("select 1 from saga_queue_item where lease is not null");
  await expect.poll(async () => (await inHand()).rowCount).toBe(1);
  const stopping = running.stop();
  release();
  await stopping;
  expect(effects).toEqual([`${run}:one:1:action`]);
  running = await build().pull();
  await until(run, { state: "completed" });
  expect(effects).toHaveLength(2);
});

test("what was done but never answered is answered when somebody claims it again, and not done again", async () => {
  await running.stop();
  const store = memoryStore();
  const run = await start();
  const key = `${run}:one:1:action`;
  // As if the process had ended between its commit and its answer.
  await build(store).receive({
    ...{ service, command: "Reserve", key, run, step: "one", item: null, attempt: 1, generation: 1 },
    ...{ input: {}, isLate: false },
  });
  running = await build(store).pull();
  await until(run, { state: "completed" });
  expect(effects.filter((one) => one === key)).toHaveLength(1);
});

test("a lease that was lost is let go: whoever has the item now answers, and it was done once", async () => {
  await running.stop();
  let release = () => {};
  hold = new Promise((resolve) => {
    release = resolve;
  });
  const store = memoryStore();
  const slow = await build(store).pull();
  const run = await start();
  const inHand = () => api.db.pool.query("select 1 from saga_queue_item where lease is not null");
  await expect.poll(async () => (await inHand()).rowCount).toBe(1);
  await api.db.pool.query("update saga_queue_item set lease = gen_random_uuid(), lease_until = clock_timestamp()");
  running = await build(store).pull();
  release();
  await until(run, { state: "completed" });
  await slow.stop();
  expect(effects).toHaveLength(2);
  expect(errors).toEqual([]);
});

test("what was put off is replied to where its work was pulled from", async () => {
  await running.stop();
  const patient = participant(service, {
    store: memoryStore(),
    secret,
    onError: (error) => errors.push(String(error)),
  });
  patient.handle("Reserve", { do: () => later({ inMs: 0 }), finish: ({ step: at }) => ({ reserved: at }) });
  running = await patient.pull({ studio: api.url });
  await until(await start(), { state: "completed" });
  expect(errors).toEqual([]);
});

test("one that signs with another secret gets nothing, and says so once", async () => {
  await running.stop();
  running = await build(memoryStore(), `whsec_${Buffer.alloc(32, 9).toString("base64")}`).pull();
  await expect.poll(() => errors, { timeout: 10_000 }).toHaveLength(1);
  expect(errors[0]).toContain("401");
});
