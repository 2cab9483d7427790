import type pg from "pg";
import { lines, toArray, toLines, unnest } from "./columns";
import { snapshotShape } from "./snapshot-shape";

/** `transitions` is JSON text; `at` milliseconds since the epoch. */
export type EventRow = {
  readonly run: string;
  readonly seq: number;
  readonly at: number;
  readonly actor: string | null;
  readonly transitions: string;
};

/** What changes of a run's row. `residue`, `attention`, `approvals` and `error` are JSON text. */
export type RunRow = {
  readonly id: string;
  readonly state: string;
  readonly cause: string | null;
  readonly rollback: string | null;
  readonly residue: string;
  readonly attention: string;
  readonly approvals: string;
  readonly paused: boolean;
  readonly error: string | null;
  readonly stepNow: string | null;
  readonly seq: number;
  /** False: put down. */
  readonly owned: boolean;
  readonly wakeAt: number | null;
  readonly endedAt: number | null;
  /** Whether the run holds its unique business key. */
  readonly holdsKey: boolean;
};

export type SnapshotRow = { readonly run: string; readonly seq: number; readonly state: string };

/** A word to another run; `payload` is JSON text. */
export type MessageRow = { readonly id: string; readonly run: string; readonly kind: string; readonly payload: string };

/** An event for a subscription; `event` is JSON text. */
export type DeliveryRow = {
  readonly id: string;
  readonly subscription: string;
  readonly run: string;
  readonly seq: number;
  readonly event: string;
};

export type Flush = {
  readonly events: readonly EventRow[];
  readonly runs: readonly RunRow[];
  readonly inbox: readonly string[];
  readonly messages: readonly MessageRow[];
  readonly snapshots: readonly SnapshotRow[];
  readonly deliveries: readonly DeliveryRow[];
};

const text = `
with f as materialized (
  select w.incarnation from saga_worker w where w.incarnation = $1::bigint for key share
),
u as (
  update saga_run r
  set state = x.state, cause = nullif(x.cause, ''), rollback = nullif(x.rollback, ''),
      residue = array(select jsonb_array_elements_text(x.residue::jsonb)), attention = x.attention::jsonb,
      paused = x.paused, error = nullif(x.error, '')::jsonb, step_now = nullif(x.step_now, ''), seq = x.seq,
      owner = case when x.owned then r.owner end, wake_at = to_timestamp(x.wake_at / 1000),
      ended_at = to_timestamp(x.ended_at / 1000), unique_key = case when x.holds_key then r.business_key end,
      approvals = x.approvals::jsonb
  from f, rows from (
    ${unnest(2, "uuid")}, ${lines(3)}, ${lines(4)}, ${lines(5)}, ${lines(6)}, ${lines(7)}, ${unnest(8, "boolean")},
    ${lines(9)}, ${lines(10)}, ${unnest(11, "int")}, ${unnest(12, "boolean")}, ${unnest(13, "float8")},
    ${unnest(14, "float8")}, ${unnest(15, "boolean")}, ${lines(25)}
  ) as x (id, state, cause, rollback, residue, attention, paused, error, step_now, seq, owned, wake_at, ended_at, holds_key,
    approvals)
  -- "any" bounds the scan whatever the planner believes of the table: planned while it was empty, a join alone read it all
  where r.id = any($2::uuid[]) and r.id = x.id and r.owner is not distinct from f.incarnation
  returning 1
),
d as (
  delete from saga_inbox i using f where i.id = any($16::uuid[]) returning 1
),
s as (
  insert into saga_snapshot (run, seq, state, shape)
  select x.run, x.seq, x.state::jsonb, ${snapshotShape}
  from f, rows from (${unnest(17, "uuid")}, ${unnest(18, "int")}, ${lines(19)}) as x (run, seq, state)
  on conflict (run) do update set seq = excluded.seq, state = excluded.state, shape = excluded.shape
  returning 1
),
-- a word to a run that is no more says nothing; one on its way to the archive is held until we have committed. A row that
-- this very statement changes is not locked but passed over, so what is written here counts by itself
t as materialized (
  select r.id from saga_run r where r.id = any($27::uuid[]) and r.id <> all($2::uuid[]) for key share
),
m as (
  insert into saga_inbox (id, run, kind, payload)
  select x.id, x.run, x.kind, x.payload::jsonb
  from f, rows from (${unnest(26, "uuid")}, ${unnest(27, "uuid")}, ${lines(28)}, ${lines(29)}) as x (id, run, kind, payload)
  where x.run in (select t.id from t) or x.run = any($2::uuid[])
  on conflict do nothing
  returning 1
),
o as (
  insert into delivery (id, subscription, run, seq, event)
  select x.id, x.subscription, x.run, x.seq, x.event
  from f, rows from (${unnest(30, "uuid")}, ${unnest(31, "uuid")}, ${unnest(32, "uuid")}, ${unnest(33, "int")}, ${lines(34)})
    as x (id, subscription, run, seq, event)
  returning 1
),
e as (
  insert into saga_event (run, seq, at, actor, transitions)
  select x.run, x.seq, to_timestamp(x.at / 1000), nullif(x.actor, ''), x.transitions::jsonb
  from f, rows from (
    ${unnest(20, "uuid")}, ${unnest(21, "int")}, ${unnest(22, "float8")}, ${lines(23)}, ${lines(24)}
  ) as x (run, seq, at, actor, transitions)
  returning 1
)
select (select count(*) from f)::int as fence, (select count(*) from e)::int as events,
       (select count(*) from u)::int as runs
`;

