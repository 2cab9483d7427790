/** What verification reads. Statements of its own: a check that used the hot path's would share its mistakes. */
import type pg from "pg";
import type { RunState } from "@/engine";
import { snapshotShape } from "../orchestrator/sql/snapshot-shape";

type Queryable = Pick<pg.Client, "query">;

/** What a run's row tells of its end, live or archived. */
export type End = {
  readonly id: string;
  readonly saga: string;
  readonly version: number;
  readonly state: string;
  readonly cause: string | null;
  readonly rollback: string | null;
  readonly residue: readonly string[];
  readonly businessKey: string | null;
  readonly seq: number;
};

/** `log`: as the archive packed it. */
export type ArchivedRun = End & { readonly log: Buffer; readonly isLive: boolean };

export type StoredRun = End & {
  readonly attention: readonly { readonly reason: string; readonly step: string | null }[];
  readonly paused: boolean;
  readonly uniqueKey: string | null;
  readonly owner: string | null;
  readonly wakeAt: Date | null;
  readonly endedAt: Date | null;
  readonly inbox: number;
  readonly snapshotSeq: number | null;
  readonly snapshot: RunState | null;
};

/** Up to `limit` runs after `from`, by id; with `inclusive`, from it on. */
export async function readRuns(
  client: Queryable,
  from: string,
  limit: number,
  inclusive = false,
): Promise<readonly StoredRun[]> {
  const { rows } = await client.query<StoredRun>(
    `select r.id::text as id, r.saga, r.version, r.state, r.cause, r.rollback, r.residue, r.attention, r.paused,
       r.business_key as "businessKey", r.unique_key as "uniqueKey", r.seq, r.owner::text as owner,
       r.wake_at as "wakeAt", r.ended_at as "endedAt",
       (select count(*) from saga_inbox i where i.run = r.id)::int as inbox,
       s.seq as "snapshotSeq", s.state as snapshot
     from saga_run r left join saga_snapshot s on s.run = r.id and s.shape = ${snapshotShape}
     where ${inclusive ? "r.id = $1::uuid" : "r.id > $1::uuid"} order by r.id limit $2`,
    [from, limit],
  );
  return rows;
}

/** Archived runs with their logs, like `readRuns`. */
export async function readArchivedRuns(
  client: Queryable,
  from: string,
  limit: number,
  inclusive = false,
): Promise<readonly ArchivedRun[]> {
  const { rows } = await client.query<ArchivedRun>(
    `select a.id::text as id, a.saga, a.version, a.state, a.cause, a.rollback, a.residue, a.business_key as "businessKey",
       a.seq, a.log, exists (select 1 from saga_run r where r.id = a.id) as "isLive"
     from saga_archived_run a
     where ${inclusive ? "a.id = $1::uuid" : "a.id > $1::uuid"} order by a.id limit $2`,
    [from, limit],
  );
  return rows;
}

export type OwnerRow = { readonly run: string; readonly lives: boolean; readonly isBuried: boolean };

/** Of each of these runs that has an owner: whether that worker has a row, or a tombstone by which its runs are freed. */
export async function readOwners(client: Queryable, runs: readonly string[]): Promise<ReadonlyMap<string, OwnerRow>> {
  const { rows } = await client.query<OwnerRow>(
    `select r.id::text as run, w.incarnation is not null as lives, d.incarnation is not null as "isBuried"
     from saga_run r
     left join saga_worker w on w.incarnation = r.owner
     left join saga_worker_dead d on d.incarnation = r.owner
     where r.owner is not null and r.id = any($1::uuid[])`,
    [runs],
  );
  return new Map(rows.map((row) => [row.run, row]));
}

export type Stray = { readonly run: string | null; readonly sentence: string };

/** Rows that belong to no run, and inbox rows that a living worker has left lying for a minute. */
export async function readStrays(client: Queryable): Promise<readonly Stray[]> {
  const { rows } = await client.query<Stray>(
    `select e.run::text as run, 'A log of ' || count(*) || ' decisions has no run' as sentence
     from saga_event e where not exists (select 1 from saga_run r where r.id = e.run) group by e.run
     union all
     select s.run::text, 'A snapshot has no run'
     from saga_snapshot s where not exists (select 1 from saga_run r where r.id = s.run)
     union all
     select i.run::text, 'Something in the inbox (' || i.kind || ') has no run'
     from saga_inbox i where not exists (select 1 from saga_run r where r.id = i.run)
     union all
     select i.run::text, 'Nobody has taken what came into the inbox (' || i.kind || ') a minute or longer ago, state ' || r.state
     from saga_inbox i join saga_run r on r.id = i.run
     where i.at < clock_timestamp() - interval '1 minute'
       and exists (select 1 from saga_worker w where w.lease_until > clock_timestamp())
     union all
     select r.id::text, 'An event (' || (e.event ->> 'type') || ') still waits for this run, which has begun'
     from saga_early_event e join saga_run r on r.saga = e.saga and r.unique_key = e.key`,
  );
  return rows;
}
