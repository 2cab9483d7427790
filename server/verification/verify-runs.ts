/**
 * Holds stored runs against the invariants of engine.md section 7: each run's log by itself, and the log against what
 * else the database says of the run. It only reads, in batches that each see one moment, so it may look at a database
 * that is being worked on.
 */
import type pg from "pg";
import {
  applyEntry,
  compile,
  isEnded,
  isWaiting,
  type Json,
  type LogEntry,
  nextWake,
  type RunState,
  type Saga,
} from "@/engine";
import { verifyLog } from "@/engine/verify";
import { canonical } from "../canonical";
import { unpackLog } from "../orchestrator/archived-log";
import { type HistoryRow, readHistories } from "../orchestrator/sql/history";
import { readVersion } from "../orchestrator/sql/versions";
import {
  type ArchivedRun,
  type End,
  type OwnerRow,
  readArchivedRuns,
  readOwners,
  readRuns,
  readStrays,
  type StoredRun,
} from "./sql";

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

const beforeAll = "00000000-0000-0000-0000-000000000000";

type Tally = { runs: number; decisions: number; byState: Record<string, number>; findings: Finding[] };

/**
 * Verifies one run, or with null every run, archived ones too, and what belongs to none. Rejects when the database cannot
 * be read.
 */
export async function verifyRuns(pool: pg.Pool, only: string | null): Promise<Report> {
  const sagas = new Map<string, Saga>();
  const tally: Tally = { runs: 0, decisions: 0, byState: {}, findings: [] };
  await verifyLive(pool, sagas, only, tally);
  if (only === null || tally.runs === 0) await verifyArchived(pool, sagas, only, tally);
  if (only === null) tally.findings.push(...(await atOneMoment(pool, readStrays)).map(asStray));
  else if (tally.runs === 0) tally.findings.push(asStray({ run: only, sentence: "There is no such run" }));
  return tally;
}

async function verifyLive(pool: pg.Pool, sagas: Map<string, Saga>, only: string | null, tally: Tally): Promise<void> {
  for (let after = beforeAll; ; ) {
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
      const log = logs.get(run.id) ?? [];
      add(tally, run, log, verifyRun(await sagaOf(pool, sagas, run), run, log, read.owners));
    }
    after = read.stored.at(-1)?.id ?? after;
    if (only !== null || read.stored.length < batch) return;
  }
}

/** An archived run has an end, a row and a log: nobody owns it, and nothing of it is due. */
async function verifyArchived(
  pool: pg.Pool,
  sagas: Map<string, Saga>,
  only: string | null,
  tally: Tally,
): Promise<void> {
  for (let after = beforeAll; ; ) {
    const stored = await atOneMoment(pool, (client) =>
      only === null ? readArchivedRuns(client, after, batch) : readArchivedRuns(client, only, 1, true),
    );
    for (const run of stored) {
      const log = await unpackLog(run.log).catch(() => []);
      add(tally, run, log, verifyEnd(await sagaOf(pool, sagas, run), run, log));
    }
    after = stored.at(-1)?.id ?? after;
    if (only !== null || stored.length < batch) return;
  }
}

