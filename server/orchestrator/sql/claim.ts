import type pg from "pg";

/** "any (array)" bounds every scan of runs, even where the statement was planned while the table was empty. */
const fence = `f as materialized (
  select w.incarnation from saga_worker w where w.incarnation = $1::bigint for key share
)`;

const due = `
with ${fence},
c as materialized (
  select r.id from saga_run r
  where r.owner is null and r.wake_at <= statement_timestamp()
  order by r.wake_at limit $2::int
  for update skip locked
)
update saga_run r set owner = f.incarnation
from f where r.id = any(array(select c.id from c)) returning r.id::text as id`;

const withInbox = `
with ${fence},
c as materialized (
  select r.id from saga_run r
  where r.owner is null and r.id = any(array(select distinct i.run from saga_inbox i limit 10000))
  order by r.id limit $2::int
  for update skip locked
)
update saga_run r set owner = f.incarnation
from f where r.id = any(array(select c.id from c)) returning r.id::text as id`;

/** Takes unowned runs that are due, longest due first. Answers their ids; an error leaves the outcome unknown. */
export async function claimDue(client: pg.Client, incarnation: string, limit: number): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>({ name: "claim_due", text: due, values: [incarnation, limit] });
  return rows.map((row) => row.id);
}

/** Takes unowned runs for which something has arrived: an inbox row is due work. */
export async function claimWithInbox(
  client: pg.Client,
  incarnation: string,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>({
    name: "claim_inbox",
    text: withInbox,
    values: [incarnation, limit],
  });
  return rows.map((row) => row.id);
}
