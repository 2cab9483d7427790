import type pg from "pg";
import { limits } from "@/engine/limits";
import { lines, toLines } from "./columns";
import type { RunKey } from "./lock-keys";

/** A run that may hear what is said to its key. */
export type KeyedRun = { readonly id: string; readonly version: number; readonly owner: string | null };

/** What there is of a key: its live run, else the newest that has ended, and how many events wait for one to begin. */
export type Keyed = {
  readonly live: KeyedRun | null;
  readonly ended: KeyedRun | null;
  readonly early: number;
};

type Row = {
  readonly n: number;
  readonly live: string | null;
  readonly live_version: number;
  readonly live_owner: string | null;
  readonly ended: string | null;
  readonly ended_version: number;
  readonly ended_owner: string | null;
  readonly early: number;
};

/** An ended run may be on its way to the archive: its row is held until we have committed, or we wait and it is gone. */
const text = `
select x.n::int as n, l.id::text as live, l.version as live_version, l.owner as live_owner,
       e.id::text as ended, e.version as ended_version, e.owner as ended_owner,
       (select count(*) from (
          select 1 from saga_early_event w where w.saga = x.saga and w.key = x.key limit ${limits.earlyEvents}
        ) w)::int as early
from rows from (${lines(1)}, unnest($2::text[])) with ordinality as x (saga, key, n)
left join lateral (
  -- there is one at most; the limit keeps it a look for each key, where a merge read every live run
  select r.id, r.version, r.owner from saga_run r where r.saga = x.saga and r.unique_key = x.key limit 1
) l on true
left join lateral (
  select r.id, r.version, r.owner from saga_run r
  where l.id is null and r.saga = x.saga and r.business_key = x.key
  order by r.id desc limit 1
  for key share
) e on true
order by x.n
`;

/** In order of `keys`. */
export async function findKeyed(client: pg.Client, keys: readonly RunKey[]): Promise<readonly Keyed[]> {
  const values = [toLines(keys.map(({ saga }) => saga)), keys.map(({ key }) => key)];
  const { rows } = await client.query<Row>({ name: "find_keyed", text, values });
  return rows.map((row) => ({
    live: row.live === null ? null : { id: row.live, version: row.live_version, owner: row.live_owner },
    ended: row.ended === null ? null : { id: row.ended, version: row.ended_version, owner: row.ended_owner },
    early: row.early,
  }));
}

const archived = `
select x.n::int as n from rows from (${lines(1)}, unnest($2::text[])) with ordinality as x (saga, key, n)
-- "any" bounds the scan whatever the planner believes of the table
where exists (
  select 1 from saga_archived_run a
  where a.saga = any(string_to_array($1::text, chr(10))) and a.business_key = any($2::text[])
    and a.saga = x.saga and a.business_key = x.key
)
`;

/** Which of these keys a run had that is archived, by place. Asked apart: a run may have been on its way there before. */
export async function findArchived(client: pg.Client, keys: readonly RunKey[]): Promise<ReadonlySet<number>> {
  const values = [toLines(keys.map(({ saga }) => saga)), keys.map(({ key }) => key)];
  const { rows } = await client.query<{ n: number }>({ name: "find_archived", text: archived, values });
  return new Set(rows.map(({ n }) => n - 1));
}
