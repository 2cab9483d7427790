import type pg from "pg";
import { lines, toArray, toLines, unnest } from "./columns";
import { type DeliveryRow, deliveryColumns } from "./flush";

/** A run to begin, with its first decision. JSON values (`attention`, `data`, `transitions`, `approvals`) are text; `at` milliseconds since the epoch. */
export type StartRow = {
  readonly id: string;
  readonly saga: string;
  readonly version: number;
  readonly state: string;
  readonly attention: string;
  readonly businessKey: string | null;
  readonly unique: boolean;
  readonly exposure: number | null;
  readonly data: string;
  readonly stepNow: string | null;
  readonly startedBy: string | null;
  readonly at: number;
  /** Set when the first decision was the last. */
  readonly endedAt: number | null;
  readonly key: string | null;
  readonly hash: string;
  readonly transitions: string;
  readonly approvals: string;
  /** The run whose saga step this one is, and that step. */
  readonly parent: string | null;
  readonly parentStep: string | null;
  readonly restartOf: string | null;
};

const rows = `rows from (
  ${unnest(2, "uuid")}, ${lines(3)}, ${unnest(4, "int")}, ${lines(5)}, ${lines(6)}, ${unnest(7, "text")},
  ${unnest(8, "boolean")}, ${unnest(9, "float8")}, ${lines(10)}, ${lines(11)}, ${lines(12)}, ${unnest(13, "float8")},
  ${unnest(14, "float8")}, ${unnest(15, "text")}, ${lines(16)}, ${lines(17)}, ${lines(18)}, ${unnest(19, "uuid")}, ${lines(20)},
  ${unnest(21, "uuid")}
) as x (id, saga, version, state, attention, business_key, is_unique, exposure, data, step_now, started_by, at, ended_at, key, hash,
  transitions, approvals, parent, parent_step, restart_of)`;

/** With a worker the rows are born owned, under its fence; without, they are due at once. */
function statement(owned: boolean): string {
  const fence = owned
    ? "select w.incarnation from saga_worker w where w.incarnation = $1::bigint for key share"
    : "select $1::bigint as incarnation";
  return `
with f as materialized (${fence}),
x as materialized (select x.*, f.incarnation from f, ${rows}),
d as (
  insert into saga_dedupe (key, run, hash)
  select x.key, x.id, x.hash from x where x.key is not null order by x.key
  on conflict do nothing
  returning key, run
),
keyed as materialized (select d.run from d),
r as (
  insert into saga_run (id, saga, version, state, attention, business_key, unique_key, exposure, data, step_now, started_by,
    seq, owner, wake_at, started_at, ended_at, approvals, parent, parent_step, restart_of)
  select x.id, x.saga, x.version, x.state, x.attention::jsonb, x.business_key,
    case when x.is_unique and x.ended_at is null then x.business_key end, x.exposure, x.data::jsonb,
    nullif(x.step_now, ''), nullif(x.started_by, ''), 1, case when x.ended_at is null then x.incarnation end,
    case when x.ended_at is null and x.incarnation is null then statement_timestamp() end,
    to_timestamp(x.at / 1000), to_timestamp(x.ended_at / 1000), x.approvals::jsonb, x.parent, nullif(x.parent_step, ''),
    x.restart_of
  from x
  where x.key is null or exists (select 1 from keyed k where k.run = x.id)
  order by x.saga, case when x.is_unique then x.business_key end, x.id
  on conflict do nothing
  returning id
),
e as (
  insert into saga_event (run, seq, at, actor, transitions)
  select x.id, 1, to_timestamp(x.at / 1000), nullif(x.started_by, ''), x.transitions::jsonb
  from x join r on r.id = x.id
  order by x.id
  returning 1
),
o as (
  insert into delivery (id, subscription, run, seq, event)
  select y.id, y.subscription, y.run, y.seq, y.event
  from r join rows from (${unnest(22, "uuid")}, ${unnest(23, "uuid")}, ${unnest(24, "uuid")}, ${unnest(25, "int")}, ${lines(26)})
    as y (id, subscription, run, seq, event) on y.run = r.id
  returning 1
)
select (select count(*) from f)::int as fence, (select count(*) from e)::int as events,
       array(select k.run::text from keyed k) as keyed, array(select r.id::text from r) as started
`;
}

const texts = { owned: statement(true), unowned: statement(false) };

/** `keyed`: runs whose idempotency key was new; `started`: runs that were inserted. */
export type StartedRows = { readonly keyed: ReadonlySet<string>; readonly started: ReadonlySet<string> };

/**
 * Begins runs, and remembers their idempotency keys, in one autocommit statement. A key already there, or a unique
 * business key already held by a live run, leaves that row out, and what would be told of it. `incarnation` null: nobody owns the runs yet.
 */
export async function startRuns(
  client: pg.Client,
  incarnation: string | null,
  starts: readonly StartRow[],
  deliveries: readonly DeliveryRow[] = [],
): Promise<StartedRows> {
  const values = [
    incarnation,
    toArray(starts.map((s) => s.id)),
    toLines(starts.map((s) => s.saga)),
    toArray(starts.map((s) => s.version)),
    toLines(starts.map((s) => s.state)),
    toLines(starts.map((s) => s.attention)),
    starts.map((s) => s.businessKey),
    toArray(starts.map((s) => s.unique)),
    toArray(starts.map((s) => s.exposure)),
    toLines(starts.map((s) => s.data)),
    toLines(starts.map((s) => s.stepNow)),
    toLines(starts.map((s) => s.startedBy)),
    toArray(starts.map((s) => s.at)),
    toArray(starts.map((s) => s.endedAt)),
    starts.map((s) => s.key),
    toLines(starts.map((s) => s.hash)),
    toLines(starts.map((s) => s.transitions)),
    toLines(starts.map((s) => s.approvals)),
    toArray(starts.map((s) => s.parent)),
    toLines(starts.map((s) => s.parentStep)),
    toArray(starts.map((s) => s.restartOf)),
    ...deliveryColumns(deliveries),
  ];
  const name = incarnation === null ? "start_unowned" : "start_owned";
  const text = incarnation === null ? texts.unowned : texts.owned;
  const result = await client.query<{ fence: number; events: number; keyed: string[]; started: string[] }>({
    name,
    text,
    values,
  });
  const row = result.rows[0];
  if (row?.fence !== 1) throw new Error("The worker's fence is gone: nothing was started");
  if (row.events !== row.started.length) throw new Error("Runs were started without their first event");
  return { keyed: new Set(row.keyed), started: new Set(row.started) };
}
