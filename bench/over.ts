/**
 * The order with everything between the product and a participant as it is in service: commands lie in the queue or with
 * the broker, and replies come back over the API or the intake, which are another process.
 */
import pg from "pg";
import { startNatsServer } from "@/server/brokers/testing/nats-server";
import { startRabbitMq } from "@/server/brokers/testing/rabbitmq-server";
import { createLog } from "@/server/log";
import { createOutside } from "@/server/orchestrator/transports/create";
import { isHere } from "../scripts/lib/brokers.mjs";
import { startHotPath } from "./hot-path";
import { type Latency, latency, type Throughput, throughput } from "./measure";
import { begin, startWeb } from "./processes";
import { register, sagas } from "./sagas";

export type Line = "queue" | "nats" | "amqp";
type Broker = { readonly url: string; readonly stop: () => Promise<void> };

const programs = { nats: "nats-server", amqp: "rabbitmq-server" } as const;
const starts = { nats: () => startNatsServer(), amqp: () => startRabbitMq() } as const;

/** A word on why it cannot be measured on this machine; null: it can. */
export function missing(line: Line): string | null {
  return line === "queue" || isHere(programs[line]) ? null : `not measured: no ${programs[line]} here`;
}

export type Load = { readonly parallel: number; readonly seconds: number; readonly rate: number };
export type Measured = { readonly throughput: Throughput; readonly latency: Latency };

export async function measureOver(url: string, line: Line, load: Load): Promise<Measured> {
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    stops.push(() => pool.end());
    const broker = line === "queue" ? null : await starts[line]();
    if (broker) stops.push(broker.stop);
    await reach(pool, line, broker);
    const web = await startWeb(url, pool);
    stops.push(web.stop);
    const address = broker?.url ?? `http://${web.key}@127.0.0.1:${web.port}`;
    const participant = await begin("bench/line-participant.ts", line, address);
    stops.push(participant.stop);
    return await measure(url, load);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** Only this broker is left, so that nobody looks for those that are gone. */
async function reach(pool: pg.Pool, line: Line, broker: Broker | null): Promise<void> {
  await pool.query("delete from broker");
  if (line === "queue" || broker === null) return register(pool, "Bench", { kind: "queue" });
  await pool.query(
    "insert into broker (name, kind, url, allow_private_network, created_by) values ($1, $1, $2, true, 'bench')",
    [line, broker.url],
  );
  await register(pool, "Bench", { kind: line, broker: line });
}

async function measure(url: string, { parallel, seconds, rate }: Load): Promise<Measured> {
  const outside = createOutside({ url, secretKey: "", log: createLog("warn") });
  const path = await startHotPath({ url, transport: outside.transport, decisions: null });
  try {
    // First, as it also warms up the processes at the other end.
    const full = await throughput(path, sagas.order, parallel, seconds);
    return { throughput: full, latency: await latency(path, sagas.order, rate, seconds) };
  } finally {
    await path.stop();
    await outside.close();
  }
}
