/** What must be true when all has come to rest: the ledger, the log and what clients were told, held against each other. */
import type pg from "pg";
import { fold, isEnded, type LogEntry, type RunState, type Saga, type StepStatus, type Transition } from "@/engine";
import { loadRuns } from "@/server/orchestrator/load-runs";
import { Sagas } from "@/server/orchestrator/sagas";
import { readHistories } from "@/server/orchestrator/sql/history";
import type { LedgerEntry } from "./ledger";
import type { Asked, Order } from "./starter";

export type Witnesses = {
  readonly orders: readonly Order[];
  readonly asked: readonly Asked[];
  readonly ledger: readonly LedgerEntry[];
};

type Tell = (sentence: string) => void;
type Told = { readonly saga: Saga; readonly state: RunState; readonly log: readonly LogEntry[] };

const batch = 500;

/** Everything that is wrong, a sentence each. */
export async function check(pool: pg.Pool, { orders, asked, ledger }: Witnesses): Promise<readonly string[]> {
  const wrong: string[] = [];
  const tell: Tell = (sentence) => wrong.push(sentence);
  const ids = await accepted(pool, orders, tell);
  const entries = group(ledger, (entry) => entry.run);
  for (const run of entries.keys())
    if (!ids.has(run)) tell(`The participant was called for run ${run}, which is nobody's`);
  const questions = group(asked, ({ run }) => run);
  const sagas = new Sagas(pool);
  const all = [...ids];
  for (let i = 0; i < all.length; i += batch) {
    for (const told of await read(pool, sagas, all.slice(i, i + batch), tell)) {
      const { id } = told.state;
      const about: Tell = (sentence) => tell(`Run ${id} (${told.state.saga}, ${told.state.state}): ${sentence}`);
      const mine = entries.get(id) ?? [];
      ended(told.state, about);
      intended(told, mine, about);
      balanced(told, mine, about);
      ordered(told, mine, about);
      nothingForward(told, mine, about);
      answered(told.log, questions.get(id) ?? [], about);
    }
  }
  return wrong;
}

/** I1, I2: as many runs as orders, and each order one run, whoever was asked how often. */
async function accepted(pool: pg.Pool, orders: readonly Order[], tell: Tell): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const { name, runs } of orders) {
    if (runs.size !== 1) tell(`${name} was told of ${runs.size} runs: ${[...runs].join(", ")}`);
    for (const run of runs) ids.add(run);
  }
  const { rows: all } = await pool.query<{ id: string; order: string; parent: string | null }>(
    `select r.id::text as id, r.business_key as "order", r.parent::text as parent from saga_run r`,
  );
  const rows = all.filter(({ parent }) => parent === null);
  if (rows.length !== orders.length) tell(`${orders.length} orders were accepted, and there are ${rows.length} runs`);
  for (const { id, order } of rows) if (!ids.has(id)) tell(`Run ${id} of ${order} was told to nobody`);
  const stored = new Set(rows.map(({ id }) => id));
  for (const id of ids) if (!stored.has(id)) tell(`Run ${id} was acknowledged and is lost`);
  return new Set([...ids, ...children(all, stored, tell)]);
}

/** A step of a run has one child at the most, and no child is without its parent. */
function children(
  all: readonly { id: string; order: string; parent: string | null }[],
  parents: ReadonlySet<string>,
  tell: Tell,
): readonly string[] {
  const begun = all.filter(({ parent }) => parent !== null);
  for (const { id, parent } of begun) if (!parents.has(parent ?? "")) tell(`Run ${id} has no parent ${parent}`);
  for (const [parent, own] of group(begun, (row) => row.parent ?? ""))
    if (own.length > 1) tell(`Run ${parent} has ${own.length} children of one step`);
  return begun.map(({ id }) => id);
}

async function read(pool: pg.Pool, sagas: Sagas, ids: readonly string[], tell: Tell): Promise<readonly Told[]> {
  const loaded = await loadRuns(pool, sagas, ids);
  const rows = await readHistories(
    pool,
    ids.map((run) => ({ run, seq: 0 })),
  );
  const logs = group(rows, (row) => row.run);
  return loaded.flatMap((run) => {
    if (run.kind === "unreadable") {
      tell(`Run ${run.id} cannot be read: ${run.error}`);
      return [];
    }
    const log = logs.get(run.state.id) ?? [];
    return [{ saga: run.saga, state: fold(run.saga, log) ?? run.state, log }];
  });
}

/** Ended, or a person is asked. */
function ended(state: RunState, tell: Tell): void {
  if (!isEnded(state) && state.attention.length === 0) tell("it has neither ended nor asked for anybody");
  if (state.rollback === "incomplete") tell("it ended incomplete, though every participant keeps its word");
}

