import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import pg from "pg";
import { postgresStore } from "@/participant";
import { createApp } from "./app";
import { type Lines, openLines } from "./lines";
import { createParticipants } from "./participants";
import { createTables } from "./schema";
import { switched } from "./switched";

export type RunningShop = { readonly url: string; readonly stop: () => Promise<void> };

type Options = {
  readonly databaseUrl: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where the studio is: for replies, events and work that is pulled. */
  readonly studio: string;
  /** The secret that a service is registered with: what it signs with, and what its calls must be signed with. */
  readonly secretOf: (service: string) => string;
  readonly lines?: Partial<Lines>;
  readonly onError: (error: unknown) => void;
};

/** Serves the shop on loopback; rejects when the database cannot be reached or the port is taken. */
export async function startShop({
  databaseUrl,
  port,
  studio,
  secretOf,
  lines,
  onError,
}: Options): Promise<RunningShop> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20, application_name: "saga demo shop" });
  const stopping = new AbortController();
  // A call that is cut off by the shop's own end is no error of anybody's.
  const report = (error: unknown) => {
    if (!stopping.signal.aborted) onError(error);
  };
  pool.on("error", report);
  const delay = (ms: number) => sleep(ms, undefined, { signal: stopping.signal });
  const store = postgresStore(pool, { schema: "demo_shop" });
  const middleware = switched({ pool, delay });
  const participants = createParticipants({ pool, store, studio, secretOf, middleware, onError: report });
  const server = createServer(getRequestListener(createApp({ pool, participants }, report).fetch));
  try {
    await createTables(pool);
    await store.ready();
    await listen(server, port);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const open = openLines(participants, { pulls: false, natsUrl: null, amqpUrl: null, ...lines }, report);
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopping.abort();
    stopped ??= Promise.all([close(server), open.stop()]).then(() => pool.end());
    return stopped;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}
