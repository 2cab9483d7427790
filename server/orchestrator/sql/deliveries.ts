import type pg from "pg";

type Queryable = Pick<pg.Client, "query"> | Pick<pg.Pool, "query">;

/** A delivery that this process may try until `leaseMs` later. */
export type Claimed = {
  readonly id: string;
  readonly subscription: string;
  readonly run: string;
  readonly event: string;
  /** That were made before. */
  readonly attempts: number;
};

/**
 * What is due, oldest first. An event waits while an earlier one of its run is with somebody else for its first attempt,
 * so that a run is told in order as long as nothing fails.
 */
const claim = `
with due as materialized (
  select d.id
  from unnest($1::uuid[], $2::int[]) as s (subscription, most)
  cross join lateral (
    select v.id from delivery v
    where v.status = 'pending' and v.subscription = s.subscription and v.next_at <= statement_timestamp()
      -- asked row by row: as an anti-join it may read all that is pending
      and (
        select count(*) from delivery e
        where e.status = 'pending' and e.run = v.run and e.id < v.id and e.subscription = v.subscription
          and e.attempts = 0 and e.next_at > statement_timestamp() and e.id <> all($4::uuid[])
      ) = 0
    order by v.next_at, v.id limit s.most for update of v skip locked
  ) d
)
update delivery d set next_at = statement_timestamp() + $3::float8 * interval '1 ms'
from due where d.id = due.id and d.id = any(array(select u.id from due u))
returning d.id::text as id, d.subscription::text as subscription, d.run::text as run, d.event, d.attempts`;

export type Room = { readonly subscription: string; readonly most: number };

/** `held`: what the caller has claimed already, and keeps in order by itself. */
export async function claimDeliveries(
  client: Queryable,
  rooms: readonly Room[],
  held: readonly string[],
  leaseMs: number,
): Promise<readonly Claimed[]> {
  const values = [rooms.map((room) => room.subscription), rooms.map((room) => room.most), leaseMs, held];
  const { rows } = await client.query<Claimed>({ name: "claim_deliveries", text: claim, values });
  return [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What an attempt came to. `entry` is JSON text for the log. */
export type Settled = {
  readonly id: string;
  /** As claimed: whoever tried it meanwhile has settled it. */
  readonly attempts: number;
  readonly status: "pending" | "delivered" | "failed" | "disabled";
  /** Milliseconds until the next attempt. */
  readonly after: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly entry: string;
};

const settle = `
update delivery d
set status = x.status, attempts = d.attempts + 1, last_status = x.last_status, last_error = x.last_error,
    next_at = statement_timestamp() + x.after * interval '1 ms',
    delivered_at = case when x.status = 'delivered' then statement_timestamp() end,
    log = case when jsonb_array_length(d.log) >= 20 then d.log - 0 else d.log end || x.entry::jsonb
from unnest($1::uuid[], $2::int[], $3::text[], $4::float8[], $5::int[], $6::text[], $7::text[])
  as x (id, attempts, status, after, last_status, last_error, entry)
where d.id = any($1::uuid[]) and d.id = x.id and d.status = 'pending' and d.attempts = x.attempts`;

export async function settleDeliveries(client: Queryable, settled: readonly Settled[]): Promise<void> {
  const values = [
    settled.map((s) => s.id),
    settled.map((s) => s.attempts),
    settled.map((s) => s.status),
    settled.map((s) => s.after),
    settled.map((s) => s.lastStatus),
    settled.map((s) => s.lastError),
    settled.map((s) => s.entry),
  ];
  await client.query({ name: "settle_deliveries", text: settle, values });
}

/** What was claimed and not tried is due for anybody. */
export async function giveBack(client: Queryable, claimed: readonly Claimed[]): Promise<void> {
  const text = `
    update delivery d set next_at = statement_timestamp()
    from unnest($1::uuid[], $2::int[]) as x (id, attempts)
    where d.id = any($1::uuid[]) and d.id = x.id and d.status = 'pending' and d.attempts = x.attempts`;
  await client.query({ name: "give_back", text, values: [claimed.map((c) => c.id), claimed.map((c) => c.attempts)] });
}

/** Steps from one subscription with something pending to the next, instead of reading all that is pending. */
const sweep = `
with recursive p as (
  (select d.subscription from delivery d where d.status = 'pending' order by d.subscription limit 1)
  union all
  select n.subscription from p cross join lateral (
    select d.subscription from delivery d where d.status = 'pending' and d.subscription > p.subscription
    order by d.subscription limit 1
  ) n
),
off as materialized (
  select p.subscription from p
  where not exists (select 1 from subscription s where s.id = p.subscription and s.enabled)
),
mine as materialized (
  select v.id from off cross join lateral (
    select d.id from delivery d where d.status = 'pending' and d.subscription = off.subscription
    limit $1::int for update of d skip locked
  ) v limit $1::int
),
u as (
  update delivery d set status = 'disabled' where d.id = any(array(select m.id from mine m)) returning 1
)
select count(*)::int as count from u`;

/** Marks what waits for subscriptions that take nothing any more. Answers how many. */
export async function sweepDisabled(client: pg.Client, most: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>({ name: "sweep_deliveries", text: sweep, values: [most] });
  return rows[0]?.count ?? 0;
}

const purge = `
with old as materialized (
  select d.id from delivery d where d.id < $1::uuid and d.status <> 'pending'
  order by d.id limit $2::int for update skip locked
),
u as (
  delete from delivery d where d.id = any(array(select o.id from old o)) returning 1
)
select count(*)::int as count from u`;

/** Forgets deliveries older than the id `before` that are not pending. Answers how many. */
export async function purgeDeliveries(client: pg.Client, before: string, most: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>({
    name: "purge_deliveries",
    text: purge,
    values: [before, most],
  });
  return rows[0]?.count ?? 0;
}
