import type pg from "pg";
import { fold, type RunState, type Saga } from "@/engine";
import type { Sagas } from "./sagas";
import { type HistoryRow, type RunHead, readHeads, readHistories } from "./sql/history";

export type LoadedRun =
  | { readonly kind: "loaded"; readonly saga: Saga; readonly state: RunState; readonly snapshotSeq: number }
  /** Its definition or its log cannot be read: a bug, or a row changed by hand. */
  | { readonly kind: "unreadable"; readonly id: string; readonly error: unknown };

/** Folds runs from snapshot and log, as they are now. Runs that do not exist are left out; a failing query rejects. */
export async function loadRuns(
  client: Pick<pg.Client, "query"> | Pick<pg.Pool, "query">,
  sagas: Sagas,
  runs: readonly string[],
): Promise<readonly LoadedRun[]> {
  const heads = await readHeads(client, runs);
  const rows = await readHistories(
    client,
    heads.map((head) => ({ run: head.id, seq: head.snapshotSeq })),
  );
  const histories = byRun(rows);
  return Promise.all(heads.map((head) => loadRun(sagas, head, histories.get(head.id) ?? [])));
}

async function loadRun(sagas: Sagas, head: RunHead, history: readonly HistoryRow[]): Promise<LoadedRun> {
  try {
    const saga = sagas.peek(head.saga, head.version) ?? (await sagas.get(head.saga, head.version));
    const state = fold(saga, history, head.snapshot);
    if (state === null || state.seq < head.seq) throw new Error(`The log of run ${head.id} is not whole`);
    return { kind: "loaded", saga, state, snapshotSeq: head.snapshotSeq };
  } catch (error) {
    return { kind: "unreadable", id: head.id, error };
  }
}

function byRun(rows: readonly HistoryRow[]): ReadonlyMap<string, readonly HistoryRow[]> {
  const histories = new Map<string, HistoryRow[]>();
  for (const row of rows) {
    const known = histories.get(row.run);
    if (known) known.push(row);
    else histories.set(row.run, [row]);
  }
  return histories;
}
