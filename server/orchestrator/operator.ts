/**
 * The operator: takes what people and services say to runs, makes it durable together with its idempotency key, wakes whoever owns
 * the run, and reads the answer from the log. Works the same whoever the owner is.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import type { LogEntry } from "@/engine";
import { Batcher } from "./batcher";
import { workChannel, workerChannel } from "./channels";
import { abandon, connect } from "./connection";
import type { Notifier } from "./notifier";
import type {
  DecideRequest,
  OperateAnswer,
  OperateRequest,
  ReplyAnswer,
  ReplyRequest,
  SignalRequest,
} from "./orchestrator";
import type { DecisionPayload, OperationPayload, ReplyPayload, SignalPayload } from "./payloads";
import { type Accepted, accept, type InboxEntry, type InboxKind } from "./sql/accept";
import { findDedupe } from "./sql/dedupe";
import { toStorable } from "./storable";
import { toLine } from "./text";
import type { Watches } from "./watches";

const mostEntries = 256;
const waitMs = 10_000;

export type OperatorOptions = {
  readonly url: string;
  readonly notifier: Notifier;
  readonly watches: Watches;
  /** Our own worker need not be told through the database. */
  readonly nudge: () => void;
};

type Answered = { readonly accepted: Accepted | null; readonly hash: string | null };

export class Operator {
  readonly #options: OperatorOptions;
  readonly #batcher: Batcher<InboxEntry, Answered>;
  #client: Promise<pg.Client> | null = null;

  constructor(options: OperatorOptions) {
    this.#options = options;
    this.#batcher = new Batcher(mostEntries, (entries) => this.#write(entries));
  }

  /** Rejects when nobody knows whether it is durable; so do the others. */
  operate(request: OperateRequest): Promise<OperateAnswer> {
    const { actor, person = null, operation } = request;
    return this.#ask(request, "operation", { actor, person, operation } satisfies OperationPayload);
  }

  signal(request: SignalRequest): Promise<OperateAnswer> {
    const { actor, person, signal, data } = request;
    const by = person === undefined ? { actor } : { actor, person };
    return this.#ask(request, "signal", { ...by, signal, data } satisfies SignalPayload);
  }

  decide(request: DecideRequest): Promise<OperateAnswer> {
    const { actor, person, step, generation, decision, form, comment } = request;
    const payload: DecisionPayload = { actor, person, step, generation, decision, form, comment };
    return this.#ask(request, "decision", payload);
  }

  /** Answered once they are durable: whoever replies does not wait for what the run makes of it. */
  reply(requests: readonly ReplyRequest[]): Promise<readonly ReplyAnswer[]> {
    return Promise.all(
      requests.map(async (request): Promise<ReplyAnswer> => {
        const { id: _, run, key, hash: requestHash, ...reply } = request;
        const payload: ReplyPayload = reply;
        const entry = toEntry({ id: idOf(key), run, key, hash: requestHash }, "reply", payload);
        const { accepted, hash } = await this.#batcher.add(entry);
        if (accepted === null) return { kind: "no_such_run" };
        if (hash !== null) return { kind: hash === entry.hash ? "duplicate" : "key_reused" };
        this.#wake(accepted.owner);
        return { kind: "accepted" };
      }),
    );
  }

  async #ask(request: Asked, kind: InboxKind, payload: object): Promise<OperateAnswer> {
    const { run, key } = request;
    const id = key === null ? request.id : idOf(key);
    const entry = toEntry({ ...request, id }, kind, payload);
    const { accepted, hash: before } = await this.#batcher.add(entry);
    if (accepted === null) return { kind: "no_such_run" };
    if (before !== null && before !== entry.hash) return { kind: "key_reused" };
    if (before === null) this.#wake(accepted.owner);
    return this.#answer(run, id, before === null ? accepted.seq : 0);
  }

  async stop(): Promise<void> {
    const client = await this.#client?.catch(() => null);
    await client?.end();
  }

  async #write(entries: readonly InboxEntry[]): Promise<readonly Answered[]> {
    const client = await this.#connection();
    try {
      // Two that share a key in one batch: the first is written, the others are looked up like any repeat.
      const byId = new Map(entries.map((entry) => [entry.id, entry]).reverse() as [string, InboxEntry][]);
      const rows = new Map((await accept(client, [...byId.values()])).map((row) => [row.id, row]));
      const isNew = (entry: InboxEntry) => byId.get(entry.id) === entry && rows.get(entry.id)?.accepted === true;
      const keys = entries.flatMap((entry) => (entry.key !== null && !isNew(entry) ? [entry.key] : []));
      const used = keys.length > 0 ? await findDedupe(client, keys) : null;
      return entries.map((entry) => {
        const hash = isNew(entry) ? null : (used?.get(entry.key ?? "")?.hash ?? null);
        return { accepted: rows.get(entry.id) ?? null, hash };
      });
    } catch (error) {
      this.#drop(client);
      throw error;
    }
  }

  /** Waits for the decision in the log. */
  #answer(run: string, id: string, after: number): Promise<OperateAnswer> {
    return new Promise((resolve) => {
      const finish = (answer: OperateAnswer) => {
        clearTimeout(timer);
        stop();
        resolve(answer);
      };
      const timer = setTimeout(() => finish({ kind: "accepted" }), waitMs);
      const stop = this.#options.watches.watchFrom(run, after, (entries) => {
        const answer = findAnswer(entries, id);
        if (answer) finish(answer);
      });
    });
  }

  #wake(owner: string | null): void {
    this.#options.nudge();
    this.#options.notifier.send({ channel: owner === null ? workChannel : workerChannel(owner), payload: "" });
  }

  #connection(): Promise<pg.Client> {
    this.#client ??= connect({ url: this.#options.url, name: "saga-studio accept" }, () => {
      this.#client = null;
    }).catch((error) => {
      this.#client = null;
      throw error;
    });
    return this.#client;
  }

  #drop(client: pg.Client): void {
    this.#client = null;
    abandon(client);
  }
}

type Asked = Pick<InboxEntry, "id" | "run" | "key" | "hash">;

function toEntry({ id, run, key, hash }: Asked, kind: InboxKind, payload: object): InboxEntry {
  return { id, run, kind, payload: toStorable(payload).text, key, hash: toLine(hash) };
}

/** One key, one operation: a repeat asks for the same answer. */
function idOf(key: string): string {
  const hex = createHash("sha256").update(key).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function findAnswer(entries: readonly LogEntry[], id: string): OperateAnswer | null {
  for (const { seq, transitions } of entries) {
    for (const t of transitions) {
      if (!("id" in t) || t.id !== id) continue;
      return "code" in t ? { kind: "refused", code: t.code, detail: t.detail } : { kind: "done", seq };
    }
  }
  return null;
}
