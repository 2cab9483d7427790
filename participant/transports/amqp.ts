/**
 * Commands and events over AMQP 0-9-1. Exchanges and queues are declared in the words that Saga Studio uses as well, so
 * commands wait for a participant that is not there yet. A message is acknowledged when what it led to is committed and
 * said; one that nobody can take is rejected, and so comes to `saga.dead`.
 *
 * A line connects, reads until the connection ends, rests, and connects anew, until it is stopped.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelModel, ConfirmChannel, ConsumeMessage, Options, SocketOptions } from "amqplib";
import type { CloudEvent } from "../events";
import type { Participant, Running } from "../participant";
import type { Sender } from "../post/post-office";
import { sign } from "../signature";
import { type Incoming, type Take, TooLarge, takeCommand, takeEvent, toBody } from "./message";

export type AmqpOptions = {
  /** With user and password, where the broker asks for them. */
  readonly url: string;
  /** How many messages are handled at once. */
  readonly concurrency?: number;
  /** Ends the wait for a broker that is not there yet. */
  readonly signal?: AbortSignal;
};

const commandsExchange = "saga.commands";
const eventsExchange = "saga.events";
const deadExchange = "saga.dead";
const queueOptions: Options.AssertQueue = {
  durable: true,
  arguments: { "x-queue-type": "quorum", "x-dead-letter-exchange": deadExchange, "x-delivery-limit": 20 },
};
const restMs = 1_000;
const connectMs = 5_000;
const readyMs = 5_000;
const farewellMs = 1_000;
/** A message that is held while it waits for its next time keeps a hand busy. */
const longestHeldMs = 5_000;

/** Resolves when it is connected, however long that takes. */
export async function amqp<Tx>(participant: Participant<Tx>, options: AmqpOptions): Promise<Running> {
  const line = new Line(participant, options);
  const office = participant.open(line);
  const done = line.run();
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    await line.rest();
    await office.stop();
    await line.close();
    await done;
  };
  const stopOnce = () => (stopped ??= stop());
  options.signal?.addEventListener("abort", () => void stopOnce(), { once: true });
  await line.connected;
  return { stop: stopOnce };
}

class Line<Tx> implements Sender {
  readonly connected: Promise<void>;
  readonly #participant: Participant<Tx>;
  readonly #options: AmqpOptions;
  readonly #busy = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #connection: ChannelModel | null = null;
  #channel: ConfirmChannel | null = null;
  #consumers: readonly string[] = [];
  #isConnected = () => {};
  #cut = () => {};
  #isBroken = false;

