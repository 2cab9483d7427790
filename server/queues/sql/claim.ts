import type pg from "pg";

export type ClaimedRow = {
  readonly id: string;
  readonly lease: string;
  readonly leaseUntil: Date;
  readonly command: string;
  readonly run: string;
  readonly step: string;
  readonly half: "action" | "compensation" | "probe";
  readonly attempt: number;
  readonly generation: number;
  readonly item: number | null;
  readonly key: string;
  readonly input: unknown;
};

/**
 * First what somebody had and did not finish, then what waits, oldest first. An action of a run that goes no further
 * forward is put off instead (U1): nobody is given it any more.
 */
const text = `
with expired as materialized (
  select q.id, q.run, q.half from saga_queue_item q
  where q.service = $1::text and q.lease_until <= statement_timestamp() and q.claim_until > statement_timestamp()
    and not q.is_over
  order by q.lease_until limit $2::int for update skip locked
),
waiting as materialized (
  select q.id, q.run, q.half from saga_queue_item q
  where q.service = $1::text and q.lease_until is null and q.claim_until > statement_timestamp()
  order by q.id limit greatest(0, $2::int - (select count(*) from expired)) for update skip locked
),
found as materialized (select * from expired union all select * from waiting),
unwanted as materialized (
  select f.id from found f join saga_run r on r.id = f.run
  where f.half = 'action' and r.state in ('compensating', 'completed', 'failed') and r.id = any(array(select g.run from found g))
),
o as (
  update saga_queue_item q set claim_until = statement_timestamp()
  where q.id = any(array(select u.id from unwanted u))
  returning 1
),
g as (
  update saga_queue_item q
  set lease = gen_random_uuid(), leased = q.attempt,
      lease_until = statement_timestamp() + $3::float8 * interval '1 ms'
  where q.id = any(array(select f.id from found f where f.id not in (select u.id from unwanted u)))
  returning q.*
)
select g.id::text as id, g.lease::text as lease, g.lease_until as "leaseUntil", g.command, g.run::text as run, g.step,
  g.half, g.attempt, g.generation, g.item, g.key, g.input, (select count(*) from found)::int as found
from g
union all
select null, null, null, null, null, null, null, null, null, null, null, null, (select count(*) from found)::int
where not exists (select 1 from g)
order by 1`;

type Answer = (ClaimedRow | { readonly id: null }) & { readonly found: number };

/** `found`: how many were looked at, those that nobody wants any more among them. */
export type Claimed = { readonly items: readonly ClaimedRow[]; readonly found: number };

/** Gives at most so many items of a service away, oldest first, for `leaseMs`. */
export async function claim(pool: pg.Pool, service: string, most: number, leaseMs: number): Promise<Claimed> {
  const { rows } = await pool.query<Answer>({ name: "queue_claim", text, values: [service, most, leaseMs] });
  return { items: rows.filter((row) => row.id !== null), found: rows[0]?.found ?? 0 };
}
