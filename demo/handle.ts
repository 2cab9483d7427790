/**
 * How a participant answers a call so that an orchestrator may send it again, late, or out of order.
 *
 * Invariants:
 * 1. An effect and its idempotency record are one transaction: a key has at most one effect, and gets the same answer.
 * 2. An undo of an action that never came leaves a tombstone; the action that comes after it is refused.
 * 3. Calls of one step are handled one at a time, so an undo never runs between an action's effect and its record.
 * 4. A refusal changes nothing and is not kept: the same key may be tried again.
 */
import type pg from "pg";
import type { JsonObject } from "@/engine/json";
import { answerUndo } from "./answer-undo";
import type { ActionCommand, Call, Db, ShopCommand } from "./command";
import { findHandled, lockStep, recordHandled } from "./handled";
import { type Outcome, recordCall } from "./ledger";
import { Refused, refuse, type ShopProblem } from "./problem";
import { type SwitchPosition, takeSwitch } from "./switches";
import { hasTombstone } from "./tombstones";

export type Reply = {
  readonly status: number;
  readonly body: JsonObject | ShopProblem;
  readonly did: Outcome["did"];
  /** The effect is there, but the caller never hears of it. */
  readonly silent: boolean;
};

type Answered = Pick<Reply, "did" | "body">;

const unavailable: ShopProblem = {
  type: "unavailable",
  title: "Service unavailable",
  status: 500,
  detail: "The service is out of order (a switch of the demo shop).",
};

export type Shop = { readonly pool: pg.Pool; readonly delay: (ms: number) => Promise<void> };

/** Answers one call, whatever its switch says; rejects only when the database does. */
export async function handle(shop: Shop, command: ShopCommand, call: Call): Promise<Reply> {
  const position = await takeSwitch(shop.pool, call);
  if (position.mode === "error") {
    await recordCall(shop.pool, call, { did: "error", status: unavailable.status });
    return { status: unavailable.status, body: unavailable, did: "error", silent: false };
  }
  if (position.mode === "slow") await shop.delay(position.delayMs);
  const silent = position.mode === "timeout_after_effect";
  try {
    const answered = await inTransaction(shop.pool, async (db) => {
      const result = await answer(db, command, call, position);
      await recordCall(db, call, { did: result.did, status: silent ? 0 : 200 });
      return result;
    });
    return { ...answered, status: 200, silent };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { problem } = error;
    const did = problem.type === "tombstoned" ? "tombstone" : "declined";
    await recordCall(shop.pool, call, { did, status: problem.status });
    return { status: problem.status, body: problem, did, silent: false };
  }
}

async function answer(db: Db, command: ShopCommand, call: Call, position: SwitchPosition): Promise<Answered> {
  await lockStep(db, call);
  const before = await findHandled(db, call.key);
  if (before) {
    if (before.service === call.service && before.command === call.command)
      return { did: "repeat", body: before.answer };
    throw refuse("key_reused", "Key reused", `This key was used for ${before.service}.${before.command}.`);
  }
  if (command.kind === "action" && (await hasTombstone(db, call))) {
    const detail = "The undo of this action came before it, so it may not happen any more.";
    throw new Refused({ type: "tombstoned", title: "Undone before it came", status: 409, detail });
  }
  if (position.mode === "decline") {
    const { type, title, detail } = command.refusal;
    throw refuse(type, title, detail);
  }
  return command.kind === "action" ? answerAction(db, command, call) : answerUndo(db, command, call);
}

async function answerAction(db: Db, command: ActionCommand, call: Call): Promise<Answered> {
  const { subject, result } = await command.perform(db, call.body);
  await recordHandled(db, call, { subject, answer: result });
  return { did: "effect", body: result };
}

async function inTransaction<T>(pool: pg.Pool, work: (db: Db) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    await rollBack(client);
    throw error;
  }
}

/** A connection that cannot even roll back is thrown away, and with it the transaction. */
async function rollBack(client: pg.PoolClient): Promise<void> {
  try {
    await client.query("rollback");
    client.release();
  } catch {
    client.release(true);
  }
}
