import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish, runWhen } from "../testing/with-sagas";

let api: TestApi;
let admin: pg.Client;
let database: string;

beforeAll(async () => {
  api = await startTestApi({ transport: createScriptedTransport() });
  await publish(api, orderSaga());
  const address = new URL(api.db.url);
  database = address.pathname.slice(1);
  address.pathname = "/postgres";
  admin = new pg.Client({ connectionString: address.toString() });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await api.stop();
});

async function setAway(away: boolean): Promise<void> {
  await admin.query(`alter database ${database} with allow_connections ${!away}`);
  if (away) await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [database]);
}

test("without a database nothing is promised, and the same key works when it is back", async () => {
  const start = () =>
    api.call("operator", "POST", "/sagas/Order/runs", {
      body: { data: { order_id: "away" } },
      headers: { "idempotency-key": "away" },
    });
  await setAway(true);
  for (const [method, path] of [
    ["GET", "/runs"],
    ["GET", "/sagas"],
    ["GET", "/runs/01900000-0000-7000-8000-000000000000"],
  ] as const) {
    const { status, body, headers } = await api.call("viewer", method, path);
    expect({ path, status, code: body.code }).toEqual({ path, status: 503, code: "unavailable" });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toMatch(/postgres|saga_run|select|127\.0\.0\.1|\.ts/i);
  }
  expect((await start()).status).toBe(503);
  expect((await api.call(null, "GET", "/healthz")).status).toBe(200);
  expect((await api.call(null, "GET", "/readyz")).status).toBe(503);
  await setAway(false);
  await expect.poll(async () => (await api.call(null, "GET", "/readyz")).status, { timeout: 15_000 }).toBe(200);
  await expect.poll(async () => (await start()).status, { timeout: 15_000 }).toBe(202);
  const { body } = await start();
  await runWhen(api, body.id, (run) => run.state === "completed");
  const { rows } = await api.db.pool.query("select count(*)::int as runs from saga_run");
  expect(rows[0].runs).toBe(1);
});
