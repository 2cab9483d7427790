/**
 * A worker: one session after another. It joins, works until the session is over, deletes the row of the one before,
 * which waits for a statement still under way on it, and joins anew under an incarnation that was never used.
 *
 * It owns what outlives a session: caches, lines in front of services, LISTEN and NOTIFY, the archiver, the deliverer.
 */

import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { limits } from "@/engine/limits";
import { systemClock } from "../clock";
import type { Logger } from "../log";
import { Archiver } from "./archiver";
import { movedChannel, toMovedPayload, workChannel, workerChannel } from "./channels";
import { abandon, connect, createReadPool } from "./connection";
import { Deliverer, type DeliveryTimes } from "./deliverer";
import { DeliveryPurger } from "./delivery-purger";
import { Dispatch } from "./dispatch";
import { EarlyExpirer } from "./early-expirer";
import { Listener } from "./listener";
import { Moves } from "./moves";
import { Notifier } from "./notifier";
import type { OrchestratorStats, StartAnswer, StartRequest } from "./orchestrator";
import { Sagas } from "./sagas";
import { Services } from "./services";
import { Session } from "./session";
import { leave } from "./sql/worker";
import { Subscriptions } from "./subscriptions";
import type { Outside } from "./transports/create";
import type { OnMoved, WorkerPort, WorkerReport } from "./worker-port";

const rejoinMs = { first: 100, most: 2_000 };

export type WorkerOptions = {
  readonly url: string;
  readonly secretKey: string;
  readonly log: Logger;
  readonly capacity: number;
  readonly retentionDays: number | null;
  readonly outside: Outside;
  readonly deliveries?: Partial<DeliveryTimes>;
  /** Names this process in notices, so that it can pass over its own. */
  readonly process: string;
  readonly onMoved: OnMoved;
};

