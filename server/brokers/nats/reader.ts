/**
 * One reader of events. What arrives while a batch is being taken is the next batch, so batches grow with the load and a
 * lonely message waits for nothing. Nothing is acknowledged before `take` has resolved; when it rejects, what it could not
 * take comes again, later each time.
 *
 * A reader is idle until `read`, reads one connection until that ends, and is idle again; `stop` lets the batch under way
 * end, and gives the rest back at once.
 */
import type { ConsumerMessages, JetStreamClient, JsMsg } from "@nats-io/jetstream";
import { errors } from "@nats-io/transport-node";
import type { Logger } from "../../log";
import { comesAgain, type Incoming } from "../link";
import { ackWaitMs, eventsStream, studioConsumer } from "./names";

const mostInHand = 500;
/** Each batch is one commit. */
const mostAtOnce = 250;
const againMs = 1_000;
const latestAgainMs = 30_000;
/** JetStream hands a message to somebody else when it hears nothing for `ackWaitMs`. */
const stillWorkingMs = ackWaitMs / 3;
/** A batch that takes longer hangs: it is left to whoever JetStream hands it to next. */
const longestBatchMs = 60_000;

export class Reader {
  readonly #take: (messages: readonly Incoming[]) => Promise<void>;
  readonly #log: Logger;
  #waiting: JsMsg[] = [];
  #inHand: readonly JsMsg[] = [];
  #inHandSince = 0;
  #taking: Promise<void> | null = null;
  #messages: ConsumerMessages | null = null;
  #isStopped = false;

  constructor(take: (messages: readonly Incoming[]) => Promise<void>, log: Logger) {
    this.#take = take;
    this.#log = log;
  }

  /** Resolves when the connection has ended, or `stop` was called; rejects when there is nothing to read any more. */
  async read(client: JetStreamClient): Promise<void> {
    const pulse = setInterval(() => this.#sayWorking(), stillWorkingMs);
    try {
      const consumer = await client.consumers.get(eventsStream, studioConsumer);
      if (this.#isStopped) return;
      this.#messages = await consumer.consume({
        max_messages: mostInHand,
        callback: (message) => this.#arrived(message),
        abort_on_missing_resource: true,
      });
      const ended = await this.#messages.closed();
      if (ended instanceof Error) throw ended;
    } finally {
      clearInterval(pulse);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#messages?.close();
    for (const message of this.#waiting.splice(0)) say(message, (each) => each.nak());
    await this.#taking;
  }

  #arrived(message: JsMsg): void {
    if (this.#isStopped) return say(message, (each) => each.nak());
    this.#waiting.push(message);
    this.#taking ??= this.#takeAll().finally(() => {
      this.#taking = null;
    });
  }

  async #takeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostAtOnce);
      this.#inHand = batch;
      this.#inHandSince = performance.now();
      await this.#takeBatch(batch);
      this.#inHand = [];
    }
  }

  async #takeBatch(batch: readonly JsMsg[]): Promise<void> {
    const incoming = new Map(batch.map((message) => [message, toIncoming(message)] as const));
    try {
      await this.#take([...incoming.values()]);
      for (const message of batch) say(message, (each) => each.ack());
    } catch (error) {
      this.#log.warn({ err: error, messages: batch.length }, "Messages could not be taken; they come again");
      for (const [message, given] of incoming)
        say(message, (each) => (comesAgain(error, given) ? each.nak(delayOf(each)) : each.ack()));
    }
  }

  #sayWorking(): void {
    if (this.#inHand.length > 0 && performance.now() - this.#inHandSince > longestBatchMs) return;
    for (const message of [...this.#inHand, ...this.#waiting]) say(message, (each) => each.working());
  }
}

/** What cannot be said, because the connection is gone, need not be: the message comes again, and is known. */
function say(message: JsMsg, what: (message: JsMsg) => void): void {
  try {
    what(message);
  } catch (error) {
    if (!(error instanceof errors.ClosedConnectionError)) throw error;
  }
}

function delayOf({ info }: JsMsg): number {
  return Math.min(latestAgainMs, againMs * 2 ** Math.min(info.deliveryCount - 1, 10));
}

/** A stream that is made anew counts from 1 again, but no message of it is from the same moment. */
function identityOf({ info, timestampNanos }: JsMsg): string {
  return `${info.stream} ${info.streamSequence} ${timestampNanos}`;
}

function toIncoming(message: JsMsg): Incoming {
  const headers: Record<string, string> = {};
  for (const [name, values] of message.headers ?? []) headers[name] = values.at(-1) ?? "";
  return {
    identity: identityOf(message),
    address: message.subject,
    headers,
    body: Buffer.from(message.data),
    deliveries: message.info.deliveryCount,
  };
}
