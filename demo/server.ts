import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import pg from "pg";
import { createApp } from "./app";
import { type BackOffice, openBackOffice } from "./back-office";
import { createTables } from "./schema";
import type { ReturnAddress } from "./send-reply";

export type RunningShop = { readonly url: string; readonly stop: () => Promise<void> };

type Options = {
  readonly databaseUrl: string;
  /** 0: any free port. */
  readonly port: number;
  readonly returnAddress: ReturnAddress;
  readonly onError: (error: unknown) => void;
};

/** Serves the shop on loopback; rejects when the database cannot be reached or the port is taken. */
export async function startShop({ databaseUrl, port, returnAddress, onError }: Options): Promise<RunningShop> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10, application_name: "saga demo shop" });
  const stopping = new AbortController();
  // A call that is cut off by the shop's own end is no error of anybody's.
  const report = (error: unknown) => {
    if (!stopping.signal.aborted) onError(error);
  };
  pool.on("error", report);
  const delay = (ms: number) => sleep(ms, undefined, { signal: stopping.signal });
  let backOffice: BackOffice | null = null;
  const wakeBackOffice = () => backOffice?.wake();
  const server = createServer(getRequestListener(createApp({ pool, delay, wakeBackOffice }, report).fetch));
  try {
    await createTables(pool);
    await listen(server, port);
  } catch (error) {
    await pool.end();
    throw error;
  }
  backOffice = openBackOffice({ pool, returnAddress, onError: report });
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopping.abort();
    stopped ??= Promise.all([close(server), backOffice?.stop()]).then(() => pool.end());
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
