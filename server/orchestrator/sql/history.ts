import type pg from "pg";
import type { LogEntry, RunState, Transition } from "@/engine";
import { snapshotShape } from "./snapshot-shape";

type Queryable = Pick<pg.Client, "query"> | Pick<pg.Pool, "query">;

export type RunHead = {
  readonly id: string;
  readonly saga: string;
  readonly version: number;
  /** Number of the last decision when the row was written: the log has at least so many. */
  readonly seq: number;
  readonly snapshot: RunState | null;
  readonly snapshotSeq: number;
};

export type HistoryRow = LogEntry & { readonly run: string };

/** What is needed to fold runs: their definition's name and number, and their last snapshot. */
export async function readHeads(client: Queryable, runs: readonly string[]): Promise<readonly RunHead[]> {
  const { rows } = await client.query<RunHead>({
    name: "read_heads",
    text: `
select r.id::text as id, r.saga, r.version, r.seq, s.state as snapshot, coalesce(s.seq, 0) as "snapshotSeq"
from saga_run r left join saga_snapshot s on s.run = r.id and s.run = any($1::uuid[]) and s.shape = ${snapshotShape}
where r.id = any($1::uuid[])`,
    values: [runs],
  });
  return rows;
}

/** The logs of runs after each one's given decision, in order. */
export async function readHistories(
  client: Queryable,
  after: readonly { readonly run: string; readonly seq: number }[],
): Promise<readonly HistoryRow[]> {
  const { rows } = await client.query<HistoryRow>({
    name: "read_histories",
    text: `
select e.run::text as run, e.seq, (extract(epoch from e.at) * 1000)::float8 as at, e.actor, e.transitions
from unnest($1::uuid[], $2::int[]) as x (run, after)
join saga_event e on e.run = x.run and e.seq > x.after
where e.run = any($1::uuid[])
order by e.run, e.seq`,
    values: [after.map((a) => a.run), after.map((a) => a.seq)],
  });
  return rows;
}

/** One run's decisions after `after`, oldest first, at most `limit`. */
export async function readEntries(
  client: Queryable,
  run: string,
  after: number,
  limit: number,
): Promise<readonly LogEntry[]> {
  const { rows } = await client.query<LogEntry & { transitions: Transition[] }>({
    name: "read_entries",
    text: `
select e.seq, (extract(epoch from e.at) * 1000)::float8 as at, e.actor, e.transitions
from saga_event e where e.run = $1::uuid and e.seq > $2::int
order by e.seq limit $3::int`,
    values: [run, after, limit],
  });
  return rows;
}

/** Number of the last decision of each run. */
export async function readLastSeqs(client: Queryable, runs: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ run: string; seq: number }>({
    name: "read_last_seqs",
    text: `
select x.run::text as run, coalesce((select max(e.seq) from saga_event e where e.run = x.run), 0) as seq
from unnest($1::uuid[]) as x (run)`,
    values: [runs],
  });
  return new Map(rows.map((row) => [row.run, row.seq]));
}
