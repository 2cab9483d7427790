import type pg from "pg";
import { fold, type LogEntry, type RunState, type Saga } from "@/engine";
import { unpackLog } from "./archived-log";
import { loadRuns } from "./load-runs";
import type { Sagas } from "./sagas";
import { type ArchivedRow, readArchived } from "./sql/archived";
import { readEntries } from "./sql/history";

export type FoundRun =
  | { readonly kind: "loaded"; readonly saga: Saga; readonly state: RunState; readonly isArchived: boolean }
  | { readonly kind: "unreadable"; readonly error: unknown };

/** One run, wherever it is now; null: there is none. Going to the archive between two statements, it is found there. */
export async function loadRun(pool: pg.Pool, sagas: Sagas, run: string): Promise<FoundRun | null> {
  const [live] = await loadRuns(pool, sagas, [run]);
  if (live?.kind === "loaded") return { kind: "loaded", saga: live.saga, state: live.state, isArchived: false };
  const archived = await readArchived(pool, run);
  return archived ? foldArchived(sagas, archived) : (live ?? null);
}

/** A run's decisions after `after`, wherever they are now, oldest first, at most `limit`. */
export async function loadEntries(
  pool: pg.Pool,
  run: string,
  after: number,
  limit: number,
): Promise<readonly LogEntry[]> {
  const live = await readEntries(pool, run, after, limit);
  if (live.length > 0) return live;
  const archived = await readArchived(pool, run);
  return archived ? (await unpackLog(archived.log)).slice(after, after + limit) : [];
}

async function foldArchived(sagas: Sagas, { saga: type, version, log }: ArchivedRow): Promise<FoundRun> {
  try {
    const saga = await sagas.get(type, version);
    const state = fold(saga, await unpackLog(log));
    if (state === null) throw new Error("An archived log is empty");
    return { kind: "loaded", saga, state, isArchived: true };
  } catch (error) {
    return { kind: "unreadable", error };
  }
}
