import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./testing/database";

let db: TestDatabase;
const started: ChildProcess[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await db.drop();
});

const secrets = { AUTH_SECRET: "x".repeat(40), SECRET_KEY: "y".repeat(40) };

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ["--import", "tsx", "server/index.ts"], {
    env: {
      PATH: process.env.PATH ?? "",
      NODE_ENV: "production",
      LOG_LEVEL: "warn",
      HOST: "127.0.0.1",
      PORT: "0",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  started.push(child);
  let errors = "";
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  return { child, errors: () => errors };
}

type Ready = { readonly type: string; readonly url: string; readonly setupUrl?: string };

/** What the process says when it is ready; rejects with its errors when it ends before that. */
async function readiness({ child, errors }: ReturnType<typeof start>): Promise<Ready> {
  const died = once(child, "exit").then(() => Promise.reject(new Error(errors())));
  const [ready] = (await Promise.race([once(child, "message"), died])) as [Ready];
  return ready;
}

test("a worker says when it is ready, answers machines and nobody else, and stops when told", async () => {
  const { child, errors } = start({ ...secrets, DATABASE_URL: db.url, ROLE: "worker" });
  const ready = await readiness({ child, errors });
  expect(ready.type).toBe("ready");
  expect(ready.setupUrl).toBeUndefined();
  const url = ready.url.replace("localhost", "127.0.0.1");
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "ok" });
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain("saga_studio_owned_runs 0");
  for (const path of ["/", "/api/v1/runs", "/sign-in"]) expect((await fetch(url + path)).status).toBe(404);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a worker archives what ended longer ago than RETENTION_DAYS", async () => {
  const run = "01900000-0000-7000-8000-000000000000";
  await db.pool.query(
    `insert into saga_run (id, saga, version, state, data, seq, started_at, ended_at)
     values ($1, 'Order', 1, 'completed', '{}', 1, now() - interval '60 days', now() - interval '45 days')`,
    [run],
  );
  await db.pool.query("insert into saga_event (run, seq, at, transitions) values ($1, 1, now(), '[]')", [run]);
  const { child, errors } = start({ ...secrets, DATABASE_URL: db.url, ROLE: "worker", RETENTION_DAYS: "30" });
  const url = (await readiness({ child, errors })).url.replace("localhost", "127.0.0.1");
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  await expect.poll(metrics, { timeout: 10_000 }).toMatch(/^saga_studio_archived 1$/m);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect((await db.pool.query("select id from saga_archived_run")).rows).toEqual([{ id: run }]);
});

test("what is wrong in the environment is said in a line each, and nothing starts", async () => {
  const { child, errors } = start({ DATABASE_URL: "mysql://x", AUTH_SECRET: "short", ROLE: "boss" });
  expect((await once(child, "exit"))[0]).toBe(1);
  const lines = errors().trim().split("\n");
  expect(lines).toHaveLength(4);
  for (const name of ["DATABASE_URL", "AUTH_SECRET", "SECRET_KEY", "ROLE"])
    expect(lines.some((line) => line.startsWith(name))).toBe(true);
});
