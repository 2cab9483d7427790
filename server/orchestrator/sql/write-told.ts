import type pg from "pg";
import type { Json } from "@/engine";
import { lines, toArray, toLines, unnest } from "./columns";

/** `run`: whom it was used for; that of no run while the event waits for one. */
export type UsedKey = { readonly key: string; readonly run: string; readonly hash: string };
/** An event for a run; `payload` is JSON text. */
export type ToldRow = { readonly id: string; readonly run: string; readonly payload: string };
/** An event whose run has not begun; `event` is JSON text, `actor` who said it. */
export type EarlyRow = {
  readonly saga: string;
  readonly key: string;
  readonly event: string;
  readonly dedupe: string;
  readonly actor: string | null;
};

export type ToldRows = {
  readonly used: readonly UsedKey[];
  readonly told: readonly ToldRow[];
  readonly early: readonly EarlyRow[];
};

const text = `
with d as (
  insert into saga_dedupe (key, run, hash)
  select x.key, x.run, x.hash from rows from (unnest($1::text[]), ${unnest(2, "uuid")}, ${lines(3)}) as x (key, run, hash)
  order by x.key
  on conflict do nothing
  returning 1
),
i as (
  insert into saga_inbox (id, run, kind, payload)
  select x.id, x.run, 'event', x.payload::jsonb
  from rows from (${unnest(4, "uuid")}, ${unnest(5, "uuid")}, ${lines(6)}) with ordinality as x (id, run, payload, n)
  order by x.n
),
w as (
  insert into saga_early_event (saga, key, event, dedupe, actor)
  select x.saga, x.key, x.event::jsonb, x.dedupe, x.actor
  from rows from (${lines(7)}, unnest($8::text[]), ${lines(9)}, unnest($10::text[]), unnest($11::text[]))
    with ordinality as x (saga, key, event, dedupe, actor, n)
  order by x.n
)
select (select count(*) from d)::int as used
`;

/** Writes what was told, in the order in which it came. False: one of the keys was used meanwhile, and all must be undone. */
export async function writeTold(client: pg.Client, { used, told, early }: ToldRows): Promise<boolean> {
  const { rows } = await client.query<{ used: number }>({
    name: "write_told",
    text,
    values: [
      used.map((u) => u.key),
      toArray(used.map((u) => u.run)),
      toLines(used.map((u) => u.hash)),
      toArray(told.map((t) => t.id)),
      toArray(told.map((t) => t.run)),
      toLines(told.map((t) => t.payload)),
      toLines(early.map((e) => e.saga)),
      early.map((e) => e.key),
      toLines(early.map((e) => e.event)),
      early.map((e) => e.dedupe),
      early.map((e) => e.actor),
    ],
  });
  return rows[0]?.used === used.length;
}

const take = `
with x as materialized (
  select * from rows from (${lines(1)}, unnest($2::text[]), ${unnest(3, "uuid")}) as x (saga, key, run)
),
t as (
  -- "any" bounds the scan whatever the planner believes of the table
  delete from saga_early_event e using x
  where e.saga = any(string_to_array($1::text, chr(10))) and e.key = any($2::text[])
    and e.saga = x.saga and e.key = x.key
  returning e.n, x.run, e.event, e.dedupe
),
d as (
  update saga_dedupe d set run = t.run from t where d.key = t.dedupe and d.key = any(array(select t.dedupe from t))
)
select t.run::text as run, t.event from t order by t.n
`;

export type Waiting = { readonly saga: string; readonly key: string; readonly run: string };

/** Takes the events that waited for these runs, in the order in which they came. */
export async function takeEarly(
  client: pg.Client,
  waiting: readonly Waiting[],
): Promise<readonly { readonly run: string; readonly event: Json }[]> {
  const { rows } = await client.query<{ run: string; event: Json }>({
    name: "take_early",
    text: take,
    values: [toLines(waiting.map((w) => w.saga)), waiting.map((w) => w.key), toArray(waiting.map((w) => w.run))],
  });
  return rows;
}
