import { claimMs } from "./store";

/** The two tables of `postgresStore`, and all that is asked of them. `json`, not `jsonb`: an answer is repeated as it was. */
export function tablesIn(schema: string) {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new Error(`${schema} is no plain name of a schema`);
  const outcome = `${schema}.participant_outcome`;
  const outbox = `${schema}.participant_outbox`;
  const columns = `key, service, command, run, step, item, state, undone_by as "undoneBy", subject, attempt, generation,
    result, input, note, (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as "inMs"`;
  return {
    sql: `
create schema if not exists ${schema};
create table if not exists ${outcome} (
  key text primary key,
  service text not null,
  command text not null,
  run text,
  step text,
  item integer,
  state text not null check (state in ('waiting', 'done', 'barred', 'barredStep')),
  undone_by text,
  subject text,
  attempt integer,
  generation integer,
  result json not null,
  input json not null,
  note json not null,
  due_at timestamptz,
  at timestamptz not null default clock_timestamp()
);
create index if not exists participant_outcome_step on ${outcome} (run, step) where run is not null;
create index if not exists participant_outcome_subject on ${outcome} (subject) where subject is not null;
create index if not exists participant_outcome_due on ${outcome} (service, due_at) where state = 'waiting';
create index if not exists participant_outcome_at on ${outcome} (at);
create table if not exists ${outbox} (
  id text primary key,
  service text not null,
  key text,
  scope text not null,
  kind text not null check (kind in ('reply', 'event')),
  event json not null,
  tries integer not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  at timestamptz not null default clock_timestamp()
);
create index if not exists participant_outbox_due on ${outbox} (service, due_at);
create index if not exists participant_outbox_reply on ${outbox} (service, due_at) where kind = 'reply';
create index if not exists participant_outbox_key on ${outbox} (key) where key is not null;
`,
    find: `select ${columns} from ${outcome} where key = $1`,
    findBySubject: `select ${columns} from ${outcome}
      where service = $1 and command = $2 and subject = $3 and state in ('done', 'waiting') order by at for update`,
    findByPlace: `select ${columns} from ${outcome}
      where service = $1 and command = $2 and run = $3 and step is not distinct from $4
        and ($5::int is null or item = $5) and state in ('done', 'waiting')
      order by at for update`,
    isBarred: `select 1 from ${outcome}
      where service = $1 and command = $2 and run = $3 and step is not distinct from $4
        and (item is null or item = $5::int) and state = 'barredStep' limit 1`,
    keep: `insert into ${outcome} (key, service, command, run, step, item, state, undone_by, subject, attempt, generation,
        due_at, result, input, note)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
        clock_timestamp() + $12::float8 * interval '1 millisecond', $13::json, $14::json, $15::json)
      on conflict (key) do update set state = excluded.state, undone_by = excluded.undone_by, subject = excluded.subject,
        attempt = excluded.attempt, generation = excluded.generation, due_at = excluded.due_at,
        result = excluded.result, input = excluded.input, note = excluded.note`,
    forgetOne: `delete from ${outcome} where key = $1`,
    post: `insert into ${outbox} (id, service, key, scope, kind, event) values ($1, $2, $3, $4, $5, $6::json)
      on conflict (id) do nothing`,
    letter: `select id, service, key, scope, kind, event, tries from ${outbox} where id = $1`,
    postpone: `update ${outbox} set tries = $3, due_at = clock_timestamp() + $2::float8 * interval '1 millisecond'
      where id = $1`,
    drop: `delete from ${outbox} where id = $1`,
    withdraw: `delete from ${outbox} where key = $1`,
    // The statement's time, which bounds a scan of the index, as the clock's does not.
    nextWork: `with given as (
        update ${outcome} set due_at = clock_timestamp() + interval '${claimMs} milliseconds'
        where key = (
          select key from ${outcome} where service = $1 and state = 'waiting' and due_at <= statement_timestamp()
          order by due_at limit 1 for update skip locked
        )
        returning key, run, step, 0::float8 as "inMs"
      ), later as (
        -- at least a moment: what has come due since this statement began is given to nobody by it
        select key, run, step, greatest(1, extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as "inMs"
        from ${outcome} where service = $1 and state = 'waiting' and due_at > statement_timestamp() order by due_at limit 1
      )
      select key as id, 'step ' || coalesce(run, '') || ' ' || coalesce(step, '') as scope, "inMs"
      from (select * from given union all select * from later) as next order by "inMs" limit 1`,
    renew: `update ${outcome} set due_at = clock_timestamp() + interval '${claimMs} milliseconds'
      where key = $1 and state = 'waiting' and due_at < clock_timestamp() + interval '${claimMs} milliseconds'`,
    nextLetter: `select id, scope, (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as "inMs" from (
        (select id, scope, due_at, 1 as turn from ${outbox}
          where service = $1 and kind = 'reply' and due_at <= statement_timestamp() order by due_at limit 1)
        union all
        (select id, scope, due_at, 2 from ${outbox} where service = $1 order by due_at limit 1)
      ) as letter order by turn limit 1`,
    forget: `delete from ${outcome}
      where state <> 'waiting' and at < clock_timestamp() - $1::float8 * interval '1 day'`,
  };
}
