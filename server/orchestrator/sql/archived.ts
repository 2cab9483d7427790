import type pg from "pg";

type Queryable = Pick<pg.Client, "query"> | Pick<pg.Pool, "query">;

/** `log`: as `packLog` made it. */
export type ArchivedRow = { readonly saga: string; readonly version: number; readonly log: Buffer };

/** A run in the archive; null: it is not there. */
export async function readArchived(client: Queryable, run: string): Promise<ArchivedRow | null> {
  const { rows } = await client.query<ArchivedRow>({
    name: "read_archived",
    text: "select a.saga, a.version, a.log from saga_archived_run a where a.id = $1::uuid",
    values: [run],
  });
  return rows[0] ?? null;
}
