import type pg from "pg";
import type { Logger } from "../log";
import { abandon, connect } from "./connection";

const retryMs = 500;
const checkMs = 10_000;

export type ListenerOptions = {
  readonly url: string;
  readonly name: string;
  readonly log: Logger;
  readonly heard: (channel: string, payload: string) => void;
  /** The connection is there, or there again: whatever was said meanwhile is lost, so look. */
  readonly connected: () => void;
};

/** LISTEN on a connection of its own that comes back by itself, and finds out when it is dead without saying so. */
export class Listener {
  readonly #options: ListenerOptions;
  #channels: readonly string[] = [];
  #client: pg.Client | null = null;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;
  #connecting: Promise<void> | null = null;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** From now on these channels, and only these. */
  async listen(channels: readonly string[]): Promise<void> {
    this.#channels = channels;
    if (this.#client) await this.#subscribe(this.#client).catch((error) => this.#lost(error));
    else await this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#client) abandon(this.#client);
    this.#client = null;
  }

  /** One at a time: a rejoining worker and the retry timer may both ask. */
  #connect(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  async #open(): Promise<void> {
    const { url, name, heard } = this.#options;
    try {
      const client = await connect({ url, name }, (error) => this.#lost(error));
      if (this.#stopped || this.#client) return abandon(client);
      this.#client = client;
      client.on("notification", ({ channel, payload }) => heard(channel, payload ?? ""));
      await this.#subscribe(client);
      this.#check(client);
      this.#options.connected();
    } catch (error) {
      this.#lost(error);
    }
  }

  async #subscribe(client: pg.Client): Promise<void> {
    const channels = this.#channels;
    await client.query(["unlisten *", ...channels.map((channel) => `listen ${channel}`)].join("; "));
    // Asked for others meanwhile.
    if (channels !== this.#channels) await this.#subscribe(client);
  }

  /** A half-open connection says nothing: a statement that is not answered in time ends it. */
  #check(client: pg.Client): void {
    this.#timer = setTimeout(() => {
      client.query("select 1").then(
        () => this.#client === client && this.#check(client),
        (error) => this.#client === client && this.#lost(error),
      );
    }, checkMs);
    this.#timer.unref();
  }

  #lost(error: unknown): void {
    if (this.#stopped) return;
    this.#options.log.warn({ err: error }, "The LISTEN connection was lost; polling goes on");
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#client) abandon(this.#client);
    this.#client = null;
    this.#timer = setTimeout(() => void this.#connect(), retryMs);
    this.#timer.unref();
  }
}
