import type pg from "pg";
import type { Logger } from "../log";
import { abandon, connect } from "./connection";
import { notify } from "./sql/notify";

export type Notice = { readonly channel: string; readonly payload: string };

/**
 * NOTIFY on a connection of its own, everything that waits in one statement, after the commit it tells of. A notice may
 * be lost: whoever listens also polls.
 */
export class Notifier {
  readonly #options: { readonly url: string; readonly name: string; readonly log: Logger };
  #client: pg.Client | null = null;
  #waiting: Notice[] = [];
  #busy = false;
  #stopped = false;

  constructor(options: { readonly url: string; readonly name: string; readonly log: Logger }) {
    this.#options = options;
  }

  send(notice: Notice): void {
    if (this.#stopped) return;
    this.#waiting.push(notice);
    if (!this.#busy) void this.#drain();
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
    if (this.#client) abandon(this.#client);
    this.#client = null;
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const notices = this.#waiting;
      this.#waiting = [];
      try {
        await notify(await this.#connection(), notices);
      } catch (error) {
        if (this.#stopped) return;
        this.#options.log.warn({ err: error }, "A NOTIFY was lost");
        if (this.#client) abandon(this.#client);
        this.#client = null;
      }
    }
    this.#busy = false;
  }

  async #connection(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const { url, name } = this.#options;
    const client = await connect({ url, name, relaxed: true }, () => {
      if (this.#client === client) this.#client = null;
    });
    if (this.#stopped) {
      abandon(client);
      throw new Error("Stopped meanwhile");
    }
    this.#client = client;
    return client;
  }
}
