import type pg from "pg";

export type Depth = {
  readonly service: string;
  readonly waiting: number;
  readonly claimed: number;
  readonly oldestAt: Date | null;
};

/** What waits and what is worked on in each of these queues, counted up to `most`; the oldest is of what waits. */
export async function readDepths(pool: pg.Pool, services: readonly string[], most: number): Promise<readonly Depth[]> {
  const { rows } = await pool.query<Depth>({
    name: "queue_depths",
    text: `
with e as materialized (
  select q.service, q.at from saga_queue_item q
  where q.service = any($1::text[]) and q.lease_until <= statement_timestamp() and q.claim_until > statement_timestamp()
    and not q.is_over
)
select s.service,
  least($2::int, (select count(*) from e where e.service = s.service) + (select count(*) from (
    select 1 from saga_queue_item q where q.service = s.service and q.lease_until is null limit $2::int
  ) as w))::int as waiting,
  (select count(*) from (
    select 1 from saga_queue_item q
    where q.service = s.service and q.lease_until > statement_timestamp() and not q.is_over limit $2::int
  ) as c)::int as claimed,
  least((select min(e.at) from e where e.service = s.service), (
    select q.at from saga_queue_item q where q.service = s.service and q.lease_until is null order by q.id limit 1
  )) as "oldestAt"
from unnest($1::text[]) as s (service)`,
    values: [services, most],
  });
  return rows;
}
