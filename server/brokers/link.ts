/**
 * What the server asks of a message broker, whichever kind it is: NATS JetStream or AMQP. A link is kept alive: it
 * connects by itself, again and again, and says how it stands.
 */

/** Where a message goes; the link turns it into a subject or an exchange and a routing key. */
export type Destination =
  | { readonly kind: "command"; readonly service: string; readonly command: string }
  | { readonly kind: "event"; readonly source: string; readonly type: string };

/**
 * `id`: the broker may drop a second message of the same id. `body`: a CloudEvent as JSON. `expiresAt`: from then on nobody
 * wants it, and a broker that can drops it; null: never.
 */
export type Outgoing = {
  readonly id: string;
  readonly to: Destination;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly expiresAt: number | null;
};

/**
 * `identity`: what tells it from every other message of the broker, the same whenever it comes; null: nothing does.
 * `deliveries`: how often the broker has handed it out so far, this time included.
 */
export type Incoming = {
  readonly identity: string | null;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly deliveries: number;
};

/** What the broker itself gave up, a command that its participant did not take or an event, and why in one sentence. */
export type GivenUp = Incoming & { readonly of: "command" | "event"; readonly reason: string };

/** Why `take` rejects when some of its messages are durable: only the others are to come again. */
export class NotAllTaken extends Error {
  readonly again: ReadonlySet<Incoming>;

  constructor(again: ReadonlySet<Incoming>, cause: unknown) {
    super(`${again.size} messages could not be taken. ${String(cause)}`, { cause });
    this.name = "NotAllTaken";
    this.again = again;
  }
}

/** Whether a message of a batch that was rejected for this comes again. */
export function comesAgain(error: unknown, message: Incoming): boolean {
  return !(error instanceof NotAllTaken) || error.again.has(message);
}

/**
 * `stored`: the broker has it for good. `unreachable`: it certainly has not. `too_large`: it has not, and never takes one
 * so large. `unknown`: nobody knows; the same id may be sent again.
 */
export type Published = "stored" | "unreachable" | "too_large" | "unknown";

export type LinkStatus = {
  readonly state: "connected" | "connecting" | "down";
  /** Since when, milliseconds since the epoch. */
  readonly since: number;
  readonly lastError: string | null;
};

export interface BrokerLink {
  /** Waits for a connection until the signal ends it. Never rejects. */
  publish(message: Outgoing, signal: AbortSignal): Promise<Published>;
  /** Makes sure that commands to a service are kept until it takes them, also when it was never there. */
  prepare(service: string): Promise<void>;
  /**
   * Hands over replies and events in batches. A batch is acknowledged when `take` resolves, and comes again later when it
   * rejects: with `NotAllTaken` only what that names. `bury` is given what the broker gave up, where a broker does that, in the same way. Answers the way to stop.
   */
  consume(
    take: (messages: readonly Incoming[]) => Promise<void>,
    bury?: (messages: readonly GivenUp[]) => Promise<void>,
  ): () => Promise<void>;
  status(): LinkStatus;
  close(): Promise<void>;
}