  constructor(participant: Participant<Tx>, options: AmqpOptions) {
    this.#participant = participant;
    this.#options = options;
    this.connected = new Promise((resolve) => {
      this.#isConnected = resolve;
    });
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

  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#readUntilItEnds();
      } catch (error) {
        if (!this.#isBroken && !signal.aborted) this.#participant.onError(error);
        this.#isBroken = true;
      }
      await sleep(restMs, undefined, { signal }).catch(() => {});
    }
    this.#isConnected();
  }

  /** Takes nothing new, and waits for what is under way. */
  async rest(): Promise<void> {
    this.#stopping.abort();
    const channel = this.#channel;
    await Promise.all(this.#consumers.map((tag) => channel?.cancel(tag))).catch(() => {});
    await Promise.all(this.#busy);
  }

  /** A connection on which something is still being asked cannot be closed in good order: it is cut. */
  async close(): Promise<void> {
    await Promise.race([this.#connection?.close().catch(() => {}), sleep(farewellMs)]);
    this.#cut();
  }

  async #readUntilItEnds(): Promise<void> {
    const { connect } = await import("amqplib");
    const cutting = new AbortController();
    // The library hands the signal to the socket, which is destroyed by it whatever it is doing.
    const socket = { timeout: connectMs, signal: cutting.signal } as SocketOptions;
    const connection = await connect(this.#options.url, socket);
    const ended = new Promise<void>((resolve) => connection.once("close", () => resolve()));
    connection.on("error", () => {});
    if (this.#stopping.signal.aborted) return connection.close();
    this.#connection = connection;
    this.#cut = () => cutting.abort();
    // A broker that has just begun may let a queue's first reader wait for a minute; one that asks again is served.
    const impatience = setTimeout(() => cutting.abort(), readyMs);
    try {
      const channel = await connection.createConfirmChannel();
      // A channel that is refused something ends by itself: nothing is left to read on.
      channel.on("error", (error: unknown) => this.#participant.onError(error));
      channel.once("close", () => void connection.close().catch(() => {}));
      await this.#declare(channel);
      await this.#consume(channel);
      clearTimeout(impatience);
      this.#channel = channel;
      this.#isBroken = false;
      this.#isConnected();
      await ended;
    } finally {
      clearTimeout(impatience);
      this.#channel = null;
      this.#connection = null;
      cutting.abort();
    }
  }

  async #declare(channel: ConfirmChannel): Promise<void> {
    const { name, heard } = this.#participant;
    for (const exchange of [commandsExchange, eventsExchange, deadExchange])
      await channel.assertExchange(exchange, "topic", { durable: true });
    await channel.assertQueue(deadExchange, { durable: true, arguments: { "x-queue-type": "quorum" } });
    await channel.bindQueue(deadExchange, deadExchange, "#");
    await channel.assertQueue(`saga.commands.${name}`, queueOptions);
    await channel.bindQueue(`saga.commands.${name}`, commandsExchange, `${name}.#`);
    if (heard.length > 0) await channel.assertQueue(`saga.events.${name}`, queueOptions);
    for (const type of heard) await channel.bindQueue(`saga.events.${name}`, eventsExchange, `#.${type}`);
  }

  async #consume(channel: ConfirmChannel): Promise<void> {
    const participant = this.#participant;
    await channel.prefetch(this.#options.concurrency ?? 10);
    const command = (incoming: Incoming) => takeCommand(participant, incoming, (event) => this.#say(event));
    const event = (incoming: Incoming) => takeEvent(participant, incoming);
    const queues: [string, Take][] = [[`saga.commands.${participant.name}`, command]];
    if (participant.heard.length > 0) queues.push([`saga.events.${participant.name}`, event]);
    this.#consumers = [];
    for (const [queue, take] of queues) {
      const { consumerTag } = await channel.consume(queue, (message) => {
        if (message) this.#begin(channel, message, take);
      });
      this.#consumers = [...this.#consumers, consumerTag];
    }
  }

  #begin(channel: ConfirmChannel, message: ConsumeMessage, take: Take): void {
    const handling = this.#handle(channel, message, take)
      // The channel is gone: the message comes again on the next one.
      .catch(() => {})
      .finally(() => this.#busy.delete(handling));
    this.#busy.add(handling);
  }

  async #handle(channel: ConfirmChannel, message: ConsumeMessage, take: Take): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return channel.nack(message, false, true);
    const incoming = toIncoming(message);
    let verdict = await take(incoming);
    for (let tries = 1; verdict.kind === "again" && verdict.isHeld && this.#isReading(channel); tries += 1) {
      await sleep(verdict.afterMs, undefined, { signal }).catch(() => {});
      if (this.#isReading(channel)) verdict = await take({ ...incoming, deliveries: incoming.deliveries + tries });
    }
    if (verdict.kind === "taken") return channel.ack(message);
    if (verdict.kind === "dead") return channel.reject(message, false);
    await sleep(Math.min(verdict.afterMs, longestHeldMs), undefined, { signal }).catch(() => {});
    channel.nack(message, false, true);
  }

  /** What was read on a channel that is gone comes again on the next. */
  #isReading(channel: ConfirmChannel): boolean {
    return this.#channel === channel && !this.#stopping.signal.aborted;
  }

  async #say(event: CloudEvent): Promise<void> {
    const channel = this.#channel;
    if (channel === null) throw new Error("The broker cannot be reached");
    const body = toBody(event);
    const key = Buffer.from(`${event.source}.${event.type}`).subarray(0, 255).toString();
    const options: Options.Publish = {
      persistent: true,
      messageId: event.id,
      contentType: "application/cloudevents+json",
      headers: sign(this.#participant.secret, body, event.id),
    };
    await new Promise<void>((resolve, reject) => {
      channel.publish(eventsExchange, key, Buffer.from(body), options, (error: unknown) =>
        error ? reject(error) : resolve(),
      );
    });
  }
}

function toIncoming({ content, properties }: ConsumeMessage): Incoming {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(properties.headers ?? {})) headers[name.toLowerCase()] = toText(value);
  if (typeof properties.contentType === "string") headers["content-type"] = properties.contentType;
  return { body: content.toString(), headers, deliveries: Number(headers["x-delivery-count"] ?? 0) + 1 };
}

/** The library has a time as the seconds since 1970. */
function toText(value: unknown): string {
  const { "!": type, value: seconds } = (value ?? {}) as { readonly "!"?: unknown; readonly value?: unknown };
  const at = type === "timestamp" ? new Date(Number(seconds) * 1_000) : null;
  return at === null || Number.isNaN(at.getTime()) ? String(value) : at.toISOString();
}
