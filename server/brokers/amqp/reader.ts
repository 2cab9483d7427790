/**
 * Reads one queue. What arrives within one turn of the event loop, or while a batch is being taken, is the next batch, so
 * batches grow with the load. A batch is acknowledged when `take` has resolved.
 *
 * What of a batch `take` rejects is kept and offered again, later each time, and meanwhile others are taken. It is not given
 * back: each return counts towards the queue's delivery limit, so that a database that is away for minutes would make
 * dead letters of good replies. The broker hands it to another process when this one ends or loses its connection.
 */
import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import type { Logger } from "../../log";
import { comesAgain, type Incoming } from "../link";
import { toIncoming } from "./incoming";
import { pause } from "./pause";

/** Unacknowledged at once, and the largest batch. */
const most = 200;
const soonestAgainMs = 250;
const latestAgainMs = 5_000;

export type Take = (messages: readonly Incoming[]) => Promise<void>;

type ReaderOptions = {
  readonly queue: string;
  readonly take: Take;
  readonly log: Logger;
};

export class Reader {
  readonly #options: ReaderOptions;
  #isStopped = false;
  #connection: ChannelModel | null = null;
  #reading: Reading | null = null;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Reads until the connection ends; asked again about the same one, it goes on. Rejects what it may not read. */
  async read(connection: ChannelModel, broken: (why: unknown) => void): Promise<void> {
    if (this.#isStopped || this.#connection === connection) return;
    this.#connection = connection;
    const { queue } = this.#options;
    const channel = await connection.createChannel();
    const reading = new Reading(channel, this.#options);
    this.#reading = reading;
    channel.on("error", broken);
    channel.on("close", () => reading.end());
    await channel.prefetch(most);
    await channel.consume(queue, (message) => {
      if (message) reading.arrived([{ message, failures: 0 }]);
      else broken(new Error(`The queue ${queue} was deleted`));
    });
    if (this.#isStopped) await reading.close();
  }

  /** Lets the batch under way end; what was not acknowledged then is for others. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#reading?.close();
  }
}

/** `failures`: how often it was offered in vain. */
type Held = { readonly message: ConsumeMessage; readonly failures: number };

/** Of one channel, until it closes. */
class Reading {
  readonly #channel: Channel;
  readonly #options: ReaderOptions;
  readonly #over = new AbortController();
  #waiting: Held[] = [];
  #taking: Promise<void> | null = null;

  constructor(channel: Channel, options: ReaderOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  arrived(held: readonly Held[]): void {
    this.#waiting.push(...held);
    this.#taking ??= this.#takeAll().finally(() => {
      this.#taking = null;
    });
  }

  /** The channel is gone: what was not acknowledged goes to others. */
  end(): void {
    this.#over.abort();
  }

  async close(): Promise<void> {
    const isOpen = !this.#over.signal.aborted;
    this.#over.abort();
    await this.#taking;
    if (isOpen) await this.#channel.close().catch(() => {});
  }

  async #takeAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#over.signal.aborted) await this.#takeBatch(this.#waiting.splice(0, most));
  }

  async #takeBatch(batch: readonly Held[]): Promise<void> {
    const incoming = new Map(batch.map((held) => [held, toIncoming(held.message, held.failures)] as const));
    try {
      await this.#options.take([...incoming.values()]);
      this.#acknowledge(batch);
    } catch (error) {
      const { queue, log } = this.#options;
      log.warn({ err: error, queue, messages: batch.length }, "Messages could not be taken; they come again");
      const isAgain = (held: Held) => comesAgain(error, incoming.get(held) as Incoming);
      this.#acknowledge(batch.filter((held) => !isAgain(held)));
      void this.#again(batch.filter(isAgain));
    }
  }

  async #again(batch: readonly Held[]): Promise<void> {
    const failures = Math.max(...batch.map((held) => held.failures));
    await pause(Math.min(latestAgainMs, soonestAgainMs * 2 ** failures), this.#over.signal);
    if (!this.#over.signal.aborted) this.arrived(batch.map((held) => ({ ...held, failures: held.failures + 1 })));
  }

  #acknowledge(batch: readonly Held[]): void {
    try {
      for (const { message } of batch) this.#channel.ack(message);
    } catch {
      // The channel closed meanwhile; they come again, and count once.
    }
  }
}
