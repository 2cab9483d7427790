/**
 * The starter: group commit for starts, on a connection of its own. It decides the first decision of each run, and
 * writes run, event and idempotency key in one statement; only after that is anybody answered, or anything called.
 */
import type pg from "pg";
import { applyEntry, type Decision, decide, type RunState, type Saga } from "@/engine";
import { attentionOf } from "./attention-row";
import { Batcher } from "./batcher";
import { toDeliveries } from "./deliveries/to-deliveries";
import type { Wish } from "./events-out";
import type { StartAnswer, StartRequest } from "./orchestrator";
import type { Performed } from "./owned-run";
import { approvalsOf } from "./run-row";
import type { Sagas } from "./sagas";
import { type DedupeRow, findDedupe, freeDedupe } from "./sql/dedupe";
import { isDataError } from "./sql/errors";
import type { DeliveryRow } from "./sql/flush";
import { type StartRow, startRuns } from "./sql/start-runs";
import { toStorable } from "./storable";
import { stepNowOf, toLine } from "./text";

const mostStarts = 256;

export type Begun = { readonly saga: Saga; readonly state: RunState; readonly commands: readonly Performed[] };

export type StarterOptions = {
  readonly client: pg.Client;
  /** Null: nobody owns what is started here. */
  readonly incarnation: string | null;
  readonly sagas: Sagas;
  readonly begun: (runs: readonly Begun[]) => void;
  /** Who wants events of runs. */
  readonly wishes: () => readonly Wish[];
  /** Events for them are committed. */
  readonly posted: () => void;
  /** The outcome of a commit is unknown. */
  readonly failed: (error: unknown) => void;
};

/** Another start with the same key may be about to free it, or to leave it behind. */
const mostTries = 3;

export type Start = { readonly row: StartRow; readonly begun: Begun; readonly deliveries: readonly DeliveryRow[] };
export type RefusedStart = Extract<StartAnswer, { kind: "refused" }>;

export class Starter {
  readonly #options: StarterOptions;
  readonly #batcher: Batcher<Start, StartAnswer>;

  constructor(options: StarterOptions) {
    this.#options = options;
    this.#batcher = new Batcher(mostStarts, (starts) => this.#commit(starts));
  }

  get waiting(): number {
    return this.#batcher.waiting;
  }

  async start(request: StartRequest): Promise<StartAnswer> {
    const { sagas } = this.#options;
    const saga = sagas.peek(request.saga, request.version) ?? (await sagas.get(request.saga, request.version));
    const start = beginRun(saga, request, this.#options.wishes());
    return "row" in start ? this.#batcher.add(start) : start;
  }

  async #commit(starts: readonly Start[]): Promise<readonly StartAnswer[]> {
    try {
      return await this.#write(starts);
    } catch (error) {
      // The statement was refused for what is in it, so nothing was written: the others shall not suffer for one.
      if (isDataError(error)) return this.#apart(starts, error);
      this.#options.failed(error);
      throw error;
    }
  }

  async #apart(starts: readonly Start[], error: unknown): Promise<readonly StartAnswer[]> {
    const detail = "The database cannot hold this data";
    if (starts.length === 1) return [{ kind: "refused", code: "data_not_storable", detail }];
    const answers: StartAnswer[] = [];
    for (const start of starts) answers.push(...(await this.#commit([start])));
    if (answers.length !== starts.length) throw error;
    return answers;
  }

  async #write(starts: readonly Start[], tries = mostTries): Promise<readonly StartAnswer[]> {
    const { client, incarnation } = this.#options;
    const written = await startRuns(
      client,
      incarnation,
      starts.map((start) => start.row),
      starts.flatMap((start) => start.deliveries),
    );
    const done = starts.filter((start) => written.started.has(start.row.id));
    this.#options.begun(done.map((start) => start.begun));
    if (done.some((start) => start.deliveries.length > 0)) this.#options.posted();
    if (done.length === starts.length) return starts.map(({ row }) => ({ kind: "started", id: row.id }));
    const rest = starts.filter((start) => !written.started.has(start.row.id));
    const left = await this.#explain(rest, written.keyed, tries);
    return starts.map(({ row }) => left.get(row.id) ?? { kind: "started", id: row.id });
  }

