/**
 * Commands to services that fetch their work: a row in the service's queue, all that wait in one commit. `accepted` means
 * that the row is committed. The statement may be repeated, so it is, as long as nobody knows whether it was committed.
 */
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { InvokeCommand, Outcome } from "@/engine";
import { limits } from "@/engine/limits";
import { enqueue, type QueueRow } from "../../queues/sql/enqueue";
import { Sweeper } from "../../queues/sweeper";
import { newId } from "../../uuid";
import { Batcher } from "../batcher";
import { queueChannel } from "../channels";
import { createQueuePool } from "../connection";
import { Notifier } from "../notifier";
import { toStorable } from "../storable";
import type { OutsideOptions } from "./create";
import type { Transport } from "./transport";

const mostRows = 256;
const againMs = 200;
/** How long before an attempt's time-out nobody is given it any more, so that the run hears in time that nobody was. */
const margin = { most: 1_000, share: 0.25 };

/** Why a row is not there for certain. `undelivered`: it is not the command's fault. */
class NotStored extends Error {
  readonly undelivered: boolean;

  constructor(message: string, { undelivered, cause }: { readonly undelivered: boolean; readonly cause: unknown }) {
    super(message, { cause });
    this.undelivered = undelivered;
  }
}

const notBegun = new NotStored("The time was over before the command could be put into the queue", {
  undelivered: true,
  cause: null,
});

export class QueueTransport implements Transport {
  readonly #pool: pg.Pool;
  readonly #notifier: Notifier;
  readonly #sweeper: Sweeper;
  readonly #batcher = new Batcher<QueueRow, "stored">(mostRows, (rows) => this.#write(rows));

  constructor({ url, log }: Pick<OutsideOptions, "url" | "log">) {
    this.#pool = createQueuePool(url, "saga-studio queue", 2);
    this.#notifier = new Notifier({ url, name: "saga-studio queue notify", log });
    this.#sweeper = new Sweeper({ pool: this.#pool, notifier: this.#notifier, log });
    this.#sweeper.start();
  }

  async call(command: InvokeCommand, _: unknown, signal: AbortSignal): Promise<Outcome | "accepted"> {
    const row = toRow(command, Date.now());
    let problem: unknown = null;
    if (signal.aborted) return notStored(notBegun);
    while (!signal.aborted) {
      try {
        await untilAborted(this.#batcher.add(row), signal);
        return "accepted";
      } catch (error) {
        if (error instanceof NotStored && problem === null) return notStored(error);
        problem = error;
        await delay(againMs, undefined, { signal }).catch(() => {});
      }
    }
    return unknown(problem);
  }

  async close(): Promise<void> {
    await this.#sweeper.stop();
    this.#notifier.stop();
    await this.#pool.end();
  }

  async #write(rows: readonly QueueRow[]): Promise<readonly "stored"[]> {
    const client = await this.#pool.connect().catch((cause: unknown) => {
      throw new NotStored("The queue cannot be reached; the command waits", { undelivered: true, cause });
    });
    // A connection that breaks says so to the statement as well.
    const ignore = () => {};
    client.on("error", ignore);
    try {
      await enqueue(client, newest(rows));
      client.off("error", ignore);
      client.release();
    } catch (error) {
      client.release(true);
      if (!isRefused(error)) throw error;
      throw new NotStored("The queue does not take the command", { undelivered: false, cause: error });
    }
    this.#sweeper.expect(Math.min(...rows.map((row) => row.claimUntil)) - Date.now());
    for (const service of new Set(rows.map((row) => row.service)))
      this.#notifier.send({ channel: queueChannel, payload: service });
    return rows.map(() => "stored");
  }
}

function toRow(command: InvokeCommand, now: number): QueueRow {
  const { service, key, half, run, step, item = null, attempt, generation, input } = command;
  const wantedUntil = isWantedUntil(command, now);
  const claimUntil = wantedUntil - Math.min(margin.most, Math.max(0, wantedUntil - now) * margin.share);
  const named = { id: newId(), service, key, half, run, step, item, command: command.command, attempt, generation };
  return { ...named, input: toStorable(input ?? null).text, claimUntil };
}

/** Of a choreography's command it is the event that is waited for, once the queue has the command. */
function isWantedUntil({ timeoutAt, eventWithin }: InvokeCommand, now: number): number {
  return eventWithin === undefined ? timeoutAt : now + (eventWithin ?? limits.longestWait);
}

/** One row for each half of a key, the newest attempt's: a statement cannot write the same row twice. */
function newest(rows: readonly QueueRow[]): readonly QueueRow[] {
  const byKey = new Map<string, QueueRow>();
  for (const row of rows) {
    const place = `${row.service} ${row.half} ${row.key}`;
    if ((byKey.get(place)?.attempt ?? 0) <= row.attempt) byKey.set(place, row);
  }
  return [...byKey.values()];
}

/** Rejects when the signal says so first. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error("The call was over before its row was committed"));
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** True for an answer of the server to the statement; one that says that the server goes away may come after the commit. */
function isRefused(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^(57014|(2[0-9A-Z]|4[0-9A-Z]|53|54|55)[0-9A-Z]{3})$/.test(code);
}

function notStored({ message, undelivered }: NotStored): Outcome {
  const code = undelivered ? "queue_unreachable" : "queue_refused";
  const failure = { kind: "retryable", error: { code, message }, whenSpent: "none" } as const;
  return undelivered ? { ...failure, undelivered } : failure;
}

function unknown(problem: unknown): Outcome {
  const why = problem instanceof Error ? problem.message : "no answer in time";
  const message = `Nobody knows whether the command is in the queue: ${why}`;
  return { kind: "unknown", error: { code: "queue_unknown", message } };
}