/**
 * Writes everything that is pending in one autocommit statement, if the worker's row is still there. Rows come sorted by
 * key, or two flushes deadlock. Fewer rows than were sent, or any error: the outcome is unknown.
 */
export async function flush(client: pg.Client, incarnation: string, rows: Flush): Promise<void> {
  const { runs, events, snapshots, messages, deliveries } = rows;
  const values = [
    incarnation,
    toArray(runs.map((r) => r.id)),
    toLines(runs.map((r) => r.state)),
    toLines(runs.map((r) => r.cause)),
    toLines(runs.map((r) => r.rollback)),
    toLines(runs.map((r) => r.residue)),
    toLines(runs.map((r) => r.attention)),
    toArray(runs.map((r) => r.paused)),
    toLines(runs.map((r) => r.error)),
    toLines(runs.map((r) => r.stepNow)),
    toArray(runs.map((r) => r.seq)),
    toArray(runs.map((r) => r.owned)),
    toArray(runs.map((r) => r.wakeAt)),
    toArray(runs.map((r) => r.endedAt)),
    toArray(runs.map((r) => r.holdsKey)),
    toArray(rows.inbox),
    toArray(snapshots.map((s) => s.run)),
    toArray(snapshots.map((s) => s.seq)),
    toLines(snapshots.map((s) => s.state)),
    toArray(events.map((e) => e.run)),
    toArray(events.map((e) => e.seq)),
    toArray(events.map((e) => e.at)),
    toLines(events.map((e) => e.actor)),
    toLines(events.map((e) => e.transitions)),
    toLines(runs.map((r) => r.approvals)),
    toArray(messages.map((m) => m.id)),
    toArray(messages.map((m) => m.run)),
    toLines(messages.map((m) => m.kind)),
    toLines(messages.map((m) => m.payload)),
    ...deliveryColumns(deliveries),
  ];
  const result = await client.query<{ fence: number; events: number; runs: number }>({ name: "flush", text, values });
  const written = result.rows[0];
  if (!written || written.events !== events.length || written.runs !== runs.length || written.fence !== 1) {
    const sent = `${events.length} events and ${runs.length} runs`;
    throw new Error(`A flush of ${sent} wrote ${written?.events} and ${written?.runs}, fence ${written?.fence}`);
  }
}

/** Deliveries as five parameters: id, subscription, run, seq, event. */
export function deliveryColumns(deliveries: readonly DeliveryRow[]): readonly string[] {
  return [
    toArray(deliveries.map((d) => d.id)),
    toArray(deliveries.map((d) => d.subscription)),
    toArray(deliveries.map((d) => d.run)),
    toArray(deliveries.map((d) => d.seq)),
    toLines(deliveries.map((d) => d.event)),
  ];
}
