/**
 * A link to NATS JetStream. It is always in one of these modes:
 *
 * - connecting: from the start, until the first connection stands or fails;
 * - connected: streams and consumers are there, publishes go out, each consumer of `consume` reads;
 * - down: the last try failed or the connection ended; it is tried again, at first soon, then every five seconds;
 * - closed: by `close`, and for ever.
 *
 * A connection is never mended, only replaced, so that its name is looked up and its address judged anew (`connectNats`).
 * What a publish may not forget is kept by whoever publishes: it waits here until the link is connected, and when an
 * acknowledgement is lost it is published again under the same id, which JetStream stores once.
 */
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { BrokerLink, Incoming, LinkStatus, Outgoing, Published } from "../link";
import type { BrokerRegistration, LinkOptions } from "../registration";
import { Slots } from "../slots";
import { connectNats } from "./connect";
import { provision, provisionService } from "./provision";
import { publishOnce } from "./publish-once";
import { Reader } from "./reader";
import { troubleOf } from "./trouble";

const connectMs = 5_000;
const requestMs = 5_000;
const soonestMs = 250;
const latestMs = 5_000;
/** A connection that has stood so long is worth coming back to at once. */
const steadyMs = 10_000;
const lastWordsMs = 1_000;
/** More would only wait in the connection's buffer, and be in doubt when it breaks. */
const publishesUnderWay = 256;

type Connection = { readonly nc: NatsConnection; readonly client: JetStreamClient; readonly manager: JetStreamManager };

/** Ends a connection that something was lost on, so that the next one finds out what, and makes it anew. */
const drop = ({ nc }: Connection) => void nc.close().catch(() => {});

export class NatsLink implements BrokerLink {
  readonly #registration: BrokerRegistration;
  readonly #options: LinkOptions;
  readonly #services = new Set<string>();
  readonly #readers = new Set<Reader>();
  readonly #slots = new Slots(publishesUnderWay);
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #provisioning: Promise<void> | null = null;
  #newest: NatsConnection | null = null;
  #connection: Connection | null = null;
  readonly #waiting = new Set<() => void>();
  #status: LinkStatus = { state: "connecting", since: Date.now(), lastError: null };

  constructor(registration: BrokerRegistration, options: LinkOptions) {
    this.#registration = registration;
    this.#options = options;
    this.#running = this.#run();
  }

