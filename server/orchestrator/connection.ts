/**
 * The orchestrator's own connections, apart from every pool: a statement that hangs is given up by the server after 5 s
 * and by us after 8 s. Plans must not depend on how full a table was when they were made, so sequential scans are off.
 */
import pg from "pg";

const settings = [
  "statement_timeout=5000",
  "lock_timeout=2000",
  "idle_in_transaction_session_timeout=10000",
  "enable_seqscan=off",
  "plan_cache_mode=force_generic_plan",
  "jit=off",
];

export type ConnectionOptions = {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  /** NOTIFY need not be durable. */
  readonly relaxed?: boolean;
  /** Beside those that all connections have. */
  readonly more?: readonly string[];
};

function configOf({ url, name, relaxed, more = [] }: ConnectionOptions): pg.ClientConfig {
  const all = [...settings, ...more, ...(relaxed ? ["synchronous_commit=off"] : [])];
  return {
    connectionString: url,
    application_name: name,
    options: all.map((setting) => `-c ${setting}`).join(" "),
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    query_timeout: 8_000,
  };
}

/** `onLost` is called once, when the connection ends in any way but by `abandon`; a failure to connect only rejects. */
export async function connect(options: ConnectionOptions, onLost: (error: Error) => void): Promise<pg.Client> {
  const client = new pg.Client(configOf(options));
  let mode: "connecting" | "connected" | "lost" = "connecting";
  const lost = (error: Error) => {
    if (mode === "connected") onLost(error);
    mode = "lost";
  };
  client.on("error", lost);
  client.on("end", () => lost(new Error(`Connection ${options.name} ended`)));
  await client.connect();
  if (mode !== "connecting") throw new Error(`Connection ${options.name} ended as soon as it was made`);
  mode = "connected";
  return client;
}

/** For statements that may fail and be made again: reads, and writes that change nothing the second time. */
export function createReadPool(url: string, name: string, max: number): pg.Pool {
  return createPool({ url, name }, max);
}

/** For queues: the oldest few of very many rows come by the index that has them in order; none of them are sorted first. */
export function createQueuePool(url: string, name: string, max: number): pg.Pool {
  return createPool({ url, name, more: ["enable_bitmapscan=off", "enable_sort=off"] }, max);
}

function createPool(options: ConnectionOptions, max: number): pg.Pool {
  const pool = new pg.Pool({ ...configOf(options), max });
  // An idle connection that breaks is replaced at the next use.
  pool.on("error", () => {});
  return pool;
}

/** Ends a connection without waiting for what is under way on it: its outcome is unknown from now on. */
export function abandon(client: pg.Client): void {
  client.removeAllListeners();
  client.on("error", () => {});
  client.end().catch(() => {});
  // `end` alone is polite and waits for the server.
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
