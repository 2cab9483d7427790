import type pg from "pg";
import { lines, toArray, toLines, unnest } from "./columns";

/**
 * `event` is for runs of choreographies, and comes with what finds its run. `parent` and `child` are words between runs,
 * and come with the flush of whoever says them.
 */
export type InboxKind = "operation" | "signal" | "decision" | "reply" | "event" | "parent" | "child";

/** Something from outside. `payload` is JSON text. */
export type InboxEntry = {
  readonly id: string;
  readonly run: string;
  readonly kind: InboxKind;
  readonly payload: string;
  readonly key: string | null;
  readonly hash: string;
};

/** `seq`: the run's last decision before. `accepted` is false when the key was used before. */
export type Accepted = {
  readonly id: string;
  readonly owner: string | null;
  readonly seq: number;
  readonly accepted: boolean;
};

/** An ended run may be on its way to the archive: its row is held until we have committed, or we wait and it is gone. */
const text = `
with held as materialized (
  select r.id from saga_run r where r.id = any($2::uuid[]) and r.ended_at is not null for key share
),
x as materialized (
  select x.*, r.owner, coalesce((select max(e.seq) from saga_event e where e.run = x.run), 0) as seq
  from rows from (
    ${unnest(1, "uuid")}, ${unnest(2, "uuid")}, ${lines(3)}, ${lines(4)}, ${unnest(5, "text")}, ${lines(6)}
  ) as x (id, run, kind, payload, key, hash)
  join saga_run r on r.id = x.run and r.id = any($2::uuid[])
  where r.ended_at is null or exists (select 1 from held h where h.id = r.id)
),
d as (
  insert into saga_dedupe (key, run, hash)
  select x.key, x.run, x.hash from x where x.key is not null order by x.key
  on conflict do nothing
  returning key
),
fresh as materialized (select d.key from d),
i as (
  insert into saga_inbox (id, run, kind, payload)
  select x.id, x.run, x.kind, x.payload::jsonb
  from x where x.key is null or x.key in (select f.key from fresh f)
  order by x.id
  on conflict do nothing
  returning id
)
select x.id::text as id, x.owner, x.seq, exists (select 1 from i where i.id = x.id) as accepted from x
`;

/** Dedupe and inbox in one autocommit statement. Entries of unknown runs are left out of the answer. */
export async function accept(client: pg.Client, entries: readonly InboxEntry[]): Promise<readonly Accepted[]> {
  const { rows } = await client.query<Accepted>({
    name: "accept",
    text,
    values: [
      toArray(entries.map((e) => e.id)),
      toArray(entries.map((e) => e.run)),
      toLines(entries.map((e) => e.kind)),
      toLines(entries.map((e) => e.payload)),
      entries.map((e) => e.key),
      toLines(entries.map((e) => e.hash)),
    ],
  });
  return rows;
}