  /** Remembered, so that each later connection sees to it as well. */
  async prepare(service: string): Promise<void> {
    if (this.#services.has(service)) return;
    this.#services.add(service);
    if (this.#connection) await this.#prepare(this.#connection.manager, service);
  }

  consume(take: (messages: readonly Incoming[]) => Promise<void>): () => Promise<void> {
    const reader = new Reader(take, this.#options.log.child({ broker: this.#registration.name }));
    this.#readers.add(reader);
    if (this.#connection) this.#read(reader, this.#connection);
    return async () => {
      this.#readers.delete(reader);
      await reader.stop();
    };
  }

  status(): LinkStatus {
    return this.#status;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await Promise.all([...this.#readers].map((reader) => reader.stop()));
    await this.#endNewest();
    await this.#running;
  }

  /** What was said last, acknowledgements above all, goes out first. */
  async #endNewest(): Promise<void> {
    const nc = this.#newest;
    const said = nc?.flush().catch(() => {});
    await Promise.race([said, new Promise((resolve) => setTimeout(resolve, lastWordsMs).unref())]);
    await nc?.close().catch(() => {});
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      let stoodAt = Number.POSITIVE_INFINITY;
      const ended = await this.#live(() => {
        stoodAt = performance.now();
      });
      if (this.#closing.signal.aborted) return;
      this.#down(ended);
      if (performance.now() - stoodAt > steadyMs) failures = 0;
      const longest = Math.min(latestMs, soonestMs * 2 ** failures);
      failures += 1;
      // Processes that lost the same broker do not come back as one.
      await this.#pause(longest * (0.5 + Math.random() / 2));
    }
  }

  /** One connection, from its making to its end; answers what ended it. */
  async #live(stands: () => void): Promise<unknown> {
    let nc: NatsConnection | null = null;
    try {
      nc = await connectNats(this.#registration, connectMs);
      this.#newest = nc;
      const closed = nc.closed();
      const options = { timeout: requestMs };
      const manager = await jetstreamManager(nc, options);
      await this.#provision(manager);
      if (this.#closing.signal.aborted) return undefined;
      const client = jetstream(nc, options);
      this.#connected({ nc, client, manager });
      stands();
      return await closed;
    } catch (error) {
      return error;
    } finally {
      this.#connection = null;
      await nc?.close().catch(() => {});
    }
  }

  /** Whoever may not make consumers may still publish: the stream keeps what nobody reads yet. */
  async #prepare(manager: JetStreamManager, service: string): Promise<void> {
    try {
      await provisionService(manager, service);
    } catch (error) {
      const { message } = troubleOf(error, this.#registration);
      const broker = this.#registration.name;
      this.#options.log.warn({ broker, service, reason: message }, "A service's consumer could not be made");
    }
  }

  #connected(connection: Connection): void {
    this.#connection = connection;
    this.#status = { state: "connected", since: Date.now(), lastError: this.#status.lastError };
    this.#options.log.info({ broker: this.#registration.name }, "Connected to the broker");
    for (const reader of this.#readers) this.#read(reader, connection);
    this.#wake();
  }

  #read(reader: Reader, connection: Connection): void {
    reader.read(connection.client).catch((error: unknown) => {
      this.#options.log.warn({ err: error, broker: this.#registration.name }, "Events cannot be read");
      drop(connection);
    });
  }

  #down(error: unknown): void {
    const { message } = troubleOf(error, this.#registration);
    const wasDown = this.#status.state === "down";
    this.#status = { state: "down", since: wasDown ? this.#status.since : Date.now(), lastError: message };
    if (wasDown) return;
    this.#options.log.warn({ broker: this.#registration.name, reason: message }, "The broker cannot be reached");
    this.#options.onTrouble?.(message);
  }

  /** What waits for a connection, or for its next try, keeps nobody else from being published. */
  async publish(message: Outgoing, signal: AbortSignal): Promise<Published> {
    let isInDoubt = false;
    for (;;) {
      const connection = await this.#whenConnected(signal);
      const hasSlot = connection !== null && (await this.#slots.take(signal));
      if (connection === null || !hasSlot) return isInDoubt ? "unknown" : "unreachable";
      const sent = await publishOnce(connection, message, signal).finally(() => this.#slots.giveBack());
      if (sent === "stored" || sent === "too_large") return sent;
      if (sent === "in_doubt") isInDoubt = true;
      if (sent === "no_stream") this.#makeStreams(connection);
      await this.#pause(soonestMs, signal);
    }
  }

  /** Those that somebody deleted, on the connection that stands, in one try for all who miss them. */
  #makeStreams({ manager }: Connection): void {
    this.#provisioning ??= this.#provision(manager)
      .catch((error: unknown) => {
        const { message } = troubleOf(error, this.#registration);
        this.#options.log.warn({ broker: this.#registration.name, reason: message }, "The streams cannot be made");
      })
      .finally(() => {
        this.#provisioning = null;
      });
  }

  async #provision(manager: JetStreamManager): Promise<void> {
    await provision(manager);
    for (const service of this.#services) await this.#prepare(manager, service);
  }

  /** Null when the signal comes first. */
  async #whenConnected(signal: AbortSignal): Promise<Connection | null> {
    const isOver = () => signal.aborted || this.#closing.signal.aborted;
    while (!this.#connection && !isOver()) await this.#wait(signal);
    return isOver() ? null : this.#connection;
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  #pause(ms: number, signal: AbortSignal = this.#closing.signal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
