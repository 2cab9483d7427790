/**
 * Commands and events over NATS JetStream. What is missing (streams, consumers) is made, in the words that Saga Studio
 * uses as well, so either side may come first. A message is acknowledged when what it led to is committed and said.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Consumer, JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { CloudEvent } from "../events";
import type { Participant, Running } from "../participant";
import type { Sender } from "../post/post-office";
import { sign } from "../signature";
import { type Take, TooLarge, takeCommand, takeEvent, toBody } from "./message";
import { ackWaitMs, NatsReader } from "./nats-reader";

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
const restMs = 1_000;
/** Room for them: the server counts them as well. */
const headersBytes = 4_096;

/** Resolves when it is connected, however long that takes. */
export async function nats<Tx>(participant: Participant<Tx>, options: NatsOptions): Promise<Running> {
  const connection = await connectAtLast(participant, options);
  const { jetstream, jetstreamManager } = await import("@nats-io/jetstream");
  const client = jetstream(connection);
  const line = new Line(participant, { connection, client, manager: () => jetstreamManager(connection) });
  await line.prepare(options.signal).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  const office = participant.open(line);
  const done = line.read(options.concurrency ?? 10);
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    await line.rest();
    await office.stop();
    await connection.close();
    await done;
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

class Line<Tx> implements Sender {
  readonly #participant: Participant<Tx>;
  readonly #means: Means;
  readonly #readers: NatsReader[] = [];
  #isStopping = false;

  constructor(participant: Participant<Tx>, means: Means) {
    this.#participant = participant;
    this.#means = means;
  }

  readonly send: Sender["send"] = async (_, event) => {
    try {
      await this.#say(event);
      return { taken: true };
    } catch (error) {
      return error instanceof TooLarge
        ? { taken: false, refusal: error.message, isFinal: true }
        : { taken: false, refusal: null };
    }
  };

  /** Makes what is missing, so that from here on nothing is lost; tries until it can. */
  async prepare(signal?: AbortSignal): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      signal?.throwIfAborted();
      try {
        for (const source of this.#sources()) await this.#consumer(source);
        return;
      } catch (error) {
        if (tries === 0) this.#participant.onError(error);
        await sleep(restMs);
      }
    }
  }

  /** Ends after `rest`, with the connection. */
  async read(concurrency: number): Promise<void> {
    const [commands, ...events] = this.#sources();
    if (!commands) return;
    const command: Take = (incoming) => takeCommand(this.#participant, incoming, (event) => this.#say(event));
    const event: Take = (incoming) => takeEvent(this.#participant, incoming);
    await Promise.all([
      this.#read(commands, command, concurrency),
      ...events.map((source) => this.#read(source, event, concurrency)),
    ]);
  }

  /** Its commands, and each type of event by itself: a server before 2.10 filters a consumer by one subject. */
  #sources(): readonly Source[] {
    const { name, heard } = this.#participant;
    return [
      { stream: commandsStream, consumer: name, subject: `saga.commands.${name}.>` },
      ...heard.map(toToken).map((type) => ({
        stream: eventsStream,
        consumer: `${name}-${type}`,
        subject: `saga.events.*.${type}`,
      })),
    ];
  }

  /** Takes nothing new, and waits for what is under way. */
  async rest(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#readers.map((reader) => reader.stop()));
  }

  async #say(event: CloudEvent): Promise<void> {
    const { headers } = await import("@nats-io/transport-node");
    const { info } = this.#means.connection;
    const body = toBody(event, info && info.max_payload - headersBytes);
    const told = headers();
    told.set("content-type", "application/cloudevents+json");
    for (const [name, value] of Object.entries(sign(this.#participant.secret, body, event.id))) told.set(name, value);
    const subject = `saga.events.${toToken(event.source)}.${toToken(event.type)}`;
    await this.#means.client.publish(subject, body, { msgID: event.id, headers: told });
  }

  async #read(source: Source, take: Take, concurrency: number): Promise<void> {
    const reader = new NatsReader(take, concurrency);
    this.#readers.push(reader);
    while (!this.#isStopping) {
      try {
        await reader.read(await this.#consumer(source));
      } catch (error) {
        if (this.#isStopping) return;
        this.#participant.onError(error);
        await sleep(restMs);
      }
    }
  }

  async #consumer({ stream, consumer, subject }: Source): Promise<Consumer> {
    const { AckPolicy, DeliverPolicy } = await import("@nats-io/jetstream");
    const { nanos } = await import("@nats-io/transport-node");
    const manager = await this.#means.manager();
    await ensureStreams(manager);
    // Commands wait for who takes them. What was said before anybody reacted to it is history, and not to be reacted to.
    const deliver_policy = stream === commandsStream ? DeliverPolicy.All : DeliverPolicy.New;
    const config = {
      ...{ durable_name: consumer, filter_subject: subject, ack_policy: AckPolicy.Explicit },
      deliver_policy,
    };
    const known = await manager.consumers.info(stream, consumer).catch(() => null);
    if (known === null) await manager.consumers.add(stream, { ...config, ack_wait: nanos(ackWaitMs) });
    return this.#means.client.consumers.get(stream, consumer);
  }
}

type Source = { readonly stream: string; readonly consumer: string; readonly subject: string };

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
