import type pg from "pg";
import type { DemoCall } from "@/contract/demo";
import type { CloudEvent, Command } from "@/participant";
import type { Db } from "./command";
import type { CommandName } from "./services/commands";

const listed = 200;
/** Calls beyond these are forgotten, a batch at a time. */
const kept = 10_000;
const batch = 1000;

/** `status` 0: the call was never answered. */
type Outcome = { readonly did: DemoCall["did"]; readonly status: number };

type Reaction = { readonly event: CloudEvent; readonly did: DemoCall["did"] };

/** Answers the number of the entry. */
export async function recordCall(db: Db, call: Command, outcome: Outcome): Promise<number> {
  const { rows } = await db.query<{ id: string }>({
    name: "demo_record_call",
    text: `insert into demo_shop.call (service, command, key, run, step, attempt, did, status)
           values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    values: [call.service, call.command, call.key, call.run, call.step, call.attempt, outcome.did, outcome.status],
  });
  return forgetOld(db, rows);
}

/** Answers the number of the entry just made. */
async function forgetOld(db: Db, rows: readonly { readonly id: string }[]): Promise<number> {
  const id = Number(rows[0]?.id);
  if (id % batch === 0) await db.query("delete from demo_shop.call where id <= $1", [id - kept]);
  return id;
}

/** What a service did about an event, in one commit with it where it is given the transaction. */
export async function recordReaction(db: Db, { service, command }: CommandName, reaction: Reaction): Promise<void> {
  const { event, did } = reaction;
  const heard = { type: event.type, order: event.subject ?? "" };
  const { rows } = await db.query<{ id: string }>(
    `insert into demo_shop.call (service, command, key, did, status, heard)
     values ($1, $2, $3, $4, 0, $5) returning id`,
    [service, command, event.id, did, JSON.stringify(heard)],
  );
  await forgetOld(db, rows);
}

/** What was answered after all. */
export async function amendCall(db: Db, id: number, { did, status }: Outcome): Promise<void> {
  await db.query("update demo_shop.call set did = $2, status = $3 where id = $1", [id, did, status]);
}

/** What became of a call that was answered with 202, when its work is done. */
export async function recordWorkDone(db: Db, call: Command, did: DemoCall["did"]): Promise<void> {
  await db.query("update demo_shop.call set did = $2 where key = $1 and did = 'accepted'", [call.key, did]);
}

type Row = Omit<DemoCall, "at"> & { at: Date };

/** The last calls, newest first. */
export async function listCalls(pool: pg.Pool): Promise<DemoCall[]> {
  const { rows } = await pool.query<Row>(
    `select id::text, at, service, command, key, run, step, attempt, heard, did, status
     from demo_shop.call order by demo_shop.call.id desc limit $1`,
    [listed],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
