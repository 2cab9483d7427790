import type pg from "pg";
import { replyPayload, runsOf } from "./reply-payload";

export type Swept = {
  readonly gone: number;
  readonly owners: readonly (string | null)[];
  /** In how many milliseconds the next one is over; null: none waits. */
  readonly nextMs: number | null;
};

/** Nobody had it, so it did not happen, in none of the attempts that it stands for: the run is told so. */
const unclaimed = `
with q as materialized (
  select q.* from saga_queue_item q
  where q.lease_until is null and q.claim_until <= statement_timestamp()
  order by q.claim_until limit $1::int for update skip locked
),
${runsOf("q")},
d as (
  delete from saga_queue_item i where i.id = any(array(select q.id from q)) returning 1
),
m as (
  insert into saga_inbox (id, run, kind, payload)
  select gen_random_uuid(), q.run, 'reply', ${replyPayload("q", "n.attempt", "$2::jsonb")}
  from q join alive a on a.id = q.run cross join lateral generate_series(q.first_attempt, q.attempt) as n (attempt)
  returning 1
)
select (select count(*) from q)::int as gone, array(select distinct a.owner::text from alive a) as owners, (
  select extract(epoch from min(i.claim_until) - statement_timestamp())::float8 * 1000 from saga_queue_item i
  where i.lease_until is null and i.claim_until > statement_timestamp()
) as "nextMs"`;

/** Takes away what waited in vain, and answers it with `outcome` (JSON text). Answers how many, and who is to be woken. */
export async function sweepUnclaimed(pool: pg.Pool, most: number, outcome: string): Promise<Swept> {
  const { rows } = await pool.query<Swept>({ name: "queue_unclaimed", text: unclaimed, values: [most, outcome] });
  return rows[0] ?? { gone: 0, owners: [], nextMs: null };
}

/**
 * Puts aside what somebody had and did not answer in its time: nobody is given it any more, and no claim need pass over
 * it for as long as it can be answered late. Answers how many.
 */
export async function sweepOver(pool: pg.Pool, most: number): Promise<number> {
  const { rowCount } = await pool.query({
    name: "queue_over",
    text: `
with q as materialized (
  select q.id from saga_queue_item q
  where q.lease_until <= statement_timestamp() and q.claim_until <= statement_timestamp() and not q.is_over
  limit $1::int for update skip locked
)
update saga_queue_item i set is_over = true where i.id = any(array(select q.id from q))`,
    values: [most],
  });
  return rowCount ?? 0;
}

/** Takes away what was put aside, when its time and its lease have been over for `lateMs`. */
export async function sweepForgotten(pool: pg.Pool, most: number, lateMs: number): Promise<number> {
  const { rowCount } = await pool.query({
    name: "queue_forgotten",
    text: `
with q as materialized (
  select q.id from saga_queue_item q
  where q.is_over and q.claim_until < statement_timestamp() - $2::float8 * interval '1 ms'
    and q.lease_until < statement_timestamp() - $2::float8 * interval '1 ms'
  limit $1::int for update skip locked
)
delete from saga_queue_item i where i.id = any(array(select q.id from q))`,
    values: [most, lateMs],
  });
  return rowCount ?? 0;
}
