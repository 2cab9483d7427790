/**
 * A choreography that is driven: events are posted to the intake, which is another process, begin runs and move them on.
 * What is sent is answered at once in the worker, so what is left is the events.
 */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { api } from "@/contract/paths";
import { cloudEvent, drivenOrder } from "@/server/testing/choreographies";
import { newId } from "@/server/uuid";
import { type HotPath, startHotPath } from "./hot-path";
import { inProcess } from "./in-process";
import { startWeb, type Web } from "./processes";
import { publish, register } from "./sagas";

const writers = 10;
const ordersAtOnce = 100;
const warmUpMs = 5_000;
const types = ["OrderCreated", "Reserved", "Paid", "Shipped"] as const;

export type Driven = { readonly eventsPerSecond: number; readonly sagasPerSecond: number };

export async function measureDriven(url: string, seconds: number): Promise<Driven> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await publish(pool, JSON.stringify(drivenOrder()));
  for (const service of ["Inventory", "Payment", "Shipping"]) await register(pool, service, { kind: "queue" });
  const web = await startWeb(url, pool);
  await pool.end();
  const path = await startHotPath({ url, transport: inProcess, decisions: null });
  try {
    return await measure(path, web, seconds);
  } finally {
    await path.stop();
    await web.stop();
  }
}

async function measure(path: HotPath, web: Web, seconds: number): Promise<Driven> {
  let events = 0;
  let isOver = false;
  const writer = async () => {
    while (!isOver) await orders(path, web, (accepted) => (events += accepted));
  };
  const all = Promise.all(Array.from({ length: writers }, writer));
  // A writer that fails ends the measurement, and not only its own part.
  await Promise.race([all, delay(warmUpMs)]);
  const before = { events, ended: path.session.stats.ended, at: performance.now() };
  await Promise.race([all, delay(seconds * 1_000)]);
  const took = (performance.now() - before.at) / 1_000;
  const measured = {
    eventsPerSecond: (events - before.events) / took,
    sagasPerSecond: (path.session.stats.ended - before.ended) / took,
  };
  isOver = true;
  await all;
  return measured;
}

/** Some orders, from the event that begins each to the commit of its end. */
async function orders(path: HotPath, web: Web, accepted: (events: number) => void): Promise<void> {
  const names = Array.from({ length: ordersAtOnce }, () => newId());
  const runs = new Set<string>();
  for (const type of types) {
    const told = await tell(
      web,
      names.map((order) => cloudEvent(type, { order, amount: 117 })),
    );
    accepted(told.accepted);
    for (const result of told.results) for (const { run } of result.runs) runs.add(run);
  }
  await Promise.all([...runs].map(path.ended));
}

type Told = {
  readonly accepted: number;
  readonly results: readonly { readonly runs: readonly { readonly run: string }[] }[];
};

async function tell({ port, key }: Web, events: readonly object[]): Promise<Told> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const body = JSON.stringify(events);
  const answer = await fetch(`http://127.0.0.1:${port}${api}/events`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`Events were answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Told;
}
