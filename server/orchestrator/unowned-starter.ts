import type pg from "pg";
import { limits } from "@/engine/limits";
import type { Logger } from "../log";
import { workChannel } from "./channels";
import { abandon, connect } from "./connection";
import type { Notifier } from "./notifier";
import type { StartAnswer, StartRequest } from "./orchestrator";
import type { Sagas } from "./sagas";
import { Starter } from "./starter";
import type { Subscriptions } from "./subscriptions";
import { noStats, type OnMoved, type WorkerPort, type WorkerReport } from "./worker-port";

export type UnownedOptions = {
  readonly url: string;
  readonly log: Logger;
  readonly sagas: Sagas;
  readonly notifier: Notifier;
  readonly subscriptions: Subscriptions;
  readonly onMoved: OnMoved;
};

/** In place of a worker, in a process without one: runs are begun here and left for any worker to take. */
export class UnownedStarter implements WorkerPort {
  readonly #options: UnownedOptions;
  #connecting: Promise<{ readonly client: pg.Client; readonly starter: Starter }> | null = null;
  #started = 0;
  #stopped = false;

  constructor(options: UnownedOptions) {
    this.#options = options;
  }

  async start(requests: readonly StartRequest[]): Promise<readonly StartAnswer[]> {
    if (this.#stopped) throw new Error("The server is stopping");
    const { starter } = await this.#connected();
    if (starter.waiting >= limits.startsWaiting) throw new Error("There is too much to do");
    return Promise.all(requests.map((request) => starter.start(request)));
  }

  nudge(): void {
    this.#options.notifier.send({ channel: workChannel, payload: "" });
  }

  serviceChanged(): void {}

  subscriptionsChanged(): void {}

  report(): WorkerReport {
    const stats = { ...noStats, started: this.#started };
    return { stats, health: { ok: true, detail: "other processes work" }, services: {} };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const connected = await this.#connecting?.catch(() => null);
    await connected?.client.end();
  }

  #connected() {
    this.#connecting ??= this.#connect().catch((error) => {
      this.#connecting = null;
      throw error;
    });
    return this.#connecting;
  }

  async #connect() {
    const { url, sagas, subscriptions, onMoved } = this.#options;
    const failed = () => {
      this.#connecting = null;
      abandon(client);
    };
    const client = await connect({ url, name: "saga-studio starts" }, failed);
    const begun: ConstructorParameters<typeof Starter>[0]["begun"] = (runs) => {
      this.#started += runs.length;
      onMoved(runs.map(({ state }) => ({ run: state.id, seq: state.seq })));
      this.nudge();
    };
    const out = { wishes: () => subscriptions.list, posted: () => this.nudge() };
    return { client, starter: new Starter({ client, incarnation: null, sagas, failed, begun, ...out }) };
  }
}
