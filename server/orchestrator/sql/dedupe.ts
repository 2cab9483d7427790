import type pg from "pg";

/** What an idempotency key was used for. `exists` is false when its run was never begun. */
export type DedupeRow = {
  readonly key: string;
  readonly run: string;
  readonly hash: string;
  readonly exists: boolean;
};

const begun = (run: string) => `exists (select 1 from saga_run r where r.id = ${run})
  or exists (select 1 from saga_archived_run a where a.id = ${run})`;

/** Looks up keys that were used before. */
export async function findDedupe(client: pg.Client, keys: readonly string[]): Promise<ReadonlyMap<string, DedupeRow>> {
  const { rows } = await client.query<DedupeRow>({
    name: "find_dedupe",
    text: `
select d.key, d.run::text as run, d.hash, (${begun("d.run")}) as exists
from saga_dedupe d where d.key = any($1::text[])`,
    values: [keys],
  });
  return new Map(rows.map((row) => [row.key, row]));
}

/** Frees keys whose run was not begun after all, because its business key was taken. */
export async function freeDedupe(client: pg.Client, used: readonly { key: string; run: string }[]): Promise<void> {
  const sorted = [...used].sort((a, b) => (a.key < b.key ? -1 : 1));
  await client.query({
    name: "free_dedupe",
    text: `
delete from saga_dedupe d
using unnest($1::text[], $2::uuid[]) as x (key, run)
where d.key = any($1::text[]) and d.key = x.key and d.run = x.run and not (${begun("x.run")})`,
    values: [sorted.map((u) => u.key), sorted.map((u) => u.run)],
  });
}
