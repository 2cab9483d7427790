import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "@/server/testing/api";

/** The service in Python's standard library, on real sagas and by hand. */
let api: TestApi;
let service: ChildProcess;
let url = "";
let secret = "";
const folder = mkdtempSync(join(tmpdir(), "inventory-"));

const document = {
  saga: "PythonOrder",
  steps: [
    {
      id: "reserve",
      action: { command: "InventoryService.ReserveItems" },
      probe: { command: "InventoryService.FindReservation", input: { action_key: "${action_key}" } },
      compensation: { command: "InventoryService.ReleaseReservation" },
    },
    {
      id: "reserve_more",
      action: { command: "InventoryService.ReserveItems", input: { items: "${data.more}" } },
      compensation: { command: "InventoryService.ReleaseReservation" },
    },
  ],
};

async function start(): Promise<void> {
  service = spawn("python3", ["docs/examples/inventory.py", "0", join(folder, "inventory.db")], {
    env: { PATH: process.env.PATH, SAGA_SECRET: secret, NODE_ENV: "test" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!service.stdout) throw new Error("It has no output");
  const [line] = (await once(createInterface(service.stdout), "line")) as [string];
  url = line.replace("listening on ", "");
}

async function kill(): Promise<void> {
  const ended = once(service, "exit");
  service.kill("SIGKILL");
  await ended;
}

const register = () => {
  const transport = { kind: "http", url, allowPrivateNetwork: true };
  return api.call("admin", "PUT", "/services/InventoryService", { body: { transport } });
};

beforeAll(async () => {
  api = await startTestApi();
  url = "http://127.0.0.1:9";
  secret = (await register()).body.secret;
  await start();
  await register();
  const saved = await api.call("designer", "PUT", "/sagas/PythonOrder/draft", { body: { document } });
  expect(saved.body.problems ?? []).toEqual([]);
  const published = await api.call("designer", "POST", "/sagas/PythonOrder/versions", { body: { note: "For a test" } });
  expect(published.body).toMatchObject({ number: 1 });
});
afterAll(async () => {
  await kill();
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Options = { readonly key: string; readonly run?: string; readonly by?: string; readonly at?: Date };
const chairs = { items: [{ sku: "CHAIR", quantity: 2 }] };

async function call(command: string, body: object, { key, run = key, by = secret, at = new Date() }: Options) {
  const text = JSON.stringify(body);
  const headers = {
    ...{ "idempotency-key": key, "saga-id": run, "saga-step": "reserve", "webhook-id": key },
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(by).sign(key, at, text),
  };
  const answer = await fetch(`${url}/${command}`, { method: "POST", headers, body: text });
  return { status: answer.status, body: await answer.json() };
}

async function run(data: object): Promise<string> {
  const started = await api.call("operator", "POST", "/sagas/PythonOrder/runs", { body: { data } });
  expect(started.status).toBe(202);
  return started.body.id;
}
const until = (id: string, expected: object) =>
  expect
    .poll(async () => (await api.call("viewer", "GET", `/runs/${id}`)).body, { timeout: 20_000 })
    .toMatchObject(expected);

test("a saga runs forward", async () => {
  const id = await run({ ...chairs, more: chairs.items });
  await until(id, { state: "completed" });
  const again = await call("ReserveItems", chairs, { key: `${id}:reserve:1:action`, run: id });
  const { body } = await api.call("viewer", "GET", `/runs/${id}`);
  expect(again).toEqual({ status: 200, body: body.steps[0].result });
});

test("and backward, and gives back what it took", async () => {
  const id = await run({ ...chairs, more: [{ sku: "CLOCK", quantity: 1 }] });
  await until(id, { state: "failed", rollback: "clean" });
  const { body } = await api.call("viewer", "GET", `/runs/${id}`);
  expect(body.steps).toMatchObject([{ status: "compensated" }, { error: { code: "out_of_stock" } }]);
  const probe = await call("FindReservation", {}, { key: `${id}:reserve:1:action`, run: id });
  expect(probe.body).toEqual({ happened: false, fenced: true });
});

test("the same call has one effect and one answer, twenty at once and after the process was killed", async () => {
  const many = Array.from({ length: 20 }, () => call("ReserveItems", chairs, { key: "same" }));
  const answers = new Set((await Promise.all(many)).map((answer) => JSON.stringify(answer)));
  expect(answers.size).toBe(1);
  await kill();
  await start();
  await register();
  answers.add(JSON.stringify(await call("ReserveItems", chairs, { key: "same" })));
  expect(answers.size).toBe(1);
});

test("an undo that comes first bars its action, which is refused when it comes", async () => {
  const undone = await call("ReleaseReservation", { original_result: null }, { key: "early-undo", run: "early" });
  expect(undone).toEqual({ status: 200, body: { undone: 0 } });
  expect(await call("ReserveItems", chairs, { key: "early-action", run: "early" })).toMatchObject({
    status: 409,
    body: { type: "tombstoned" },
  });
});

test("an undo and its action at the same moment never leave an effect", async () => {
  const races = Array.from({ length: 20 }, (_, i) => `race-${i}`);
  const held = await Promise.all(
    races.map(async (name) => {
      const key = `${name}:action`;
      const act = () => call("ReserveItems", chairs, { key, run: name });
      const undo = () => call("ReleaseReservation", { action_key: key }, { key: `${name}:undo`, run: name });
      await Promise.all([act(), undo()]);
      return (await call("FindReservation", {}, { key, run: name })).body.happened;
    }),
  );
  expect(held).toEqual(races.map(() => false));
});

test("a forged signature, an old one, and none are 401, and nothing is done", async () => {
  const stranger = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
  const old = new Date(Date.now() - 6 * 60_000);
  expect((await call("ReserveItems", chairs, { key: "forged", by: stranger })).status).toBe(401);
  expect((await call("ReserveItems", chairs, { key: "forged", at: old })).status).toBe(401);
  expect((await fetch(`${url}/ReserveItems`, { method: "POST", body: "{}" })).status).toBe(401);
  expect((await call("FindReservation", {}, { key: "forged" })).body).toMatchObject({ happened: false });
});
