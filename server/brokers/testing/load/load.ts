/**
 * Very many small sagas over a broker, while the broker, the worker and the participant are killed in turn. Nothing that
 * was accepted may stay open, and what the participant's books say must be what the runs say.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { v7 } from "uuid";
import { createOrchestrator } from "../../../orchestrator/client";
import {
  testLog as log,
  publish,
  testSecretKey as secretKey,
  startRequest,
} from "../../../orchestrator/testing/fixtures";
import { sha256 } from "../../../secrets";
import { createTestDatabase, type TestDatabase } from "../../../testing/database";
import { freePort } from "../nats-server";
import { ledgerTables } from "./ledger";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const startsAtOnce = 100;
const brokerAwayMs = 1_000;
const patienceMs = 120_000;

/** Attempts end soon and come often: a participant that was killed has taken commands along. */
const patience = "timeout: PT5S, retry: { attempts: 30, initial: PT0.2S, max: PT1S }";
const step = (id: string, command: string) => `
  - id: ${id}
    action: { command: Shop.${command}, input: { order: "\${data.order}" }, ${patience} }
    compensation: { command: Shop.Un${command}, input: { order: "\${data.order}", of: "\${action_key}" }, ${patience} }`;
const saga = `
saga: Tiny
businessKey: \${data.order}
steps:${step("first", "Reserve")}${step("second", "Pay")}
`;

/** What stands between the product and the participant. */
export type Broker = { readonly url: string; readonly kill: () => Promise<void>; readonly start: () => Promise<void> };

/** The queue's is a process that serves the API. */
export type Load = { readonly runs: number } & (
  | { readonly kind: "nats" | "amqp"; readonly broker: Broker }
  | { readonly kind: "queue" }
);

/** Runs by how they ended, and what the books hold for each way. `openAt`: how many runs each fault met. */
export type Figures = {
  readonly accepted: number;
  readonly openAt: readonly number[];
  readonly runs: Readonly<Record<string, number>>;
  readonly books: Readonly<Record<string, number>>;
  readonly deadLetters: number;
};

export async function runUnderLoad(load: Load): Promise<Figures> {
  const database = await createTestDatabase();
  const processes = await bundle();
  try {
    const broker = load.kind === "queue" ? await webServer(database, processes) : load.broker;
    await prepare(load.kind, broker, database);
    return await withFaults({ ...load, broker }, database, processes);
  } finally {
    await processes.end();
    await database.drop();
  }
}

type Processes = {
  readonly begin: (name: "worker" | "participant" | "web", ...args: readonly string[]) => Promise<ChildProcess>;
  readonly end: () => Promise<void>;
};