  /** Why each of these was not started; one whose key was left behind by a start that never came about is started now. */
  async #explain(
    rest: readonly Start[],
    keyed: ReadonlySet<string>,
    tries: number,
  ): Promise<ReadonlyMap<string, StartAnswer>> {
    const { client } = this.#options;
    const unused = rest.flatMap(({ row }) =>
      row.key !== null && keyed.has(row.id) ? [{ key: row.key, run: row.id }] : [],
    );
    if (unused.length > 0) await freeDedupe(client, unused);
    const used = rest.flatMap(({ row }) => (row.key !== null && !keyed.has(row.id) ? [row.key] : []));
    const known = used.length > 0 ? await findDedupe(client, used) : new Map<string, DedupeRow>();
    const usedFor = ({ row }: Start) => (keyed.has(row.id) ? undefined : known.get(row.key ?? ""));
    const again = tries > 0 ? rest.filter((start) => usedFor(start)?.exists === false) : [];
    const answers = new Map(
      rest
        .filter((start) => !again.includes(start))
        .map((start) => [start.row.id, toAnswer(start.row, usedFor(start))]),
    );
    if (again.length === 0) return answers;
    await freeDedupe(
      client,
      again.flatMap((start) => usedFor(start) ?? []),
    );
    const begun = await this.#write(again, tries - 1);
    for (const [index, { row }] of again.entries()) answers.set(row.id, begun[index] as StartAnswer);
    return answers;
  }
}

function toAnswer(row: StartRow, used: DedupeRow | undefined): StartAnswer {
  if (used) return used.hash === row.hash ? { kind: "repeated", id: used.run } : { kind: "key_reused" };
  if (row.unique && row.businessKey !== null) return { kind: "business_key_taken", businessKey: row.businessKey };
  throw new Error(`Run ${row.id} was not started, and nothing stood in its way`);
}

/** The first decision of a run, ready to be written. */
export function beginRun(saga: Saga, request: StartRequest, wishes: readonly Wish[]): Start | RefusedStart {
  const { id: run, data, actor, at, parent, persons, restartOf, event } = request;
  const decision = decide(saga, null, {
    type: "RunRequested",
    at,
    run,
    data,
    actor,
    ...(parent ? { parent } : {}),
    ...(persons ? { persons } : {}),
    ...(restartOf === undefined ? {} : { restartOf }),
    ...(event ? { event } : {}),
    ...(saga.choreography ? { unowned: true as const } : {}),
  });
  return decision.refused ? { kind: "refused", ...decision.refused } : toStart(saga, request, decision, wishes);
}

function toStart(saga: Saga, request: StartRequest, decision: Decision, wishes: readonly Wish[]): Start {
  if (decision.state === null) throw new Error("A start that is not refused has a state");
  const { value: transitions, text } = toStorable(decision.transitions);
  const entry = { seq: 1, at: request.at, actor: request.actor, transitions };
  const state = transitions === decision.transitions ? decision.state : applyEntry(saga, null, entry);
  const row: StartRow = {
    id: request.id,
    saga: saga.type,
    version: saga.version,
    state: state.state,
    attention: attentionOf(saga, state),
    businessKey: state.businessKey,
    unique: saga.businessKeyUnique,
    exposure: state.exposure,
    data: toStorable(request.data).text,
    stepNow: stepNowOf(decision.transitions),
    startedBy: request.actor && toLine(request.actor),
    at: request.at,
    endedAt: state.endedAt,
    key: request.key,
    hash: toLine(request.hash),
    transitions: text,
    approvals: approvalsOf(saga, state),
    parent: state.parent?.run ?? null,
    parentStep: state.parent?.step ?? null,
    restartOf: state.restartOf,
  };
  // What it would say to its parent already, whoever begins it finds out by itself.
  const commands = decision.commands.filter((c) => c.type === "InvokeCommand" || c.type === "StartChild");
  const deliveries = wishes.length > 0 ? toDeliveries(wishes, state, entry, decision.commands) : [];
  return { row, begun: { saga, state, commands }, deliveries };
}
