import type { JsonObject } from "@/engine/json";
import type { Call, Db } from "./command";

type Handled = {
  readonly service: string;
  readonly command: string;
  readonly answer: JsonObject;
  readonly undone: boolean;
};

/** Makes calls of one step wait for each other until the transaction ends; a call that names none waits on its key. */
export async function lockStep(db: Db, call: Call): Promise<void> {
  const name = call.run === null ? `key ${call.key}` : `step ${call.run} ${call.step ?? ""}`;
  await db.query({
    name: "demo_lock_step",
    text: "select pg_advisory_xact_lock(hashtextextended($1, 7205911))",
    values: [name],
  });
}

export async function findHandled(db: Db, key: string): Promise<Handled | null> {
  const { rows } = await db.query<Handled>({
    name: "demo_find_handled",
    text: "select service, command, answer, undone_by is not null as undone from demo_shop.handled where key = $1",
    values: [key],
  });
  return rows[0] ?? null;
}

type Record = { readonly subject: string | null; readonly answer: JsonObject };

export async function recordHandled(db: Db, call: Call, { subject, answer }: Record): Promise<void> {
  await db.query({
    name: "demo_record_handled",
    text: `insert into demo_shop.handled (key, service, command, run, step, subject, answer)
           values ($1, $2, $3, $4, $5, $6, $7::json)`,
    values: [call.key, call.service, call.command, call.run, call.step, subject, JSON.stringify(answer)],
  });
}