/** Bundled, so that a killed one is back within half a second. */
async function bundle(): Promise<Processes> {
  const outdir = `${root}.data/test-load/${v7()}`;
  await build({
    absWorkingDir: root,
    entryPoints: ["worker", "participant", "web"].map((name) => `server/brokers/testing/load/${name}.ts`),
    outdir,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
  const living = new Set<ChildProcess>();
  const begin: Processes["begin"] = async (name, ...args) => {
    const child = fork(`${outdir}/${name}.mjs`, args, { execArgv: [], stdio: "inherit" });
    living.add(child);
    await once(child, "message");
    return child;
  };
  return {
    begin,
    end: async () => {
      await Promise.all([...living].map(kill));
      rmSync(outdir, { recursive: true, force: true });
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** One that serves nothing but the queue, with a key of its own. */
async function webServer({ url, pool }: TestDatabase, { begin }: Processes): Promise<Broker> {
  const port = String(await freePort());
  const key = "sk_test_key_of_the_participant";
  await pool.query(
    `insert into api_key (id, name, prefix, hash, role, service, created_by) values ($1, 'Shop', 'sk', $2, 'operator', 'Shop', 'test')`,
    [v7(), sha256(key)],
  );
  let web = await begin("web", url, port);
  const start = async () => {
    web = await begin("web", url, port);
  };
  return { url: `http://${key}@127.0.0.1:${port}`, kill: () => kill(web), start };
}

async function prepare(kind: Load["kind"], broker: Broker, { pool }: TestDatabase): Promise<void> {
  await publish(pool, saga);
  await pool.query(ledgerTables);
  if (kind !== "queue")
    await pool.query(
      "insert into broker (name, kind, url, allow_private_network, created_by) values ('main', $1, $2, true, 'test')",
      [kind, broker.url],
    );
  await pool.query(
    "insert into service (name, transport, concurrency, created_by, updated_at) values ('Shop', $1, 200, 'test', now())",
    [kind === "queue" ? { kind } : { kind, broker: "main" }],
  );
}

type Loaded = Pick<Load, "kind" | "runs"> & { readonly broker: Broker };

async function withFaults(load: Loaded, database: TestDatabase, { begin }: Processes): Promise<Figures> {
  const newWorker = () => begin("worker", database.url);
  const newParticipant = () => begin("participant", load.kind, load.broker.url, database.url);
  const worker = await newWorker();
  const participant = await newParticipant();
  const starting = start(load.runs, database);
  const ended = (share: number) => untilEnded(database, load.runs * share);
  /** What was open at each fault. */
  const openAt: number[] = [load.runs - (await ended(0.15))];
  await kill(participant);
  await newParticipant();
  openAt.push(load.runs - (await ended(0.3)));
  await load.broker.kill();
  await delay(brokerAwayMs);
  await load.broker.start();
  openAt.push(load.runs - (await ended(0.6)));
  await kill(worker);
  // As if its lease had run out, which would take twenty seconds.
  await database.pool.query("update saga_worker set lease_until = clock_timestamp() - interval '1 s'");
  await newWorker();
  await ended(1);
  return { accepted: await starting, openAt, ...(await readFigures(database)) };
}

/** Through a process that works on none of them, as a web server does. */
async function start(runs: number, { url: databaseUrl }: TestDatabase): Promise<number> {
  const door = await createOrchestrator({ databaseUrl, secretKey, log, worker: "none" });
  let accepted = 0;
  for (let first = 0; first < runs; first += startsAtOnce) {
    const requests = Array.from({ length: Math.min(startsAtOnce, runs - first) }, (_, i) => {
      const order = `order-${first + i}`;
      return startRequest("Tiny", { order }, { key: order });
    });
    const answers = await door.start(requests);
    accepted += answers.filter(({ kind }) => kind === "started").length;
  }
  await door.stop();
  return accepted;
}

async function untilEnded({ pool }: TestDatabase, wanted: number): Promise<number> {
  for (const end = Date.now() + patienceMs; ; await delay(100)) {
    const { rows } = await pool.query("select count(*)::int as ended from saga_run r where r.ended_at is not null");
    const { ended } = rows[0];
    if (ended >= wanted) return ended;
    if (Date.now() > end) throw new Error(`Only ${ended} of ${wanted} runs have ended`);
  }
}

/** A way that an order's step may have gone: what happened, in order. */
const booksQuery = `
  select w.way, count(*)::int as n
  from (
    select e."order", e.step, e.step || ': ' || string_agg(e.what, ', ' order by e.id) as way
    from ledger_effect e group by e."order", e.step
  ) w group by w.way`;

async function readFigures({ pool }: TestDatabase): Promise<Omit<Figures, "accepted" | "openAt">> {
  const runs = await pool.query(
    `select r.state || coalesce(' ' || r.rollback, '') as way, count(*)::int as n from saga_run r group by way`,
  );
  const books = await pool.query(booksQuery);
  const dead = await pool.query("select count(*)::int as n from dead_letter");
  const counted = (rows: readonly { way: string; n: number }[]) => Object.fromEntries(rows.map((r) => [r.way, r.n]));
  return { runs: counted(runs.rows), books: counted(books.rows), deadLetters: dead.rows[0].n };
}
