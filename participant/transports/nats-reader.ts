import type { Consumer, ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import type { Incoming, Take } from "./message";

/** JetStream hands a message to somebody else when it hears nothing for so long. */
export const ackWaitMs = 30_000;

/**
 * Reads one consumer, a few messages at a time. What has arrived and waits for a free hand is kept alive; on `stop` it is
 * given back, and what is in hand is finished.
 */
export class NatsReader {
  readonly #take: Take;
  readonly #concurrency: number;
  readonly #inHand = new Map<JsMsg, Promise<void>>();
  #waiting: JsMsg[] = [];
  #messages: ConsumerMessages | null = null;
  #isStopped = false;

  constructor(take: Take, concurrency: number) {
    this.#take = take;
    this.#concurrency = concurrency;
  }

  /** Resolves after `stop`; rejects when there is nothing to read any more. */
  async read(consumer: Consumer): Promise<void> {
    if (this.#isStopped) return;
    const pulse = setInterval(() => this.#keepAlive(), ackWaitMs / 3);
    try {
      this.#messages = await consumer.consume({
        max_messages: this.#concurrency,
        callback: (message) => this.#arrived(message),
        abort_on_missing_resource: true,
      });
      if (this.#isStopped) await this.#messages.close();
      const ended = await this.#messages.closed();
      if (ended instanceof Error) throw ended;
    } finally {
      clearInterval(pulse);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#messages?.close();
    for (const message of this.#waiting.splice(0)) say(() => message.nak());
    while (this.#inHand.size > 0) await Promise.all(this.#inHand.values());
  }

  #arrived(message: JsMsg): void {
    if (this.#isStopped) return say(() => message.nak());
    this.#waiting.push(message);
    this.#fill();
  }

  #fill(): void {
    while (this.#inHand.size < this.#concurrency) {
      const message = this.#waiting.shift();
      if (!message) return;
      const handling = this.#handle(message).finally(() => {
        this.#inHand.delete(message);
        this.#fill();
      });
      this.#inHand.set(message, handling);
    }
  }

  async #handle(message: JsMsg): Promise<void> {
    const verdict = await this.#take(toIncoming(message));
    // What cannot be said, because the connection is gone, need not be: the message comes again, and is known.
    if (verdict.kind === "taken") await message.ackAck().catch(() => {});
    else if (verdict.kind === "again") say(() => message.nak(verdict.afterMs));
    // Not with the reason: a server before 2.10 does not know that word.
    else say(() => message.term());
  }

  #keepAlive(): void {
    for (const message of [...this.#inHand.keys(), ...this.#waiting]) say(() => message.working());
  }
}

function say(what: () => void): void {
  try {
    what();
  } catch {
    // The connection has been closed.
  }
}

function toIncoming(message: JsMsg): Incoming {
  const headers: Record<string, string> = {};
  for (const [name, values] of message.headers ?? []) headers[name.toLowerCase()] = values.at(-1) ?? "";
  return { body: message.string(), headers, deliveries: message.info.deliveryCount };
}
