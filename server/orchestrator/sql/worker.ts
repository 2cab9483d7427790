import type pg from "pg";
import { limits } from "@/engine/limits";

/** Makes a worker's row, and so its fence. Answers an incarnation that was never used before. */
export async function join(client: pg.Client, name: string): Promise<string> {
  const { rows } = await client.query<{ incarnation: string }>({
    name: "join",
    text: `
insert into saga_worker (incarnation, name, lease_until)
values (nextval('saga_worker_incarnation'), $1::text, clock_timestamp() + $2::int * interval '1 ms')
returning incarnation::text as incarnation`,
    values: [name, limits.lease],
  });
  const incarnation = rows[0]?.incarnation;
  if (incarnation === undefined) throw new Error("Joining made no worker");
  return incarnation;
}

/** Renews the lease, judged by the database's clock. False: our row is gone, we are dead. */
export async function heartbeat(client: pg.Client, incarnation: string, runs: number): Promise<boolean> {
  const { rowCount } = await client.query({
    name: "heartbeat",
    text: `
update saga_worker w set lease_until = clock_timestamp() + $3::int * interval '1 ms', runs = $2::int
where w.incarnation = $1::bigint`,
    values: [incarnation, runs, limits.lease],
  });
  return rowCount === 1;
}

/** Deletes our own row, which waits for a flush still under way, and leaves a tombstone by which our runs are freed. */
export async function leave(client: pg.Client, incarnation: string): Promise<void> {
  await client.query({
    name: "leave",
    text: `
with k as (delete from saga_worker w where w.incarnation = $1::bigint returning w.incarnation)
insert into saga_worker_dead (incarnation) select k.incarnation from k on conflict do nothing`,
    values: [incarnation],
  });
}

/**
 * Deletes the rows of workers whose lease has run out. The delete looks at the lease again after it has waited, so a
 * worker that revived survives. Answers the dead.
 */
export async function takeOver(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ incarnation: string }>({
    name: "take_over",
    text: `
with d as materialized (
  select w.incarnation from saga_worker w where w.lease_until < clock_timestamp()
  order by w.incarnation for update skip locked
),
k as (
  delete from saga_worker w using d
  where w.incarnation = d.incarnation and w.lease_until < clock_timestamp()
  returning w.incarnation
)
insert into saga_worker_dead (incarnation) select k.incarnation from k on conflict do nothing
returning incarnation::text as incarnation`,
  });
  return rows.map((row) => row.incarnation);
}

export async function readDead(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ incarnation: string }>({
    name: "read_dead",
    text: "select d.incarnation::text as incarnation from saga_worker_dead d order by d.incarnation",
  });
  return rows.map((row) => row.incarnation);
}

/** Frees up to 1,000 runs of a dead worker, due at once. Answers how many. */
export async function freeOrphans(client: pg.Client, incarnation: string): Promise<number> {
  const { rowCount } = await client.query({
    name: "free_orphans",
    text: `
with c as materialized (
  select r.id from saga_run r where r.owner = $1::bigint order by r.id limit 1000 for update skip locked
)
update saga_run r set owner = null, wake_at = statement_timestamp() where r.id = any(array(select c.id from c))`,
    values: [incarnation],
  });
  return rowCount ?? 0;
}

/** Removes a tombstone once none of its runs is left. */
export async function bury(client: pg.Client, incarnation: string): Promise<void> {
  await client.query({
    name: "bury",
    text: `
delete from saga_worker_dead d
where d.incarnation = $1::bigint and not exists (select 1 from saga_run r where r.owner = $1::bigint)`,
    values: [incarnation],
  });
}
