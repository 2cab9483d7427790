import type pg from "pg";
import { lines, toArray, toLines, unnest } from "../../orchestrator/sql/columns";
import { replyPayload, runsOf } from "./reply-payload";

/** What became of an item, by whoever holds the lease. `outcome` and `sender` are JSON text. */
export type Settlement = {
  readonly id: string;
  readonly lease: string;
  readonly service: string;
  /** UUID: the reply's row in the inbox. */
  readonly reply: string;
  readonly outcome: string;
  readonly sender: string;
  readonly hash: string;
};

export type Settled = {
  readonly id: string;
  readonly lease: string;
  readonly owner: string | null;
  /** False: it is archived, and hears nothing any more. */
  readonly hasRun: boolean;
  /** A later attempt of the item waits in its place. */
  readonly isBack: boolean;
};

/**
 * The item goes in the statement that makes its reply durable. When a later attempt was sent meanwhile, a failure is of
 * the earlier one alone, and the later one waits on.
 */
const text = `
with q as materialized (
  select q.*, x.reply, x.outcome::jsonb as outcome, x.sender::jsonb as sender, x.hash,
    q.attempt > q.leased and x.outcome::jsonb ->> 'kind' <> 'success' as is_back
  from rows from (
    ${unnest(1, "uuid")}, ${unnest(2, "uuid")}, unnest($3::text[]), ${unnest(4, "uuid")}, ${lines(5)}, ${lines(6)}, ${lines(7)}
  ) as x (id, lease, service, reply, outcome, sender, hash)
  join saga_queue_item q on q.id = x.id and q.lease = x.lease and q.service = x.service
  where q.id = any($1::uuid[])
  order by q.service, q.key, q.half
  for update of q
),
${runsOf("q")},
d as (
  insert into saga_dedupe (key, run, hash)
  select 'queue:' || q.id || ':' || q.lease, q.run, q.hash from q order by 1
  returning 1
),
gone as (
  delete from saga_queue_item i where i.id = any(array(select q.id from q where not q.is_back)) returning 1
),
back as (
  update saga_queue_item i
  set lease = null, lease_until = null, leased = null, first_attempt = i.leased + 1, is_over = false
  where i.id = any(array(select q.id from q where q.is_back))
  returning 1
),
m as (
  insert into saga_inbox (id, run, kind, payload)
  select q.reply, q.run, 'reply', ${replyPayload("q", "q.leased", "q.outcome")} || q.sender
  from q join alive a on a.id = q.run
  returning 1
)
select q.id::text as id, q.lease::text as lease, a.owner, a.id is not null as "hasRun", q.is_back as "isBack"
from q left join alive a on a.id = q.run`;

/** Settles items in one autocommit statement, each once. What is left out of the answer is not this holder's. */
export async function settle(pool: pg.Pool, settlements: readonly Settlement[]): Promise<readonly Settled[]> {
  const { rows } = await pool.query<Settled>({
    name: "queue_settle",
    text,
    values: [
      toArray(settlements.map((s) => s.id)),
      toArray(settlements.map((s) => s.lease)),
      settlements.map((s) => s.service),
      toArray(settlements.map((s) => s.reply)),
      toLines(settlements.map((s) => s.outcome)),
      toLines(settlements.map((s) => s.sender)),
      toLines(settlements.map((s) => s.hash)),
    ],
  });
  return rows;
}

/** What was said before of items under their leases: the hash of each, by `id:lease`. */
export async function findSettled(
  pool: pg.Pool,
  settlements: readonly Pick<Settlement, "id" | "lease">[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ place: string; hash: string }>({
    name: "queue_settled",
    text: "select substr(d.key, 7) as place, d.hash from saga_dedupe d where d.key = any($1::text[])",
    values: [settlements.map(({ id, lease }) => `queue:${id}:${lease}`)],
  });
  return new Map(rows.map(({ place, hash }) => [place, hash]));
}
