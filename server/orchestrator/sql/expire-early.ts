import type pg from "pg";
import { newId } from "../../uuid";

/**
 * Their keys are forgotten: whoever tells one of them again, in time for its run, is heard. What a broker brought stays its
 * dead letter, and can be replayed.
 */
const text = `
with e as materialized (
  select w.n from saga_early_event w
  where w.at < statement_timestamp() - $1::float8 * interval '1 ms'
  order by w.at, w.n limit $2::int
  for update skip locked
),
g as (
  delete from saga_early_event w where w.n = any(array(select e.n from e))
  returning w.n, w.saga, w.key, w.event, w.dedupe, w.actor, coalesce(w.actor like 'broker:%', false) as is_brought
),
d as (
  delete from saga_dedupe d where d.key = any(array(select g.dedupe from g))
),
l as (
  insert into dead_letter (id, source, reason, detail, subject, body)
  select i.id, case when x.is_brought then x.actor else 'events' end, 'no_run_began',
    'No run of ' || x.saga || ' began that this event of ' || x.key || ' could belong to; '
      || case when x.is_brought then 'it came from ' || x.actor else coalesce(x.actor, 'somebody') || ' said it' end,
    case when x.is_brought then null else x.key end,
    (jsonb_build_object('specversion', '1.0') || x.event)::text
  from (select g.*, row_number() over (order by g.n) as place from g) x
  join unnest($3::uuid[]) with ordinality as i (id, place) on i.place = x.place
  returning 1
)
select count(*)::int as expired from l`;

/** Events that waited longer than `ms` for their run become dead letters, at most `limit` of them. Answers how many did. */
export async function expireEarly(client: pg.Client, ms: number, limit: number): Promise<number> {
  const ids = Array.from({ length: limit }, newId);
  const { rows } = await client.query<{ expired: number }>({ name: "expire_early", text, values: [ms, limit, ids] });
  return rows[0]?.expired ?? 0;
}
