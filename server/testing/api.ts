import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Role, role } from "@/contract/common";
import { api as base } from "@/contract/paths";
import { createApi } from "../api/api";
import { createPerson, preparePerson } from "../auth/create-person";
import { Brokers } from "../brokers/brokers";
import { startIntake } from "../brokers/intake";
import { createDeps } from "../create-deps";
import type { Deps } from "../deps";
import { type Env, parseEnv } from "../env";
import { createHttpServer, listen, routeUpgrades } from "../http-server";
import { createLog } from "../log";
import { createOrchestrator } from "../orchestrator/client";
import { createReadPool } from "../orchestrator/connection";
import type { Transport } from "../orchestrator/transports/transport";
import { createPrisma } from "../prisma";
import { Queues } from "../queues/queues";
import { createRealtime } from "../realtime/io";
import { sha256 } from "../secrets";
import { newId } from "../uuid";
import { createTestDatabase, type TestDatabase } from "./database";

export const password = "a long enough password";

/** The whole server but its pages, on a port and a database of its own, with a key for each role. */
export type TestApi = {
  readonly url: string;
  readonly db: TestDatabase;
  readonly deps: Deps;
  readonly key: (role: Role) => string;
  /** A request as this role's key; a body is sent as JSON. */
  readonly call: (who: Role | null, method: string, path: string, options?: CallOptions) => Promise<Answer>;
  /** Makes a person of this role and signs them in. */
  readonly person: (role: Role) => Promise<{ readonly id: string; readonly email: string; readonly cookie: string }>;
  readonly stop: () => Promise<void>;
};

export type CallOptions = {
  readonly body?: unknown;
  /** Sent as it is, with `content-type`. */
  readonly text?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
};

// biome-ignore lint/suspicious/noExplicitAny: tests read answers as they come, and assert what they are
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: any };

/** `leaseMs`: how long claimed work stays with who has it. */
type Options = { readonly transport?: Transport; readonly demoUrl?: string; readonly leaseMs?: number };

export async function startTestApi({ transport, demoUrl, leaseMs }: Options = {}): Promise<TestApi> {
  const db = await createTestDatabase();
  const env = await testEnv(db.url, demoUrl);
  const log = createLog(process.env.TEST_LOG ?? "fatal");
  const prisma = createPrisma(env.databaseUrl);
  const { databaseUrl, secretKey } = env;
  const inProcess = transport ? { transport } : {};
  const orchestrator = await createOrchestrator({ databaseUrl, secretKey, log, worker: "inline", ...inProcess });
  const queues = new Queues({ url: databaseUrl, log, ...(leaseMs === undefined ? {} : { leaseMs }) });
  const pool = createReadPool(databaseUrl, "saga-studio brokers", 1);
  const brokers = new Brokers({ pool, secretKey, log });
  const deps = createDeps({ env, log, prisma, orchestrator, brokers, queues, isDraining: () => false });
  const intake = startIntake({ brokers, deps, log });
  const server = createHttpServer({ api: createApi(deps).fetch, pages: null });
  const realtime = createRealtime(deps, server);
  routeUpgrades(server, { sockets: realtime.upgrade, reloading: null });
  const listening = await listen(server, env);
  const url = `http://127.0.0.1:${listening.port}`;
  const key = (held: Role) => `sk_test_key_of_the_${held}_role`;
  for (const held of role.options) await makeKey(deps, held, key(held));
  return {
    url,
    db,
    deps,
    key,
    call: (who, method, path, options) => request(url, who && key(who), method, path, options),
    person: (held) => signedIn(deps, url, held),
    async stop() {
      queues.drain();
      await intake.stop();
      await realtime.stop();
      await listening.stop();
      await queues.stop();
      await brokers.close();
      await orchestrator.stop();
      await pool.end();
      await prisma.$disconnect();
      await db.drop();
    },
  };
}

async function testEnv(databaseUrl: string, demoUrl: string | undefined): Promise<Env> {
  return parseEnv({
    NODE_ENV: "test",
    DATABASE_URL: databaseUrl,
    PORT: String(await freePort()),
    AUTH_SECRET: "not a secret: only for tests, and long enough",
    SECRET_KEY: "not a secret either: only for tests, and long",
    ...(demoUrl === undefined ? {} : { DEMO_URL: demoUrl }),
  });
}

/** Origins and cookies name the port, so it has to be known before anything is made. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function makeKey({ prisma }: Deps, held: Role, key: string): Promise<void> {
  const data = { id: newId(), name: held, prefix: key.slice(0, 8), hash: sha256(key), role: held, createdBy: "test" };
  await prisma.apiKey.create({ data });
}

let people = 0;

async function signedIn({ prisma }: Deps, url: string, held: Role) {
  people += 1;
  const email = `${held}${people}@example.com`;
  const prepared = await preparePerson({ name: `The ${held}`, email, role: held, password });
  await prisma.$transaction((transaction) => createPerson(transaction, prepared));
  const { headers } = await request(url, null, "POST", "/api/auth/sign-in/email", { body: { email, password } });
  const cookie = headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  return { id: prepared.user.id, email, cookie };
}

/** `path` is below `/api/v1`, unless it begins with another known top. */
async function request(
  url: string,
  key: string | null,
  method: string,
  path: string,
  { body, text, headers = {} }: CallOptions = {},
): Promise<Answer> {
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const reply = await fetch(/^\/(api\/|healthz|readyz|metrics|schema)/.test(path) ? url + path : url + base + path, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(sent === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const answer = await reply.text();
  const isJson = answer !== "" && /json/.test(reply.headers.get("content-type") ?? "");
  return { status: reply.status, headers: reply.headers, body: isJson ? JSON.parse(answer) : answer };
}
