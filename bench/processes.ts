import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { v7 } from "uuid";
import { freePort } from "@/server/brokers/testing/nats-server";
import { sha256 } from "@/server/secrets";

const root = new URL("../", import.meta.url);

/** Another process, from source; resolves with what it says first. */
export async function begin(file: string, ...args: readonly string[]): Promise<Begun> {
  const child = fork(fileURLToPath(new URL(file, root)), args, { execArgv: ["--import", "tsx"] });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${file} ended with ${code}`);
  });
  ended.catch(() => {});
  const [said] = await Promise.race([once(child, "message"), ended]);
  return { said, stop: () => end(child) };
}

export type Begun = { readonly said: unknown; readonly stop: () => Promise<void> };

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill();
  await exited;
}

/** The API and the intake of brokers, beside the hot path as a server of ROLE=web is; `key`: an operator's. */
export type Web = { readonly port: number; readonly key: string; readonly stop: () => Promise<void> };

export async function startWeb(url: string, pool: pg.Pool): Promise<Web> {
  const port = await freePort();
  const key = `sk_bench_${v7()}`;
  await pool.query(
    "insert into api_key (id, name, prefix, hash, role, created_by) values ($1, $2, 'sk', $3, 'operator', 'bench')",
    [v7(), key, sha256(key)],
  );
  const { stop } = await begin("server/brokers/testing/load/web.ts", url, String(port));
  return { port, key, stop };
}
