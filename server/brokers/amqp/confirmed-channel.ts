/**
 * The channel that messages leave by. The broker confirms each one when a majority of the queue's members has it on disk;
 * one that no queue wants it first returns, and confirms it then.
 */
import type { ChannelModel, ConfirmChannel } from "amqplib";
import type { Destination, Outgoing } from "../link";
import { Gate } from "./gate";
import { routeOf } from "./names";
import { declareService, declareTopology } from "./topology";

/** `unroutable`: no queue wanted it, so it is nowhere. `refused`: a queue could not take it. `in_doubt`: nobody knows. */
export type Sent = "stored" | "unroutable" | "refused" | "in_doubt" | "not_sent";

export class ConfirmedChannel {
  readonly #connection: ChannelModel;
  readonly #channel: ConfirmChannel;
  readonly #prepared = new Map<string, { readonly declared: Promise<void>; readonly isDone: boolean }>();
  /** Ids that were returned and not confirmed yet; how often, for an id may be under way twice. */
  readonly #returned = new Map<string, number>();
  readonly #drained = new Gate();
  #isFull = false;

  static async open(connection: ChannelModel, broken: (why: unknown) => void): Promise<ConfirmedChannel> {
    const channel = await connection.createConfirmChannel();
    channel.on("error", broken);
    channel.on("close", () => broken(new Error("The channel was closed")));
    return new ConfirmedChannel(connection, channel);
  }

  private constructor(connection: ChannelModel, channel: ConfirmChannel) {
    this.#connection = connection;
    this.#channel = channel;
    channel.on("return", ({ properties }) => this.#note(String(properties.messageId), 1));
    channel.on("close", () => this.#writable());
    channel.on("drain", () => this.#writable());
  }

  /** Declared once on this connection; `again`: it has turned out to be missing. */
  prepare(service: string, again = false): Promise<void> {
    const known = this.#prepared.get(service);
    if (known && !(again && known.isDone)) return known.declared;
    const entry = { declared: declareService(this.#connection, service), isDone: false };
    this.#prepared.set(service, entry);
    entry.declared.then(
      () => Object.assign(entry, { isDone: true }),
      () => this.#prepared.delete(service),
    );
    return entry.declared;
  }

  /** A place for what was returned. */
  makeRoute(to: Destination): Promise<void> {
    return to.kind === "command" ? this.prepare(to.service, true) : declareTopology(this.#connection);
  }

  async publish(message: Outgoing, signal: AbortSignal): Promise<Sent> {
    while (this.#isFull && !signal.aborted) await this.#drained.wait(signal);
    if (signal.aborted) return "not_sent";
    return new Promise((resolve) => {
      const leave = () => resolve("in_doubt");
      const done = (sent: Sent) => {
        signal.removeEventListener("abort", leave);
        resolve(sent);
      };
      signal.addEventListener("abort", leave, { once: true });
      const isSent = this.#send(message, (error) => done(error ? this.#failed(error) : this.#confirmed(message.id)));
      if (!isSent) done("not_sent");
    });
  }

  /** False when the channel is closed already. */
  #send({ id, to, headers, body, expiresAt }: Outgoing, confirmed: (error: unknown) => void): boolean {
    const { exchange, key } = routeOf(to);
    const options = {
      messageId: id,
      contentType: "application/cloudevents+json",
      persistent: true,
      mandatory: true,
      headers: { ...headers },
      ...(expiresAt === null ? {} : { expiration: String(Math.max(0, Math.ceil(expiresAt - Date.now()))) }),
    };
    try {
      this.#isFull = !this.#channel.publish(exchange, key, Buffer.from(body), options, confirmed);
      return true;
    } catch {
      return false;
    }
  }

  #confirmed(id: string): Sent {
    if (!this.#returned.has(id)) return "stored";
    this.#note(id, -1);
    return "unroutable";
  }

  #note(id: string, change: 1 | -1): void {
    const count = (this.#returned.get(id) ?? 0) + change;
    if (count > 0) this.#returned.set(id, count);
    else this.#returned.delete(id);
  }

  #failed(error: unknown): Sent {
    return error instanceof Error && error.message === "message nacked" ? "refused" : "in_doubt";
  }

  #writable(): void {
    this.#isFull = false;
    this.#drained.open();
  }
}
