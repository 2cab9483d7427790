/**
 * Holds stored runs against the invariants of engine.md section 7: each run's log by itself, and the log against what
 * else the database says of the run. It only reads, in batches that each see one moment, so it may look at a database
 * that is being worked on.
 */
import type pg from "pg";
import { applyEntry, compile, isEnded, type Json, type LogEntry, type RunState, type Saga } from "@/engine";
import { verifyLog } from "@/engine/verify";
import { canonical } from "../canonical";
import { type HistoryRow, readHistories } from "../orchestrator/sql/history";
import { readVersion } from "../orchestrator/sql/versions";
import { type OwnerRow, readOwners, readRuns, readStrays, type StoredRun } from "./sql";

/** `invariant` is null for what no invariant numbers. `run` is null when no single run is meant. */
export type Finding = {
  readonly run: string | null;
  readonly invariant: number | null;
  readonly seq: number | null;
  readonly sentence: string;
};

export type Report = {
  readonly runs: number;
  readonly decisions: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
};

const batch = 500;

/** Verifies one run, or with null every run and what belongs to none. Rejects when the database cannot be read. */
export async function verifyRuns(pool: pg.Pool, only: string | null): Promise<Report> {
  const sagas = new Map<string, Saga>();
  const findings: Finding[] = [];
  const byState: Record<string, number> = {};
  let [runs, decisions, after] = [0, 0, "00000000-0000-0000-0000-000000000000"];
  for (;;) {
    const read = await atOneMoment(pool, async (client) => {
      const stored = only === null ? await readRuns(client, after, batch) : await readRuns(client, only, 1, true);
      const ids = stored.map((run) => run.id);
      const rows = await readHistories(
        client,
        ids.map((run) => ({ run, seq: 0 })),
      );
      return { stored, rows, owners: await readOwners(client, ids) };
    });
    const logs = byRun(read.rows);
    for (const run of read.stored) {
      const saga = await sagaOf(pool, sagas, run);
      const log = logs.get(run.id) ?? [];
      findings.push(...verifyRun(saga, run, log, read.owners));
      byState[run.state] = (byState[run.state] ?? 0) + 1;
      decisions += log.length;
    }
    runs += read.stored.length;
    after = read.stored.at(-1)?.id ?? after;
    if (only !== null || read.stored.length < batch) break;
  }
  if (only === null) findings.push(...(await atOneMoment(pool, readStrays)).map(asStray));
  else if (runs === 0) findings.push({ run: only, invariant: null, seq: null, sentence: "There is no such run" });
  return { runs, decisions, byState, findings };
}

function byRun(rows: readonly HistoryRow[]): ReadonlyMap<string, readonly LogEntry[]> {
  const logs = new Map<string, LogEntry[]>();
  for (const row of rows) {
    const log = logs.get(row.run);
    if (log) log.push(row);
    else logs.set(row.run, [row]);
  }
  return logs;
}

function asStray({ run, sentence }: { readonly run: string | null; readonly sentence: string }): Finding {
  return { run, invariant: null, seq: null, sentence };
}

async function sagaOf(pool: pg.Pool, known: Map<string, Saga>, run: StoredRun): Promise<Saga | null> {
  const name = `${run.saga}/${run.version}`;
  const saga = known.get(name);
  if (saga) return saga;
  const document = await readVersion(pool, run.saga, run.version);
  if (!document) return null;
  const compiled = compile(document, run.version);
  known.set(name, compiled);
  return compiled;
}

function verifyRun(
  saga: Saga | null,
  run: StoredRun,
  log: readonly LogEntry[],
  owners: ReadonlyMap<string, OwnerRow>,
): readonly Finding[] {
  const findings: Finding[] = [];
  const tell = (invariant: number | null, seq: number | null, sentence: string) =>
    findings.push({ run: run.id, invariant, seq, sentence });
  if (!saga) {
    tell(9, null, `Its definition, version ${run.version} of ${run.saga}, is gone`);
    return findings;
  }
  for (const violation of verifyLog(saga, log)) tell(violation.invariant, violation.seq, violation.sentence);
  const state = foldWithSnapshot(saga, run, log, tell);
  if (state) rowAgrees(run, state, tell);
  isHeld(run, owners.get(run.id), tell);
  return findings;
}

type Tell = (invariant: number | null, seq: number | null, sentence: string) => void;

/** The state that the log tells; on its way it must pass the snapshot, exactly. */
function foldWithSnapshot(saga: Saga, run: StoredRun, log: readonly LogEntry[], tell: Tell): RunState | null {
  let state: RunState | null = null;
  try {
    for (const entry of log) {
      state = applyEntry(saga, state, entry);
      if (entry.seq === run.snapshotSeq && stored(state) !== stored(run.snapshot))
        tell(1, entry.seq, "The snapshot differs from what the log tells");
    }
  } catch {
    return null;
  }
  if (run.snapshotSeq !== null && run.snapshotSeq > log.length)
    tell(1, run.snapshotSeq, `The snapshot is of decision ${run.snapshotSeq}, the log has ${log.length}`);
  return state;
}

/** As the database would give it back. */
function stored(state: RunState | null): string {
  return canonical(JSON.parse(JSON.stringify(state)) as Json);
}

/** 1: the run's row says what the log says. */
function rowAgrees(run: StoredRun, state: RunState, tell: Tell): void {
  const differs = (what: string, row: unknown, folded: unknown) => {
    const [a, b] = [JSON.stringify(row ?? null), JSON.stringify(folded ?? null)];
    if (a !== b) tell(1, state.seq, `The row says ${what} ${a}, the log ${b}`);
  };
  differs("state", run.state, state.state);
  differs("cause", run.cause, state.cause);
  differs("rollback", run.rollback, state.rollback);
  differs("residue", run.residue, state.residue);
  differs("paused", run.paused, state.paused);
  differs("business key", run.businessKey, state.businessKey);
  const reasons = (all: readonly { reason: string; step: string | null }[]) =>
    all.map(({ reason, step }) => `${reason} ${step ?? ""}`).sort();
  differs("attention", reasons(run.attention), reasons(state.attention));
  differs("ended", run.endedAt !== null, isEnded(state));
  if (isEnded(state) && run.owner === null) differs("seq", run.seq, state.seq);
  if (isEnded(state) && run.uniqueKey !== null)
    tell(1, state.seq, `The run has ended and still claims the business key ${run.uniqueKey}`);
}

/** 7: an owner lives or is being buried; a live run without one is due, has something in its inbox, or asks for a person. */
function isHeld(run: StoredRun, owner: OwnerRow | undefined, tell: Tell): void {
  if (run.owner !== null) {
    if (!owner?.lives && !owner?.isBuried)
      tell(7, null, `Its owner, worker ${run.owner}, is neither alive nor known to be dead`);
    return;
  }
  if (run.endedAt !== null || run.wakeAt !== null || run.inbox > 0 || run.paused || run.attention.length > 0) return;
  tell(7, null, "Nobody owns the run, it is not due, and nobody is asked");
}

async function atOneMoment<T>(pool: pg.Pool, read: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    return await read(client);
  } finally {
    await client.query("rollback").catch(() => {});
    client.release();
  }
}
