/**
 * A link to RabbitMQ. Two connections, for the broker stops reading from one that publishes when it is short of memory:
 * acknowledgements on the same one would be stuck with it, and so would what they free.
 */
import type { ChannelModel } from "amqplib";
import type { BrokerLink, GivenUp, LinkStatus, Outgoing, Published } from "../link";
import type { BrokerRegistration, LinkOptions } from "../registration";
import { Slots } from "../slots";
import { ConfirmedChannel } from "./confirmed-channel";
import { Gate } from "./gate";
import { toGivenUp } from "./given-up";
import { KeptConnection } from "./kept-connection";
import { deadQueue, studioQueue } from "./names";
import { pause } from "./pause";
import { Reader, type Take } from "./reader";
import { declareTopology } from "./topology";

/** More would only wait in the connection's buffer, and be in doubt when it breaks. */
const publishesUnderWay = 256;
const againMs = 250;

type ReadFrom = { readonly connection: ChannelModel; readonly broken: (why: unknown) => void };

export class AmqpLink implements BrokerLink {
  readonly #registration: BrokerRegistration;
  readonly #options: LinkOptions;
  readonly #slots = new Slots(publishesUnderWay);
  readonly #readers = new Set<Reader>();
  readonly #publishing: KeptConnection<ConfirmedChannel>;
  #reading: KeptConnection<ReadFrom> | null = null;
  #isDown = false;

  constructor(registration: BrokerRegistration, options: LinkOptions) {
    this.#registration = registration;
    this.#options = options;
    this.#publishing = this.#keep(async (connection, broken) => {
      await declareTopology(connection);
      return ConfirmedChannel.open(connection, broken);
    });
  }

  /** Rejects where the broker refuses now. While it is away, it is done when the first command finds no queue. */
  async prepare(service: string): Promise<void> {
    const channel = this.#publishing.session;
    await channel?.prepare(service).catch((error: unknown) => {
      if (channel === this.#publishing.session) throw error;
    });
  }

  consume(take: Take, bury?: (messages: readonly GivenUp[]) => Promise<void>): () => Promise<void> {
    const readers = [this.#read(studioQueue, take)];
    if (bury)
      readers.push(this.#read(deadQueue, (messages) => bury(messages.flatMap((message) => toGivenUp(message) ?? []))));
    return async () => {
      for (const reader of readers) this.#readers.delete(reader);
      await Promise.all(readers.map((reader) => reader.stop()));
    };
  }

  /** As bad as the worse of its connections. */
  status(): LinkStatus {
    const reading = this.#reading?.status;
    const isReadingWorse = this.#publishing.status.state === "connected" && reading?.state !== "connected";
    return reading && isReadingWorse ? reading : this.#publishing.status;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.stop()));
    await Promise.all([this.#publishing.close(), this.#reading?.close()]);
  }

  /** What waits for a connection, for a route, or for its next try, keeps nobody else from being published. */
  async publish(message: Outgoing, signal: AbortSignal): Promise<Published> {
    let isInDoubt = false;
    for (let returns = 0; ; ) {
      const channel = await this.#publishing.ready(signal);
      const hasSlot = channel !== null && (await this.#slots.take(signal));
      if (channel === null || !hasSlot) return isInDoubt ? "unknown" : "unreachable";
      const sent = await channel.publish(message, signal).finally(() => this.#slots.giveBack());
      if (sent === "stored") return sent;
      if (sent === "in_doubt" || sent === "refused") isInDoubt = true;
      if (sent === "unroutable") await unlessAborted(this.#makeRoute(channel, message), signal);
      // Returned once more, refused, or lost while the connection seems to stand: not at once again.
      if (sent !== "unroutable" || returns++ > 0) await pause(againMs, signal);
    }
  }

  async #makeRoute(channel: ConfirmedChannel, { to }: Outgoing): Promise<void> {
    try {
      await channel.makeRoute(to);
    } catch (error) {
      this.#options.log.warn({ err: error, broker: this.#registration.name, to }, "A message has nowhere to go");
    }
  }

  #read(queue: string, take: Take): Reader {
    const reader = new Reader({ queue, take, log: this.#options.log.child({ broker: this.#registration.name }) });
    this.#readers.add(reader);
    this.#reading ??= this.#keep(async (connection, broken) => {
      await declareTopology(connection);
      await Promise.all([...this.#readers].map((reader) => reader.read(connection, broken)));
      return { connection, broken };
    });
    this.#readMore();
    return reader;
  }

  /** On a connection that stands already. */
  #readMore(): void {
    const from = this.#reading?.session;
    if (from) for (const reader of this.#readers) reader.read(from.connection, from.broken).catch(from.broken);
  }

  #keep<Session>(make: (connection: ChannelModel, broken: (why: unknown) => void) => Promise<Session>) {
    return new KeptConnection({ registration: this.#registration, make, changed: () => this.#changed() });
  }

  #changed(): void {
    this.#readMore();
    const { state, lastError } = this.status();
    const wasDown = this.#isDown;
    this.#isDown = state === "down";
    const broker = this.#registration.name;
    if (state === "connected") this.#options.log.info({ broker }, "Connected to the broker");
    if (!this.#isDown || wasDown) return;
    this.#options.log.warn({ broker, reason: lastError }, "The broker cannot be reached");
    this.#options.onTrouble?.(lastError ?? "");
  }
}

/** Resolves with the signal, too. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const over = new Gate();
  const end = () => over.open();
  work.then(end, end);
  await over.wait(signal);
}
