import type pg from "pg";

const text = `
with replayed as materialized (
  select d.id from dead_letter d
  where d.replayed_at < statement_timestamp() - $1::float8 * interval '1 ms'
  order by d.replayed_at limit $3::int for update skip locked
),
old as materialized (
  select d.id from dead_letter d
  where d.at < statement_timestamp() - $2::float8 * interval '1 ms'
  order by d.at limit $3::int for update skip locked
)
delete from dead_letter d
where d.id = any(array(select r.id from replayed r union all select o.id from old o))`;

export type KeptMs = { readonly replayed: number; readonly all: number };

/** Forgets dead letters: those that were taken after all sooner than the others. Answers how many. */
export async function purgeDeadLetters(client: pg.Client, kept: KeptMs, limit: number): Promise<number> {
  const values = [kept.replayed, kept.all, limit];
  const { rowCount } = await client.query({ name: "purge_dead_letters", text, values });
  return rowCount ?? 0;
}
