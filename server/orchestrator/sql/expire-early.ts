import type pg from "pg";
import { newId } from "../../uuid";

/** Their keys are forgotten: whoever tells one of them again, in time for its run, is heard. */
const text = `
with e as materialized (
  select w.n from saga_early_event w
  where w.at < statement_timestamp() - $1::float8 * interval '1 ms'
  order by w.at, w.n limit $2::int
  for update skip locked
),
g as (
  delete from saga_early_event w where w.n = any(array(select e.n from e))
  returning w.n, w.saga, w.key, w.event, w.dedupe
),
d as (
  delete from saga_dedupe d where d.key = any(array(select g.dedupe from g))
),
l as (
  insert into dead_letter (id, source, reason, detail, subject, body)
  select i.id, 'events', 'no_run_began', 'No run of ' || x.saga || ' began that this event could belong to', x.key,
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
