import type pg from "pg";
import { packLog } from "../archived-log";
import { isAboutRows } from "./errors";

/** Where a run stands in the order in which runs ended. */
export type Place = { readonly endedAt: string; readonly id: string };

/** An ended run that needs nobody. */
export type Ended = Place & { readonly mayGo: boolean };

/** The most of one batch, unless one run alone has more. Bytes are of its log, as stored. */
export type Most = { readonly runs: number; readonly decisions: number; readonly bytes: number };

export const beginning: Place = { id: "00000000-0000-0000-0000-000000000000", endedAt: "-infinity" };

/**
 * Rows of `e` that must stay: something has arrived for them, a child of theirs lives, or their parent is still here.
 * A child's life is told by its state: by `ended_at`, a plan may walk the index of all that live.
 */
const busy = `busy as materialized (
  select i.run as id from saga_inbox i where i.run = any(array(select e.id from e))
  union all
  select c.parent from saga_run c where c.parent = any(array(select e.id from e)) and c.state not in ('completed', 'failed')
  union all
  select e.id from e join saga_run p on p.id = e.parent where p.id = any(array(select e.parent from e))
)`;

const ended = "r.ended_at < statement_timestamp() - $1::int * interval '24 hours'";

const find = `
with e as materialized (
  select r.id, r.ended_at, r.seq, r.owner, r.wake_at, r.parent from saga_run r
  where ${ended} and r.attention = '[]'::jsonb and (r.ended_at, r.id) > ($2::timestamptz, $3::uuid)
  order by r.ended_at, r.id limit $4::int
),
${busy},
counted as materialized (select e.*, sum(e.seq) over (order by e.ended_at, e.id) as decisions from e),
weighed as materialized (
  select c.*, (select coalesce(sum(pg_column_size(v.transitions)), 0) from saga_event v where v.run = c.id) as weight
  from counted c where c.decisions <= $5::int or c.decisions = c.seq
),
summed as materialized (select w.*, sum(w.weight) over (order by w.ended_at, w.id) as bytes from weighed w)
select t.id::text as id, t.ended_at::text as "endedAt",
       t.owner is null and t.wake_at is null and not exists (select 1 from busy b where b.id = t.id) as "mayGo"
from summed t where t.bytes <= $6::int or t.bytes = t.weight
order by t.ended_at, t.id`;

/** The next runs after `place` that ended more than `days` ago, those that may not go among them; none: that was all. */
export async function findEnded(client: pg.Client, days: number, place: Place, most: Most): Promise<readonly Ended[]> {
  const { rows } = await client.query<Ended>({
    name: "find_ended",
    text: find,
    values: [days, place.endedAt, place.id, most.runs, most.decisions, most.bytes],
  });
  return rows;
}

const hold = `
select r.id::text as id from saga_run r
where r.id = any($1::uuid[]) and r.ended_at is not null and r.owner is null
for update skip locked`;

/**
 * A log that is not whole stays where it is, for `npm run verify` to find. Attention is asked for in other words than the
 * index of ended runs has, or a plan may walk that from its beginning.
 */
const read = `
with e as materialized (
  select r.id, r.seq, r.parent from saga_run r
  where r.id = any($2::uuid[]) and ${ended} and jsonb_array_length(r.attention) = 0 and r.owner is null
    and r.wake_at is null
),
${busy},
l as materialized (
  select v.run, count(*) as decisions, json_agg(json_build_object(
    'seq', v.seq, 'at', (extract(epoch from v.at) * 1000)::float8, 'actor', v.actor, 'transitions', v.transitions
  ) order by v.seq)::text as log
  from saga_event v where v.run = any(array(select e.id from e)) group by v.run
)
select e.id::text as id, l.log from e join l on l.run = e.id and l.decisions = e.seq
where not exists (select 1 from busy b where b.id = e.id)`;

const move = `
with a as (
  insert into saga_archived_run (id, saga, version, state, cause, rollback, residue, business_key, exposure, error, parent,
    parent_step, restart_of, started_by, seq, started_at, ended_at, log)
  select r.id, r.saga, r.version, r.state, r.cause, r.rollback, r.residue, r.business_key, r.exposure, r.error, r.parent,
    r.parent_step, r.restart_of, r.started_by, r.seq, r.started_at, r.ended_at, x.log
  from unnest($1::uuid[], $2::bytea[]) as x (id, log) join saga_run r on r.id = x.id and r.id = any($1::uuid[])
  returning id
),
v as (delete from saga_event v where v.run = any($1::uuid[]) returning 1),
s as (delete from saga_snapshot s where s.run = any($1::uuid[]) returning 1),
r as (delete from saga_run r where r.id = any($1::uuid[]) returning 1)
select (select count(*) from a)::int as kept, (select count(*) from r)::int as gone`;

export type Archived =
  | { readonly kind: "archived"; readonly runs: number }
  /** The database would not move these: nothing has changed, and others may still go. */
  | { readonly kind: "refused"; readonly error: unknown };

/**
 * Moves those of these runs that may go, in one transaction. Their rows are held first and looked at by a second
 * statement, which so sees what `accept` committed before; what it would accept afterwards waits for us. A row that
 * somebody else holds is passed over. Rejects when the database cannot go on; each run has then gone whole, or not at all.
 */
export async function archive(client: pg.Client, days: number, runs: readonly string[]): Promise<Archived> {
  await client.query("begin");
  try {
    const held = await client.query<{ id: string }>({ name: "archive_hold", text: hold, values: [runs] });
    const ids = held.rows.map(({ id }) => id);
    const { rows } = await client.query<{ id: string; log: string }>({
      name: "archive_read",
      text: read,
      values: [days, ids],
    });
    await moveAll(client, rows);
    await client.query("commit");
    return { kind: "archived", runs: rows.length };
  } catch (error) {
    await client.query("rollback");
    if (!isAboutRows(error)) throw error;
    return { kind: "refused", error };
  }
}

async function moveAll(
  client: pg.Client,
  runs: readonly { readonly id: string; readonly log: string }[],
): Promise<void> {
  const logs: Buffer[] = [];
  for (const { log } of runs) logs.push(await packLog(log));
  const { rows } = await client.query<{ kept: number; gone: number }>({
    name: "archive_move",
    text: move,
    values: [runs.map(({ id }) => id), logs],
  });
  const { kept, gone } = rows[0] ?? { kept: 0, gone: 0 };
  if (kept !== runs.length || gone !== runs.length)
    throw new Error(`Of ${runs.length} runs the archive took ${kept}, and ${gone} are gone`);
}
