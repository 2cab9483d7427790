import type pg from "pg";

/** Keys of one moment are looked at together, so that the moment is a place to go on from. */
const text = `
with k as materialized (
  select d.key, d.run, d.at from saga_dedupe d
  where d.at < statement_timestamp() - $1::float8 * interval '1 ms' and d.at > $2::timestamptz
  order by d.at fetch first ($3::int) rows with ties
),
alive as materialized (
  select r.id from saga_run r where r.id = any(array(select k.run from k)) and r.ended_at is null
),
mine as materialized (
  select d.key from saga_dedupe d
  where d.key = any(array(select k.key from k where not exists (select 1 from alive a where a.id = k.run)))
  for update skip locked
),
p as (
  delete from saga_dedupe d where d.key = any(array(select m.key from mine m)) returning 1
)
select max(k.at)::text as last, (select count(*) from p)::int as purged from k`;

/**
 * Forgets idempotency keys that are older than `ms` and whose run does not live, looking at about `limit` that were used
 * after `place`. Answers how many, and where to go on; null: that was all.
 */
export async function purgeKeys(
  client: pg.Client,
  ms: number,
  place: string,
  limit: number,
): Promise<{ readonly purged: number; readonly last: string | null }> {
  const { rows } = await client.query<{ purged: number; last: string | null }>({
    name: "purge_keys",
    text,
    values: [ms, place, limit],
  });
  return rows[0] ?? { purged: 0, last: null };
}
