/**
 * The teller: brings events to runs of choreographies, and begins those runs (engine.md section 8). All that comes at one
 * time is one transaction on a connection of its own.
 *
 * T1 Whoever looks whether a key has a run holds the key's lock, so that an event and the start that it came before cannot
 *    miss each other, and no two starts of one key are made.
 * T2 An event's key is used in the commit that brings it to its place. What is told again changes nothing.
 * T3 A run that begins is left for any worker to take; what waited for it is in its inbox in the same commit.
 */
import type pg from "pg";
import type { ToldEvent } from "@/engine";
import { correlate } from "@/engine/choreography/start";
import { limits } from "@/engine/limits";
import { Batcher } from "./batcher";
import { bringTold, Raced } from "./bring-told";
import { workChannel, workerChannel } from "./channels";
import { abandon, connect } from "./connection";
import type { Wish } from "./events-out";
import type { Notifier } from "./notifier";
import type { Moved, StartAnswer, StartRequest, TellAnswer, TellRequest } from "./orchestrator";
import type { Placed, Telling } from "./place-told";
import type { Sagas } from "./sagas";
import { isDataError, isLockTimeout } from "./sql/errors";
import { beginRun } from "./starter";
import { toLine } from "./text";

const mostTellings = 1_000;
/** A key that was used under another lock meanwhile, or locks that others held too long. */
const mostTries = 3;

export type TellerOptions = {
  readonly url: string;
  readonly sagas: Sagas;
  readonly notifier: Notifier;
  /** What subscriptions want to be told of what happens here. */
  readonly wishes: () => readonly Wish[];
  /** Our own worker need not be told through the database. */
  readonly nudge: () => void;
  /** Runs that were begun here. */
  readonly began: (moved: readonly Moved[]) => void;
};

export class Teller {
  readonly #options: TellerOptions;
  readonly #batcher: Batcher<Telling, Placed>;
  #client: Promise<pg.Client> | null = null;
  #started = 0;

  constructor(options: TellerOptions) {
    this.#options = options;
    this.#batcher = new Batcher(mostTellings, (tellings) => this.#commit(tellings));
  }

  /** Runs begun so far. */
  get started(): number {
    return this.#started;
  }

  /** Rejects when nobody knows whether they are durable. */
  async tell(requests: readonly TellRequest[]): Promise<readonly TellAnswer[]> {
    this.#refuseTooMany();
    const tellings = await Promise.all(requests.map((request) => this.#toTelling(request)));
    return Promise.all(tellings.map(async (telling) => toTold(await this.#batcher.add(telling))));
  }

  /** Starts by hand, of sagas that are choreographies. */
  async start(requests: readonly StartRequest[]): Promise<readonly StartAnswer[]> {
    this.#refuseTooMany();
    const tellings = await Promise.all(requests.map((request) => this.#toStart(request)));
    return Promise.all(
      tellings.map(async (telling) => ("kind" in telling ? telling : toStarted(await this.#batcher.add(telling)))),
    );
  }

  async stop(): Promise<void> {
    const client = await this.#client?.catch(() => null);
    await client?.end();
  }

  #refuseTooMany(): void {
    if (this.#batcher.waiting >= limits.startsWaiting) throw new Error("There is too much to do");
  }

  async #toTelling(request: TellRequest): Promise<Telling> {
    const { id, saga, keys, event, begins: version, waits, actor, persons, at, dedupe, hash } = request;
    const told = { saga, keys, event, actor, waits, byHand: false, dedupe, hash: toLine(hash) };
    if (version === null) return { ...told, start: null };
    const asked = { id, saga, version, data: event.data, actor, at, key: dedupe, hash, event };
    const compiled = await this.#options.sagas.get(saga, version);
    return { ...told, start: beginRun(compiled, persons ? { ...asked, persons } : asked, this.#options.wishes()) };
  }

  async #toStart(request: StartRequest): Promise<Telling | StartAnswer> {
    const { id, saga, version, data, actor, key: dedupe, hash } = request;
    const compiled = await this.#options.sagas.get(saga, version);
    const event = request.event ?? firstEvent(saga, id, compiled.choreography?.starts ?? "", data);
    const start = beginRun(compiled, { ...request, event }, this.#options.wishes());
    if (!("row" in start)) return start;
    const found = correlate(compiled, event);
    const keys: Telling["keys"] = [found.ok ? found.key : (start.row.businessKey ?? "")];
    return { saga, keys, event, actor, start, waits: false, byHand: true, dedupe, hash: toLine(hash) };
  }

  async #commit(tellings: readonly Telling[], tries = mostTries): Promise<readonly Placed[]> {
    const client = await this.#connection();
    try {
      await client.query("begin");
      const places = await bringTold(client, this.#options.sagas, tellings);
      await client.query("commit");
      this.#committed(places.told, places.began);
      return places.answers;
    } catch (error) {
      if (!isKnownUndone(error)) {
        this.#drop(client);
        throw error;
      }
      await this.#undo(client);
      if (isDataError(error)) return this.#apart(tellings);
      if (tries > 1) return this.#commit(tellings, tries - 1);
      throw error;
    }
  }

  /** Refused for what is in one of them: the others shall not suffer for it. */
  async #apart(tellings: readonly Telling[]): Promise<readonly Placed[]> {
    const detail = "The database cannot hold this data";
    if (tellings.length === 1) return [{ kind: "refused", code: "data_not_storable", detail }];
    const answers: Placed[] = [];
    for (const telling of tellings) answers.push(...(await this.#commit([telling])));
    return answers;
  }

  #committed(owners: ReadonlySet<string | null>, began: readonly Moved[]): void {
    const { notifier, nudge } = this.#options;
    this.#started += began.length;
    if (began.length > 0) this.#options.began(began);
    if (began.length === 0 && owners.size === 0) return;
    nudge();
    const channels = new Set([...owners].map((owner) => (owner === null ? workChannel : workerChannel(owner))));
    if (began.length > 0) channels.add(workChannel);
    for (const channel of channels) notifier.send({ channel, payload: "" });
  }

  async #undo(client: pg.Client): Promise<void> {
    try {
      await client.query("rollback");
    } catch (error) {
      this.#drop(client);
      throw error;
    }
  }

  #connection(): Promise<pg.Client> {
    this.#client ??= connect({ url: this.#options.url, name: "saga-studio events" }, () => {
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

/** The server refused a statement, and whatever came before it in the transaction is undone with it. */
function isKnownUndone(error: unknown): boolean {
  return error instanceof Raced || isDataError(error) || isLockTimeout(error);
}

/** Whoever starts a run by hand says the event that begins it. */
function firstEvent(source: string, id: string, type: string, data: StartRequest["data"]): ToldEvent {
  return { id, source, type, data };
}

function toTold(placed: Placed): TellAnswer {
  if (placed.kind === "repeated" || placed.kind === "business_key_taken")
    throw new Error("An event is no start by hand");
  return placed;
}

function toStarted(placed: Placed): StartAnswer {
  switch (placed.kind) {
    case "started":
      return { kind: "started", id: placed.run };
    case "repeated":
    case "business_key_taken":
    case "key_reused":
    case "refused":
      return placed;
    default:
      throw new Error(`A start by hand cannot be ${placed.kind}`);
  }
}
