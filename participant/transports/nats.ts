/**
 * Commands and events over NATS JetStream. What is missing (streams, consumers) is made, in the words that Saga Studio
 * uses as well, so either side may come first. A message is acknowledged when what it led to is committed and said.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Consumer, JetStreamClient, JetStreamManager, JsMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { CloudEvent } from "../events";
import type { Participant, Running } from "../participant";
import type { Sender } from "../post/post-office";
import { sign } from "../signature";
import { type Incoming, takeCommand, takeEvent, type Verdict } from "./message";

export type NatsOptions = {
  readonly url: string | readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** How many messages are handled at once. */
  readonly concurrency?: number;
  /** Ends the wait for a server that is not there yet. */
  readonly signal?: AbortSignal;
};

const commandsStream = "SAGA_COMMANDS";
const eventsStream = "SAGA_EVENTS";
const ackWaitMs = 30_000;
const askMs = 5_000;
const restMs = 1_000;

/** Resolves when it is connected, however long that takes. */
export async function nats<Tx>(participant: Participant<Tx>, options: NatsOptions): Promise<Running> {
  const connection = await connectAtLast(participant, options);
  const { jetstream, jetstreamManager } = await import("@nats-io/jetstream");
  const client = jetstream(connection);
  const line = new Line(participant, { connection, client, manager: () => jetstreamManager(connection) });
  const office = participant.open(line);
  const hands = Array.from({ length: options.concurrency ?? 10 }, () => line.readCommands());
  if (participant.heard.length > 0) hands.push(line.readEvents());
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    await line.rest();
    await office.stop();
    await connection.close();
    await Promise.all(hands);
  };
  return { stop: () => (stopped ??= stop()) };
}

async function connectAtLast<Tx>(participant: Participant<Tx>, options: NatsOptions): Promise<NatsConnection> {
  const { connect } = await import("@nats-io/transport-node");
  const { url, user, password, token, signal } = options;
  for (let tries = 0; ; tries += 1) {
    signal?.throwIfAborted();
    try {
      return await connect({
        servers: typeof url === "string" ? url : [...url],
        name: participant.name,
        maxReconnectAttempts: -1,
        ...(user === undefined ? {} : { user, pass: password ?? "" }),
        ...(token === undefined ? {} : { token }),
      });
    } catch (error) {
      if (tries === 0) participant.onError(error);
      await sleep(restMs, undefined, signal ? { signal } : {}).catch(() => {});
    }
  }
}

type Means = {
  readonly connection: NatsConnection;
  readonly client: JetStreamClient;
  readonly manager: () => Promise<JetStreamManager>;
};

type Take = (incoming: Incoming) => Promise<Verdict>;

class Line<Tx> implements Sender {
  readonly #participant: Participant<Tx>;
  readonly #means: Means;
  readonly #busy = new Set<Promise<void>>();
  #isStopping = false;
  #isBroken = false;

  constructor(participant: Participant<Tx>, means: Means) {
    this.#participant = participant;
    this.#means = means;
  }

  readonly send: Sender["send"] = async (_, event) => {
    try {
      await this.#say(event);
      return { taken: true };
    } catch {
      return { taken: false, refusal: null };
    }
  };

  readCommands(): Promise<void> {
    const { name } = this.#participant;
    const config = { durable_name: name, filter_subject: `saga.commands.${name}.>` };
    return this.#read(commandsStream, config, (incoming) =>
      takeCommand(this.#participant, incoming, (event) => this.#say(event)),
    );
  }

  readEvents(): Promise<void> {
    const { name, heard } = this.#participant;
    const subjects = heard.map((type) => `saga.events.*.${toToken(type)}`);
    const config = { durable_name: `${name}-events`, filter_subjects: subjects };
    return this.#read(eventsStream, config, (incoming) => takeEvent(this.#participant, incoming));
  }

  /** Takes nothing new, and waits for what is under way. */
  async rest(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#busy);
  }

  async #say(event: CloudEvent): Promise<void> {
    const { headers } = await import("@nats-io/transport-node");
    const body = JSON.stringify(event);
    const told = headers();
    told.set("content-type", "application/cloudevents+json");
    for (const [name, value] of Object.entries(sign(this.#participant.secret, body, event.id))) told.set(name, value);
    const subject = `saga.events.${toToken(event.source)}.${toToken(event.type)}`;
    await this.#means.client.publish(subject, body, { msgID: event.id, headers: told });
  }

  async #read(stream: string, config: ConsumerWords, take: Take): Promise<void> {
    let consumer: Consumer | null = null;
    while (!this.#isStopping) {
      try {
        consumer ??= await this.#consumer(stream, config);
        const message = await consumer.next({ expires: askMs });
        this.#isBroken = false;
        if (message) await this.#track(this.#handle(message, take));
      } catch (error) {
        consumer = null;
        if (this.#isStopping) return;
        if (!this.#isBroken) this.#participant.onError(error);
        this.#isBroken = true;
        await sleep(restMs);
      }
    }
  }

  async #handle(message: JsMsg, take: Take): Promise<void> {
    if (this.#isStopping) return message.nak();
    const pulse = setInterval(() => message.working(), ackWaitMs / 3);
    try {
      const verdict = await take(toIncoming(message));
      if (verdict.kind === "taken") await message.ackAck();
      else if (verdict.kind === "again") message.nak(verdict.afterMs);
      else message.term(verdict.reason);
    } finally {
      clearInterval(pulse);
    }
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#busy.add(work);
    await work.finally(() => this.#busy.delete(work));
  }

  async #consumer(stream: string, words: ConsumerWords): Promise<Consumer> {
    const { AckPolicy } = await import("@nats-io/jetstream");
    const { nanos } = await import("@nats-io/transport-node");
    const manager = await this.#means.manager();
    await ensureStreams(manager);
    const config = { ...words, ack_policy: AckPolicy.Explicit, ack_wait: nanos(ackWaitMs) };
    const known = await manager.consumers.info(stream, words.durable_name).catch(() => null);
    // One that is there stays as it is, save that it must hear what we react to now.
    if (known === null) await manager.consumers.add(stream, config);
    else if (words.filter_subjects)
      await manager.consumers.update(stream, words.durable_name, { filter_subjects: [...words.filter_subjects] });
    return this.#means.client.consumers.get(stream, words.durable_name);
  }
}

type ConsumerWords = {
  readonly durable_name: string;
  readonly filter_subject?: string;
  readonly filter_subjects?: string[];
};

async function ensureStreams(manager: JetStreamManager): Promise<void> {
  const { RetentionPolicy, StorageType } = await import("@nats-io/jetstream");
  const { nanos } = await import("@nats-io/transport-node");
  const kept = { storage: StorageType.File, retention: RetentionPolicy.Limits, max_age: nanos(7 * 24 * 60 * 60_000) };
  for (const [name, subject] of [
    [commandsStream, "saga.commands.>"],
    [eventsStream, "saga.events.>"],
  ] as const) {
    const known = await manager.streams.info(name).catch(() => null);
    if (known === null)
      await manager.streams.add({ ...kept, name, subjects: [subject], duplicate_window: nanos(2 * 60_000) });
  }
}

/** One token of a subject: what could be taken for a wildcard or a border becomes `_`. */
function toToken(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, "_") || "_";
}

function toIncoming(message: JsMsg): Incoming {
  const headers: Record<string, string> = {};
  for (const [name, values] of message.headers ?? []) headers[name.toLowerCase()] = values.at(-1) ?? "";
  return { body: message.string(), headers, deliveries: message.info.deliveryCount };
}