export class Worker implements WorkerPort {
  readonly #options: WorkerOptions;
  readonly #pool: pg.Pool;
  readonly #sagas: Sagas;
  readonly #services: Services;
  readonly #dispatch: Dispatch;
  readonly #moves: Moves;
  readonly #notifier: Notifier;
  readonly #listener: Listener;
  readonly #archiver: Archiver | null;
  readonly #subscriptions: Subscriptions;
  readonly #deliverer: Deliverer;
  readonly #purger: DeliveryPurger;
  readonly #expirer: EarlyExpirer;
  #session: Session | null = null;
  #incarnations = 0;
  #before = { flushes: 0, events: 0, started: 0, ended: 0 };
  #stopping = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: WorkerOptions) {
    const { url, log, secretKey, retentionDays, outside, deliveries = {} } = options;
    this.#options = options;
    this.#pool = createReadPool(url, "saga-studio reads", 2);
    this.#sagas = new Sagas(this.#pool);
    this.#services = new Services({ pool: this.#pool, secretKey, log });
    this.#dispatch = new Dispatch(this.#services, outside.transport);
    this.#notifier = new Notifier({ url, name: "saga-studio notify", log });
    this.#moves = new Moves((moved) => {
      options.onMoved(moved);
      this.#notifier.send({ channel: movedChannel, payload: toMovedPayload(options.process, moved) });
    });
    const nudge = () => this.nudge();
    this.#listener = new Listener({ url, name: "saga-studio listen", log, heard: nudge, connected: nudge });
    this.#archiver = retentionDays === null ? null : new Archiver({ url, log, days: retentionDays });
    const subscriptions = new Subscriptions({ pool: this.#pool, secretKey, log });
    this.#subscriptions = subscriptions;
    this.#deliverer = new Deliverer({ url, log, subscriptions, findLink: outside.findLink, times: deliveries });
    this.#purger = new DeliveryPurger({ url, log });
    this.#expirer = new EarlyExpirer({ url, log });
  }

  /** Resolves once the first session works; rejects when the database cannot be reached now. */
  async begin(): Promise<void> {
    await this.#subscriptions.begin();
    const session = await this.#join();
    this.#loop = this.#work(session);
    this.#archiver?.start();
    this.#deliverer.start();
    this.#purger.start();
    this.#expirer.start();
  }

  async start(requests: readonly StartRequest[]): Promise<readonly StartAnswer[]> {
    const session = this.#session;
    if (!session?.isWorking) throw new Error("The worker is not ready");
    const { runs, starts } = session.load;
    if (runs + starts >= this.#options.capacity || starts >= limits.startsWaiting)
      throw new Error("There is too much to do");
    return Promise.all(requests.map((request) => session.start(request)));
  }

  nudge(): void {
    this.#session?.nudge();
  }

  serviceChanged(): void {
    this.#services.invalidate();
  }

  subscriptionsChanged(): void {
    void this.#subscriptions.refresh().then(() => this.#deliverer.nudge());
  }

  report(): WorkerReport {
    const ok = this.#session?.isWorking === true;
    const detail = ok ? "working" : this.#stopping ? "draining" : "joining the database";
    return { stats: this.#stats(), health: { ok, detail }, services: this.#dispatch.health() };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    // Calls and deliveries end side by side: one after the other they would take longer than a stop may.
    const others = [this.#deliverer, this.#archiver, this.#purger, this.#expirer];
    await Promise.all([this.#session?.drain(), ...others.map((each) => each?.stop())]);
    await this.#loop;
    await this.#subscriptions.stop();
    this.#moves.stop();
    this.#listener.stop();
    this.#notifier.stop();
    await this.#dispatch.close();
    await this.#options.outside.close();
    await this.#pool.end();
  }

  async #work(first: Session): Promise<void> {
    let session: Session | null = first;
    while (session) {
      const reason = await session.over;
      this.#session = null;
      this.#keepCounts(session);
      this.#dispatch.abandon();
      if (this.#stopping) return;
      this.#options.log.warn({ err: reason, incarnation: session.incarnation }, "The worker begins anew");
      session = await this.#rejoin(session.incarnation);
      // A stop that came meanwhile found no session to drain.
      if (this.#stopping) await session?.drain();
    }
  }

  async #rejoin(old: string): Promise<Session | null> {
    for (let wait = rejoinMs.first; !this.#stopping; wait = Math.min(wait * 2, rejoinMs.most)) {
      try {
        await this.#clearAway(old);
        return await this.#join();
      } catch (error) {
        this.#options.log.warn({ err: error }, "The database cannot be joined yet");
        await delay(wait);
      }
    }
    return null;
  }

  async #join(): Promise<Session> {
    const { url, log, capacity } = this.#options;
    const name = `${hostname()}:${process.pid}`;
    const moved = (run: string, seq: number) => this.#moves.add(run, seq);
    const shared = { sagas: this.#sagas, dispatch: this.#dispatch, clock: systemClock };
    const told = () => this.#notifier.send({ channel: workChannel, payload: "" });
    const out = { wishes: () => this.#subscriptions.list, posted: () => this.#deliverer.nudge() };
    const session = await Session.begin({ url, name, log, capacity, moved, told, pool: this.#pool, ...shared, ...out });
    this.#session = session;
    this.#incarnations += 1;
    await this.#listener.listen([workerChannel(session.incarnation), workChannel]);
    return session;
  }

  /** Deletes the row of a session that is over, on a new connection; its runs are then freed like anybody's. */
  async #clearAway(incarnation: string): Promise<void> {
    const lost = () => {};
    const client = await connect({ url: this.#options.url, name: "saga-studio control" }, lost);
    try {
      await leave(client, incarnation);
    } finally {
      abandon(client);
    }
  }

  #keepCounts(session: Session): void {
    const { flushes, events, started, ended } = session.stats;
    const before = this.#before;
    this.#before = {
      flushes: before.flushes + flushes,
      events: before.events + events,
      started: before.started + started,
      ended: before.ended + ended,
    };
  }

  #stats(): OrchestratorStats {
    const now = this.#session?.stats;
    const before = this.#before;
    return {
      ownedRuns: now?.ownedRuns ?? 0,
      flushes: before.flushes + (now?.flushes ?? 0),
      events: before.events + (now?.events ?? 0),
      flushMs: now?.flushMs ?? 0,
      pendingEvents: now?.pendingEvents ?? 0,
      pendingStarts: now?.pendingStarts ?? 0,
      started: before.started + (now?.started ?? 0),
      ended: before.ended + (now?.ended ?? 0),
      calls: this.#dispatch.calls,
      openCalls: this.#dispatch.openCalls,
      queuedCalls: this.#dispatch.queued,
      incarnations: this.#incarnations,
      archived: this.#archiver?.archived ?? 0,
      delivered: this.#deliverer.counts.delivered,
      deliveriesFailed: this.#deliverer.counts.failed,
    };
  }
}