/** Intent before call: each call stands in the log as an attempt that was begun before it came. */
function intended({ log }: Told, ledger: readonly LedgerEntry[], tell: Tell): void {
  const begun = new Map<string, number>();
  for (const { at, transitions } of log) {
    for (const t of transitions) {
      const half = t.type === "StepStarted" ? "action" : t.type === "CompensationStarted" ? "compensation" : null;
      if (half === null || !("generation" in t && "attempt" in t)) continue;
      const item = t.item === undefined ? "" : `:${t.item}`;
      begun.set(`${t.step}${item}:${t.generation}:${half}#${t.attempt}`, at);
    }
  }
  for (const { what, run, key, attempt, at } of ledger) {
    if (what !== "call") continue;
    const since = begun.get(`${key.slice(run.length + 1)}#${attempt}`);
    if (since === undefined) tell(`${key}, attempt ${attempt}, was called and is not in the log`);
    else if (since > at) tell(`${key}, attempt ${attempt}, was called ${since - at} ms before the log says`);
  }
}

/** Effects happen once; they stay when the run completed, and are gone when it rolled back cleanly. */
function balanced({ saga, state }: Told, ledger: readonly LedgerEntry[], tell: Tell): void {
  const count = (what: LedgerEntry["what"], step: string, item: number | undefined) =>
    ledger.filter((e) => e.what === what && e.step === step && e.item === item).length;
  type Place = { readonly id: string; readonly item: number | undefined; readonly status: StepStatus };
  const places = state.steps.flatMap((s, i): readonly Place[] => {
    const spec = saga.steps[i];
    if (spec?.class === "readonly" || spec?.kind === "saga") return [];
    return s.items
      ? s.items.map(({ status }, item) => ({ id: s.id, item, status }))
      : [{ id: s.id, item: undefined, status: s.status }];
  });
  for (const { id: step, item, status } of places) {
    const id = item === undefined ? step : `item ${item} of ${step}`;
    const [effects, undos] = [count("effect", step, item), count("undo", step, item)];
    if (effects > 1) tell(`${id} took effect ${effects} times`);
    if (undos > effects) tell(`${id} was undone ${undos} times, and took effect ${effects} times`);
    if (status === "completed" && effects !== 1) tell(`${id} is completed and took effect ${effects} times`);
    if (state.state === "completed" && (effects !== 1 || undos !== 0))
      tell(`it completed, and ${id} took effect ${effects} times and was undone ${undos} times`);
    const isBack = state.rollback === "clean" || state.rollback === "nothing_to_undo";
    if (isBack && effects !== undos) tell(`it ended ${state.rollback}, and the effect of ${id} is left`);
  }
}

/** By the ledger's own order: forward along the edges, back against them. */
function ordered({ saga }: Told, ledger: readonly LedgerEntry[], tell: Tell): void {
  const first = (step: string, ...whats: readonly LedgerEntry["what"][]) =>
    ledger.findIndex((e) => e.step === step && whats.includes(e.what));
  const last = (step: string, ...whats: readonly LedgerEntry["what"][]) =>
    ledger.findLastIndex((e) => e.step === step && whats.includes(e.what));
  saga.steps.forEach((spec, i) => {
    // Whose effects are in another run's ledger is held against that run.
    if (spec.kind === "saga") return;
    const [acted, undone] = [last(spec.id, "effect"), first(spec.id, "undo", "tombstone")];
    for (const j of saga.downstream[i] ?? []) {
      const other = saga.steps[j]?.id ?? "";
      if (saga.steps[j]?.kind === "saga") continue;
      const [otherActed, otherUndone] = [first(other, "effect"), last(other, "undo", "tombstone")];
      if (otherActed >= 0 && (acted < 0 || acted > otherActed)) tell(`${other} took effect before ${spec.id}`);
      if (undone >= 0 && otherUndone > undone) tell(`${spec.id} was undone before ${other}`);
    }
  });
}

/** 2, by the witness: no action is called for the first time after the log says that the unwind began. */
function nothingForward({ log }: Told, ledger: readonly LedgerEntry[], tell: Tell): void {
  const began = log.find(({ transitions }) => transitions.some((t) => t.type === "UnwindStarted"))?.at;
  if (began === undefined) return;
  for (const { what, half, key, attempt, at } of ledger) {
    if (what === "call" && half === "action" && at > began + onItsWayMs)
      tell(`${key}, attempt ${attempt}, was called ${at - began} ms after the unwind began`);
  }
}

/** A request may be on its way when a sibling fails, or in the line of a participant that is slow to take it. */
const onItsWayMs = 3_000;

/** No acknowledged operation is lost, and none is decided twice. */
function answered(log: readonly LogEntry[], asked: readonly Asked[], tell: Tell): void {
  const all = log.flatMap(({ transitions }) => transitions);
  for (const { reason, answer } of asked) {
    const found = all.filter((t) => isDecision(t) && t.operation.reason === reason);
    if (found.length !== 1) tell(`"${reason}" was answered ${answer.kind} and is in the log ${found.length} times`);
    const expected =
      answer.kind === "done" ? "OperationAccepted" : answer.kind === "refused" ? "OperationRefused" : null;
    if (expected !== null && found[0]?.type !== expected)
      tell(`"${reason}" was answered ${answer.kind}, not so in the log`);
  }
}

function isDecision(t: Transition) {
  return t.type === "OperationAccepted" || t.type === "OperationRefused";
}

function group<T>(items: readonly T[], by: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const known = groups.get(by(item));
    if (known) known.push(item);
    else groups.set(by(item), [item]);
  }
  return groups;
}
