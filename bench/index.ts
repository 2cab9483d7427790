/**
 * `npm run bench`: the four-step order saga on an embedded PostgreSQL of its own, fully durable, and beside it the
 * machine's own commit ceiling. Prints a table for docs/benchmarks.md. Names of lines as arguments measure only those.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { HttpTransport } from "@/server/orchestrator/transports/http";
import type { Transport } from "@/server/orchestrator/transports/transport";
import { startPostgres } from "../scripts/lib/postgres.mjs";
import { migrate } from "../scripts/migrate.mjs";
import { commitCeiling } from "./commit-ceiling";
import { measureDriven } from "./driven";
import { engineCosts } from "./engine";
import { startHotPath } from "./hot-path";
import { inProcess } from "./in-process";
import { type Latency, latency, throughput } from "./measure";
import { type Line as Between, measureOver, missing } from "./over";
import { decisionToPaint } from "./paint";
import { begin } from "./processes";
import { prepare, sagas } from "./sagas";

const parallel = 1_000;
const seconds = 8;
const rate = 20;
const asked = process.argv.slice(2);
const isAsked = (name: string) => asked.length === 0 || asked.includes(name);

/** Decisions of one run, and transitions in them: what a rate of sagas is in rows and in transitions. */
const shape = {
  [sagas.order]: { decisions: 5, transitions: 10 },
  [sagas.unwind]: { decisions: 8, transitions: 17 },
};

type Line = readonly [measure: string, value: string];
const lines: Line[] = [];

function add(measure: string, value: string): void {
  lines.push([measure, value]);
  console.error(`${measure}: ${value}`);
}

const round = (value: number) => Math.round(value).toLocaleString("en");

async function measureThroughput(
  url: string,
  name: string,
  saga: keyof typeof shape,
  transport: Transport,
): Promise<void> {
  const { decisions, transitions } = shape[saga];
  const path = await startHotPath({ url, transport, decisions });
  const { sagasPerSecond, decisionsPerSecond, cpuPerSaga } = await throughput(path, saga, parallel, seconds);
  const { flushes, events, flushMs } = path.session.stats;
  const memory = process.memoryUsage();
  await path.stop();
  add(
    name,
    `${round(sagasPerSecond)} sagas/s, ${round(decisionsPerSecond)} decisions/s, ${round(sagasPerSecond * transitions)} transitions/s ` +
      `(flush ${flushMs} ms, ${round(events / flushes)} decisions each; ${round(cpuPerSaga)} µs of processor a saga; ${round(memory.rss / 2 ** 20)} MB resident)`,
  );
}

async function measureLatency(url: string, name: string, transport: Transport): Promise<void> {
  const path = await startHotPath({ url, transport, decisions: shape[sagas.order].decisions });
  const measured = await latency(path, sagas.order, rate, 10);
  await path.stop();
  addLatency(name, measured);
}

async function measureBetween(url: string, name: string, line: Between): Promise<void> {
  const why = missing(line);
  const measured = why ?? (await measureOver(url, line, { parallel, seconds, rate }));
  if (typeof measured === "string") {
    add(name, measured);
    return;
  }
  const { sagasPerSecond, decisionsPerSecond, cpuPerSaga } = measured.throughput;
  const decisions = `${round(sagasPerSecond)} sagas/s, ${round(decisionsPerSecond)} decisions/s`;
  add(name, `${decisions} (${round(cpuPerSaga)} µs of the worker's processor a saga)`);
  addLatency(`Latency at ${rate} sagas/s, ${name}`, measured.latency);
}

async function addDriven(url: string): Promise<void> {
  const { eventsPerSecond, sagasPerSecond } = await measureDriven(url, seconds);
  add("Driven choreography", `${round(eventsPerSecond)} events/s, ${round(sagasPerSecond)} sagas/s`);
}

function addLatency(name: string, { p50, p99 }: Latency): void {
  add(name, `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
}

if (isAsked("engine")) for (const { name, micros } of engineCosts()) add(name, `${micros.toFixed(1)} µs a decision`);

const dir = mkdtempSync(join(tmpdir(), "saga-bench-"));
const postgres = await startPostgres({ dir, settings: { shared_buffers: "256MB", max_wal_size: "4GB" } });
const participant = await begin("bench/participant.ts");
try {
  const url = postgres.url("postgres");
  await migrate(url);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await prepare(pool, `http://127.0.0.1:${participant.said}`);
  await pool.end();

  if (isAsked("ceiling")) {
    add("Machine: commits/s, 1 connection", round(await commitCeiling(url, 1, 3)));
    add("Machine: commits/s, 32 connections", round(await commitCeiling(url, 32, 3)));
  }
  if (isAsked("order")) await measureThroughput(url, "In process", sagas.order, inProcess);
  if (isAsked("unwind")) await measureThroughput(url, "In process, unwinding", sagas.unwind, inProcess);
  if (isAsked("http")) await measureThroughput(url, "HTTP", sagas.order, new HttpTransport());
  if (isAsked("httpUnwind")) await measureThroughput(url, "HTTP, unwinding", sagas.unwind, new HttpTransport());
  if (isAsked("latency")) await measureLatency(url, "Latency at 20 sagas/s, in process", inProcess);
  if (isAsked("httpLatency")) await measureLatency(url, "Latency at 20 sagas/s, HTTP", new HttpTransport());
  if (isAsked("queue")) await measureBetween(url, "queue, pulled over HTTP", "queue");
  if (isAsked("nats")) await measureBetween(url, "NATS", "nats");
  if (isAsked("amqp")) await measureBetween(url, "AMQP", "amqp");
  if (isAsked("events")) await addDriven(url);
  if (isAsked("paint")) addLatency("From a decision to the browser's paint", await decisionToPaint());
} finally {
  await participant.stop();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
}

console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()})\n`);
console.log("| measure | value |\n|---|---|");
for (const [measure, value] of lines) console.log(`| ${measure} | ${value} |`);
