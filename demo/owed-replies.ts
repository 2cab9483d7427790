/**
 * What was answered with 202: work that is still to be done, then a reply that is still to be taken. Both are rows, so
 * that neither is lost when the shop ends in between.
 */
import type pg from "pg";
import type { JsonObject } from "@/engine/json";
import type { Call, Db } from "./command";
import { refuse } from "./problem";
import type { SwitchPosition } from "./switches";

/** What the reply will say. */
export type WorkOutcome =
  | { readonly result: JsonObject }
  | { readonly error: { readonly code: string; readonly message: string; readonly detail: string } };

export type OwedReply = {
  readonly id: string;
  readonly key: string;
  readonly service: string;
  readonly run: string;
  readonly step: string;
  readonly item: number | null;
  readonly attempt: number | null;
  readonly outcome: WorkOutcome;
  readonly tries: number;
  readonly ageMs: number;
};

/** Nobody waits any longer than this for work that nothing slows down. */
const usualWorkMs = 700;

/** Takes a call whose work is done later. The same call again changes nothing but whom the reply will be for. */
export async function acceptWork(db: Db, call: Call, position: SwitchPosition): Promise<"accepted" | "repeat"> {
  if (call.run === null || call.step === null)
    throw refuse("no_return_address", "No return address", "A reply that comes later needs Saga-Id and Saga-Step.");
  const { rows } = await db.query<{ fresh: boolean }>(
    `insert into demo_shop.owed_reply as o (key, service, command, run, step, item, attempt, body, mode, due_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8::json, $9, clock_timestamp() + $10 * interval '1 millisecond')
     on conflict (key) do update set attempt = excluded.attempt
       where o.service = excluded.service and o.command = excluded.command
     returning xmax = 0 as fresh`,
    [
      ...[call.key, call.service, call.command, call.run, call.step, itemOf(call.body), call.attempt],
      ...[JSON.stringify(call.body), position.mode, position.mode === "slow" ? position.delayMs : usualWorkMs],
    ],
  );
  if (!rows[0]) throw refuse("key_reused", "Key reused", "This key was used for another command.");
  return rows[0].fresh ? "accepted" : "repeat";
}

/** Which item of a forEach it is for: the reply must say so, since several may be under way at once. */
function itemOf({ item }: JsonObject): number | null {
  return typeof item === "number" && Number.isInteger(item) && item >= 0 ? item : null;
}

/** The work whose turn is next, and in how many milliseconds it is. */
export async function nextWork(pool: pg.Pool): Promise<{ readonly call: Call; readonly inMs: number } | null> {
  const { rows } = await pool.query<Call & { in_ms: number }>(
    `select service, command, key, run, step, attempt, body,
       (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as in_ms
     from demo_shop.owed_reply where outcome is null order by due_at limit 1`,
  );
  const row = rows[0];
  if (!row) return null;
  const { in_ms, ...call } = row;
  return { call, inMs: in_ms };
}

/** The work as it stands, held until the transaction ends; null: somebody else has done it. */
export async function holdWork(db: Db, key: string): Promise<SwitchPosition["mode"] | null> {
  const { rows } = await db.query<{ mode: SwitchPosition["mode"] }>(
    "select mode from demo_shop.owed_reply where key = $1 and outcome is null for update",
    [key],
  );
  return rows[0]?.mode ?? null;
}

export async function oweReply(db: Db, key: string, outcome: WorkOutcome): Promise<void> {
  await db.query("update demo_shop.owed_reply set outcome = $2::json, due_at = clock_timestamp() where key = $1", [
    key,
    JSON.stringify(outcome),
  ]);
}

/** Holds the next reply that is due until the transaction ends, so that nobody else sends or withdraws it meanwhile. */
export async function holdReply(db: Db): Promise<OwedReply | null> {
  const { rows } = await db.query<OwedReply>(
    `select id, key, service, run, step, item, attempt, outcome, tries,
       (extract(epoch from clock_timestamp() - at) * 1000)::float8 as "ageMs"
     from demo_shop.owed_reply where outcome is not null and due_at <= clock_timestamp()
     order by due_at limit 1 for update skip locked`,
  );
  return rows[0] ?? null;
}

/** In how many milliseconds the next reply is due; null: none is owed. */
export async function nextReplyIn(pool: pg.Pool): Promise<number | null> {
  const { rows } = await pool.query<{ in_ms: number | null }>(
    `select (extract(epoch from min(due_at) - clock_timestamp()) * 1000)::float8 as in_ms
     from demo_shop.owed_reply where outcome is not null`,
  );
  return rows[0]?.in_ms ?? null;
}

export async function postpone(db: Db, key: string, ms: number): Promise<void> {
  await db.query(
    `update demo_shop.owed_reply
     set tries = tries + 1, due_at = clock_timestamp() + $2 * interval '1 millisecond' where key = $1`,
    [key, ms],
  );
}

/**
 * Nothing is owed any more. Of what was undone nobody may hear a late success: it would say that the effect is there.
 * A reply that is on its way right now is waited for, so that it arrives before the undo's answer.
 */
export async function withdrawReply(db: Db, key: string): Promise<void> {
  await db.query("delete from demo_shop.owed_reply where key = $1", [key]);
}
