import type pg from "pg";

export type Lease = { readonly id: string; readonly lease: string };

/** Gives the lease anew, also one that ran out while nobody else was given the item. Null: it is not this holder's. */
export async function renew(
  pool: pg.Pool,
  service: string,
  { id, lease }: Lease,
  leaseMs: number,
): Promise<Date | null> {
  const { rows } = await pool.query<{ leaseUntil: Date }>({
    name: "queue_renew",
    text: `
update saga_queue_item q set lease_until = statement_timestamp() + $4::float8 * interval '1 ms', is_over = false
where q.id = $1::uuid and q.lease = $2::uuid and q.service = $3::text
returning q.lease_until as "leaseUntil"`,
    values: [id, lease, service, leaseMs],
  });
  return rows[0]?.leaseUntil ?? null;
}

/** Ends leases of items that were claimed for somebody who was gone before they could be told. */
export async function release(pool: pg.Pool, leases: readonly Lease[]): Promise<void> {
  await pool.query({
    name: "queue_release",
    text: `
with mine as materialized (
  select q.id from unnest($1::uuid[], $2::uuid[]) as x (id, lease) join saga_queue_item q on q.id = x.id and q.lease = x.lease
  where q.id = any($1::uuid[])
  order by q.service, q.key, q.half
  for update of q
)
update saga_queue_item q set lease_until = statement_timestamp() where q.id = any(array(select m.id from mine m))`,
    values: [leases.map(({ id }) => id), leases.map(({ lease }) => lease)],
  });
}