function add(tally: Tally, { state }: End, log: readonly LogEntry[], findings: readonly Finding[]): void {
  tally.runs += 1;
  tally.decisions += log.length;
  tally.byState[state] = (tally.byState[state] ?? 0) + 1;
  tally.findings.push(...findings);
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

async function sagaOf(pool: pg.Pool, known: Map<string, Saga>, run: End): Promise<Saga | null> {
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
  const { findings, tell } = findingsOf(run);
  if (!saga) {
    tell(9, null, definitionGone(run));
    return findings;
  }
  for (const violation of verifyLog(saga, log)) tell(violation.invariant, violation.seq, violation.sentence);
  const state = foldWithSnapshot(saga, run, log, tell);
  if (state) rowAgrees(run, state, tell);
  isHeld(run, state, owners.get(run.id), tell);
  return findings;
}

function verifyEnd(saga: Saga | null, run: ArchivedRun, log: readonly LogEntry[]): readonly Finding[] {
  const { findings, tell } = findingsOf(run);
  if (!saga) {
    tell(9, null, definitionGone(run));
    return findings;
  }
  for (const violation of verifyLog(saga, log)) tell(violation.invariant, violation.seq, violation.sentence);
  const state = foldWithSnapshot(saga, { snapshotSeq: null, snapshot: null }, log, tell);
  if (log.length === 0) tell(1, null, "Its archived log cannot be read");
  if (state) endAgrees(run, state, tell);
  if (state) differsFrom(state, tell)("seq", run.seq, state.seq);
  if (state && !isEnded(state)) tell(7, state.seq, "It was archived before its end");
  if (run.isLive) tell(1, null, "It is archived, and live as well");
  return findings;
}

function findingsOf({ id }: End): { readonly findings: Finding[]; readonly tell: Tell } {
  const findings: Finding[] = [];
  return { findings, tell: (invariant, seq, sentence) => findings.push({ run: id, invariant, seq, sentence }) };
}

const definitionGone = ({ version, saga }: End) => `Its definition, version ${version} of ${saga}, is gone`;

type Tell = (invariant: number | null, seq: number | null, sentence: string) => void;
type Snapshot = Pick<StoredRun, "snapshotSeq" | "snapshot">;

/** The state that the log tells; on its way it must pass the snapshot, exactly. */
function foldWithSnapshot(saga: Saga, run: Snapshot, log: readonly LogEntry[], tell: Tell): RunState | null {
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

/** 1: an ended run's row, live or archived, says what the log says. */
function endAgrees(run: End, state: RunState, tell: Tell): void {
  const differs = differsFrom(state, tell);
  differs("state", run.state, state.state);
  differs("cause", run.cause, state.cause);
  differs("rollback", run.rollback, state.rollback);
  differs("residue", run.residue, state.residue);
  differs("business key", run.businessKey, state.businessKey);
}

function differsFrom(state: RunState, tell: Tell) {
  return (what: string, row: unknown, folded: unknown) => {
    const [a, b] = [JSON.stringify(row ?? null), JSON.stringify(folded ?? null)];
    if (a !== b) tell(1, state.seq, `The row says ${what} ${a}, the log ${b}`);
  };
}

/** 1: the run's row says what the log says. */
function rowAgrees(run: StoredRun, state: RunState, tell: Tell): void {
  const differs = differsFrom(state, tell);
  endAgrees(run, state, tell);
  if (isEnded(state) && run.owner === null) differs("seq", run.seq, state.seq);
  differs("paused", run.paused, state.paused);
  const reasons = (all: readonly { reason: string; step: string | null }[]) =>
    all.map(({ reason, step }) => `${reason} ${step ?? ""}`).sort();
  differs("attention", reasons(run.attention), reasons(state.attention));
  differs("ended", run.endedAt !== null, isEnded(state));
  if (isEnded(state) && run.uniqueKey !== null)
    tell(1, state.seq, `The run has ended and still claims the business key ${run.uniqueKey}`);
}

/** 7: an owner lives or is being buried; a live run without one is due, has something in its inbox, or asks for a person. */
function isHeld(run: StoredRun, state: RunState | null, owner: OwnerRow | undefined, tell: Tell): void {
  if (run.owner !== null) {
    if (!owner?.lives && !owner?.isBuried)
      tell(7, null, `Its owner, worker ${run.owner}, is neither alive nor known to be dead`);
    return;
  }
  if (run.endedAt !== null || run.wakeAt !== null || run.inbox > 0 || run.paused || run.attention.length > 0) return;
  // What others say, whenever they do, is nothing that time brings; that it is awaited at all, the log was asked.
  if (state && isWaiting(state) && nextWake(state) === null) return;
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
