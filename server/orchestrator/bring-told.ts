/**
 * What one transaction of the teller does: it takes the locks of the keys, looks what there is of them, finds each event its
 * place, and writes that.
 */
import type pg from "pg";
import type { ToldEvent } from "@/engine";
import { newId } from "../uuid";
import type { Moved } from "./orchestrator";
import { type Hearer, type Known, type Placed, type Places, placeTold, type Telling } from "./place-told";
import type { Sagas } from "./sagas";
import { findDedupe } from "./sql/dedupe";
import { findArchived, findKeyed, type KeyedRun } from "./sql/find-keyed";
import { lockKeys, type RunKey } from "./sql/lock-keys";
import { startRuns } from "./sql/start-runs";
import { takeEarly, writeTold } from "./sql/write-told";
import { toStorable } from "./storable";

/** Somebody got ahead under no lock of ours: what was done so far is undone, and may be tried again. */
export class Raced extends Error {}

export type Brought = {
  readonly answers: readonly Placed[];
  readonly began: readonly Moved[];
  /** Who owns the runs that have something in their inboxes now. */
  readonly told: ReadonlySet<string | null>;
};

/** Throws Raced, or what a statement was refused for; the transaction is then to be rolled back. */
export async function bringTold(client: pg.Client, sagas: Sagas, tellings: readonly Telling[]): Promise<Brought> {
  const keys = keysOf(tellings);
  await lockKeys(client, [...keys.values()]);
  const known = await look({ client, sagas, keys, tellings });
  const places = placeTold(tellings, {
    known: (key) => known.get(nameOf(key)) as Known,
    used: await findDedupe(client, [...new Set(tellings.flatMap(({ dedupe }) => dedupe ?? []))]),
  });
  await begin(client, places);
  const told = [...(await handOver(client, places)), ...places.heard.map(({ run, event }) => ({ run: run.id, event }))];
  await write(client, places, told);
  return {
    answers: places.answers,
    began: places.starts.map(({ begun }) => ({ run: begun.state.id, seq: begun.state.seq })),
    told: new Set(places.heard.map(({ run }) => run.owner)),
  };
}

type Look = {
  readonly client: pg.Client;
  readonly sagas: Sagas;
  readonly keys: ReadonlyMap<string, RunKey>;
  readonly tellings: readonly Telling[];
};

/** What there is of each key. */
async function look({ client, sagas, keys, tellings }: Look): Promise<ReadonlyMap<string, Known>> {
  const wanted = [...keys.values()];
  const found = await findKeyed(client, wanted);
  const isWaited = new Set(
    tellings.flatMap(({ start, waits, saga, keys: [key] }) => (start === null && waits ? [nameOf({ saga, key })] : [])),
  );
  const unseen = wanted.filter(
    (key, n) => found[n]?.live === null && found[n]?.ended === null && isWaited.has(nameOf(key)),
  );
  const archived = unseen.length > 0 ? await findArchived(client, unseen) : new Set<number>();
  const gone = new Set(unseen.filter((_, n) => archived.has(n)).map(nameOf));
  const known = new Map<string, Known>();
  for (const [n, key] of wanted.entries()) {
    const { live = null, ended = null, early = 0 } = found[n] ?? {};
    known.set(nameOf(key), {
      live: live && (await toHearer(sagas, key, live)),
      ended: ended && (await toHearer(sagas, key, ended)),
      early,
      isArchived: gone.has(nameOf(key)),
    });
  }
  return known;
}

async function toHearer(sagas: Sagas, { saga }: RunKey, { id, owner, version }: KeyedRun): Promise<Hearer> {
  return { id, owner, saga: await sagas.get(saga, version) };
}

async function begin(client: pg.Client, { starts }: Places): Promise<void> {
  if (starts.length === 0) return;
  const rows = starts.map(({ row }) => row);
  const deliveries = starts.flatMap((start) => start.deliveries);
  const { started } = await startRuns(client, null, rows, deliveries);
  if (started.size < starts.length) throw new Raced("A key was used, or a run began, under no lock of ours");
}

type Told = { readonly run: string; readonly event: ToldEvent };

async function handOver(client: pg.Client, { awaited }: Places): Promise<readonly Told[]> {
  if (awaited.length === 0) return [];
  const rows = await takeEarly(client, awaited);
  return rows.map(({ run, event }) => ({ run, event: event as ToldEvent }));
}

async function write(client: pg.Client, places: Places, told: readonly Told[]): Promise<void> {
  // A start's key was used with the start.
  const begun = new Set(places.starts.flatMap(({ row }) => row.key ?? []));
  const used = places.used.filter(({ key }) => !begun.has(key));
  const { early } = places;
  if (used.length === 0 && told.length === 0 && early.length === 0) return;
  const isWritten = await writeTold(client, {
    used: used.map(({ key, run, hash }) => ({ key, run: run ?? nobody, hash })),
    told: told.map(({ run, event }) => ({ id: newId(), run, payload: toStorable({ event }).text })),
    early: early.map(({ telling, key }) => ({
      ...key,
      event: toStorable(telling.event).text,
      dedupe: telling.dedupe ?? "",
      actor: telling.actor,
    })),
  });
  if (!isWritten) throw new Raced("A key was used meanwhile, under another lock");
}

const nobody = "00000000-0000-0000-0000-000000000000";

function nameOf({ saga, key }: RunKey): string {
  return `${saga}:${key}`;
}

function keysOf(tellings: readonly Telling[]): ReadonlyMap<string, RunKey> {
  const all = tellings.flatMap(({ saga, keys }) => keys.map((key) => ({ saga, key })));
  return new Map(all.map((key) => [nameOf(key), key]));
}
