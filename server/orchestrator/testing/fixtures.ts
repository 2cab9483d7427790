import { createHash } from "node:crypto";
import type pg from "pg";
import { v7 } from "uuid";
import type { Json, RunState } from "@/engine";
import { parseDefinition } from "@/engine/definition/parse";
import { createLog } from "../../log";
import type { Orchestrator, StartRequest } from "../client";

export const testLog = createLog("silent");
export const testSecretKey = "a key for tests that is at least 32 characters long";

/** Publishes a definition as version 1 of its saga. */
export async function publish(pool: pg.Pool, source: string, version = 1): Promise<void> {
  const parsed = parseDefinition(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const document = JSON.stringify(parsed.value);
  const { saga } = parsed.value;
  await pool.query(
    "insert into saga_definition (type, title, draft, updated_at) values ($1, $1, $2, now()) on conflict do nothing",
    [saga, document],
  );
  await pool.query(
    "insert into saga_version (type, number, document, hash, published_by) values ($1, $2, $3, $4, 'test')",
    [saga, version, document, createHash("sha256").update(document).digest("hex")],
  );
}

export async function registerService(pool: pg.Pool, name: string, url: string, concurrency = 64): Promise<void> {
  const transport = JSON.stringify({ kind: "http", url, allowPrivateNetwork: true });
  await pool.query(
    `insert into service (name, transport, concurrency, created_by, updated_at) values ($1, $2, $3, 'test', now())
     on conflict (name) do update set transport = excluded.transport, concurrency = excluded.concurrency`,
    [name, transport, concurrency],
  );
}

/** Four steps in a row; `pay` may decline. */
export const orderSaga = `
saga: Order
businessKey: \${data.order}
exposure: \${data.amount}
steps:
  - { id: reserve, action: Shop.Reserve, compensation: Shop.Release }
  - { id: pay, action: { command: Shop.Pay, timeout: PT2S, retry: { attempts: 3, initial: PT0.05S } }, compensation: { command: Shop.Refund, retry: { attempts: 2, initial: PT0.05S } } }
  - { id: ship, action: Shop.Ship, compensation: Shop.Recall }
  - { id: notify, class: readonly, action: Shop.Notify }
`;

export function startRequest(saga: string, data: Json, more: Partial<StartRequest> = {}): StartRequest {
  const hash = createHash("sha256").update(JSON.stringify(data)).digest("hex");
  return { id: v7(), saga, version: 1, data, actor: "test", at: Date.now(), key: null, hash, ...more };
}

/** The state of a run once it is as wanted; rejects after `withinMs`. */
export async function stateWhen(
  orchestrator: Orchestrator,
  run: string,
  isWanted: (state: RunState) => boolean,
  withinMs = 10_000,
): Promise<RunState> {
  const end = Date.now() + withinMs;
  for (;;) {
    const loaded = await orchestrator.load(run);
    if (loaded && isWanted(loaded.state)) return loaded.state;
    if (Date.now() > end) throw new Error(`Run ${run} is not as wanted: ${JSON.stringify(loaded?.state, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

export const isDone = (state: RunState) => state.state === "completed" || state.state === "failed";
