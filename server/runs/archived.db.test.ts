import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runEvents, runView } from "@/contract/runs";
import { connect } from "../orchestrator/connection";
import { archive } from "../orchestrator/sql/archive";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish, runWhen } from "../testing/with-sagas";

let api: TestApi;
let run: string;
let started = 0;

beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
  await publish(api, orderSaga());
});
afterAll(() => api.stop());

const data = { order_id: "old", amount: 3 };
const start = (key: string) =>
  api.call("operator", "POST", "/sagas/Order/runs", { body: { data }, headers: { "idempotency-key": key } });
const get = (path: string) => api.call("viewer", "GET", path);

/** A run that ended, and is not archived yet. */
beforeEach(async () => {
  started += 1;
  const { body } = await start(`key ${started}`);
  run = body.id;
  await runWhen(api, run, ({ state }) => state === "completed");
});

async function archiveRun(): Promise<void> {
  const { pool, url } = api.db;
  await pool.query("update saga_run set ended_at = now() - interval '31 days' where id = $1", [run]);
  const client = await connect({ url, name: "test" }, () => {});
  expect(await archive(client, 30, [run])).toEqual({ kind: "archived", runs: 1 });
  await client.end();
}

test("an archived run is read by its address as before, its log too, page by page", async () => {
  const [view, log] = [await get(`/runs/${run}`), await get(`/runs/${run}/events`)];
  await archiveRun();
  expect(await get(`/runs/${run}`)).toMatchObject({ status: 200, body: view.body });
  expect((await get(`/runs/${run}/events`)).body).toEqual(log.body);
  expect(runView.parse(view.body).state).toBe("completed");
  const all = runEvents.parse(log.body).events;
  const first = runEvents.parse((await get(`/runs/${run}/events?limit=2`)).body);
  const rest = runEvents.parse((await get(`/runs/${run}/events?after=${first.next}`)).body);
  expect([[...first.events, ...rest.events], rest.next]).toEqual([all, null]);
});

test("an operation on it is refused, and so is the question what it would do", async () => {
  await archiveRun();
  const body = { operation: "note", reason: "Too late" };
  for (const path of ["operations", "plan", "operations/plan"]) {
    const answer = await api.call("operator", "POST", `/runs/${run}/${path}`, { body });
    expect(answer.body).toMatchObject({ status: 409, code: "run_archived", state: "completed" });
    expect(answer.body.detail).toContain("can be read");
  }
});

test("the list does not show it, and finds it by nothing", async () => {
  const listed = async (query: string) => (await get(`/runs?${query}`)).body.items.map(({ id }: { id: string }) => id);
  expect(await listed("saga=Order")).toContain(run);
  await archiveRun();
  expect(await listed("saga=Order")).not.toContain(run);
  expect(await listed(`q=${run}`)).toEqual([]);
});

test("a run that never was is still not found", async () => {
  const nobody = "01900000-0000-7000-8000-000000000000";
  for (const path of [`/runs/${nobody}`, `/runs/${nobody}/events`])
    expect((await get(path)).body).toMatchObject({ status: 404, code: "run_not_found" });
});

test("its idempotency key starts nothing anew", async () => {
  const { body } = await start("kept");
  run = body.id;
  await runWhen(api, run, ({ state }) => state === "completed");
  await archiveRun();
  expect(await start("kept")).toMatchObject({ status: 202, body: { id: run } });
});

test("metrics count archived runs", async () => {
  expect((await get("/metrics")).body).toMatch(/^saga_studio_archived 0$/m);
});
