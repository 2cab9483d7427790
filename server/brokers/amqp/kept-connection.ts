/**
 * A connection that is kept alive, and what was made on it. It is always in one of these modes:
 *
 * - connecting: from the start, until the first connection stands or fails;
 * - connected: `make` has resolved, its session is handed out;
 * - blocked: connected, but the broker is short of memory or disk and takes no message: no session is handed out;
 * - down: the last try failed or the connection ended; it is tried again, at first soon, then every five seconds;
 * - closed: by `close`, and for ever.
 *
 * A connection is never mended, only replaced: a channel that broke takes its connection along. So the name is looked up
 * and its address judged anew each time, and there is one way only in which things are made.
 */
import type { ChannelModel } from "amqplib";
import type { LinkStatus } from "../link";
import type { BrokerRegistration } from "../registration";
import { connectAmqp } from "./connect";
import { Gate } from "./gate";
import { pause } from "./pause";
import { troubleOf } from "./trouble";

const soonestMs = 250;
const latestMs = 5_000;
/** Queues are declared within this; a cluster without its majority would let us wait for ever. */
const makeMs = 15_000;
const closeMs = 1_000;

/** `broken`: told once by whatever finds that the connection is of no use any more. */
export type Make<Session> = (connection: ChannelModel, broken: (why: unknown) => void) => Promise<Session>;

export type KeptConnectionOptions<Session> = {
  readonly registration: BrokerRegistration;
  readonly make: Make<Session>;
  readonly changed: () => void;
};

export class KeptConnection<Session> {
  readonly #options: KeptConnectionOptions<Session>;
  readonly #closing = new AbortController();
  readonly #gate = new Gate();
  readonly #running: Promise<void>;
  #session: Session | null = null;
  #isBlocked = false;
  #failures = 0;
  #status: LinkStatus = { state: "connecting", since: Date.now(), lastError: null };

  constructor(options: KeptConnectionOptions<Session>) {
    this.#options = options;
    this.#running = this.#run();
  }

  get status(): LinkStatus {
    return this.#status;
  }

  /** Null while it is not connected. */
  get session(): Session | null {
    return this.#session;
  }

  /** One that messages can be given to; null when the signal comes first, or the end. */
  async ready(signal: AbortSignal): Promise<Session | null> {
    const isOver = () => signal.aborted || this.#closing.signal.aborted;
    while ((!this.#session || this.#isBlocked) && !isOver()) await this.#gate.wait(signal);
    return isOver() ? null : this.#session;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#gate.open();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const why = await this.#live();
      if (signal.aborted) return;
      this.#is("down", troubleOf(why, this.#options.registration).message);
      const longest = Math.min(latestMs, soonestMs * 2 ** this.#failures);
      this.#failures += 1;
      // Processes that lost the same broker do not come back as one.
      await pause(longest * (0.5 + Math.random() / 2), signal);
    }
  }

  /** One connection, from its making to its end; answers what ended it. */
  async #live(): Promise<unknown> {
    const life = new AbortController();
    const socket = new AbortController();
    const over = AbortSignal.any([life.signal, this.#closing.signal]);
    let connection: ChannelModel | null = null;
    try {
      connection = await unlessOver(over, connectAmqp(this.#options.registration, socket.signal));
      this.#watch(connection, (why) => life.abort(why));
      const inTime = AbortSignal.any([over, AbortSignal.timeout(makeMs)]);
      this.#session = await unlessOver(
        inTime,
        this.#options.make(connection, (why) => life.abort(why)),
      );
      this.#stands();
      return await unlessOver(over, new Promise<never>(() => {}));
    } catch (error) {
      return error;
    } finally {
      this.#session = null;
      this.#isBlocked = false;
      if (connection) await closed(connection);
      socket.abort();
    }
  }

  #watch(connection: ChannelModel, end: (why: unknown) => void): void {
    connection.on("error", end);
    connection.on("close", (error?: Error) => {
      // At once: whoever finds a message in doubt now must not be handed this session again.
      this.#session = null;
      end(error ?? new Error("The connection was closed"));
    });
    connection.on("blocked", (reason: string) => {
      this.#isBlocked = true;
      this.#is("down", `The broker takes no messages now: ${reason}`);
    });
    connection.on("unblocked", () => {
      this.#isBlocked = false;
      this.#stands();
    });
  }

  #stands(): void {
    this.#failures = 0;
    if (this.#isBlocked) return;
    this.#is("connected", this.#status.lastError);
    this.#gate.open();
  }

  #is(state: LinkStatus["state"], lastError: string | null): void {
    const since = state === this.#status.state ? this.#status.since : Date.now();
    this.#status = { state, since, lastError };
    this.#options.changed();
  }
}

/** Says goodbye; a broker that does not answer is left without. */
async function closed(connection: ChannelModel): Promise<void> {
  const answered = new AbortController();
  const closing = connection.close().catch(() => {});
  await Promise.race([closing, pause(closeMs, answered.signal)]);
  answered.abort();
}

/** What the promise brings, or throws why it is over. */
function unlessOver<T>(over: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(over.reason);
    if (over.aborted) end();
    over.addEventListener("abort", end, { once: true });
    promise.then(resolve, reject).finally(() => over.removeEventListener("abort", end));
  });
}
