/**
 * A session: one incarnation of a worker, from joining to leaving. It opens the connections and joins the parts; when
 * anything is in doubt the whole of it is thrown away, and the worker begins another.
 *
 * Modes: *working* from `begin`; *draining* in `drain`: nothing is taken, started or sent, calls under way may end;
 * *over* after `over` has resolved: nothing is written, sent or answered any more.
 *
 * S1 Any error on a connection or in a statement is an unknown outcome, and ends the session. It is never repaired.
 * S2 A command is sent only while the last heartbeat that succeeded was sent less than 15 s ago.
 * S3 A session that is over wrote its last: whoever comes after deletes the worker's row, and so waits for stragglers.
 */
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { limits } from "@/engine/limits";
import type { Clock } from "../clock";
import type { Logger } from "../log";
import { stopBudget } from "../stop";
import { Children } from "./children";
import { abandon, connect } from "./connection";
import type { Dispatch } from "./dispatch";
import type { Wish } from "./events-out";
import { Finder } from "./finder";
import { Heartbeat } from "./heartbeat";
import type { Call } from "./lane";
import type { StartAnswer, StartRequest } from "./orchestrator";
import { OwnedRuns } from "./owned-runs";
import type { Sagas } from "./sagas";
import { bury, freeOrphans, join, leave } from "./sql/worker";
import { Starter } from "./starter";
import { Writer } from "./writer";

export type SessionOptions = {
  readonly url: string;
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sagas: Sagas;
  readonly dispatch: Dispatch;
  readonly capacity: number;
  readonly moved: (run: string, seq: number) => void;
  /** Reads beside the hot path. */
  readonly pool: pg.Pool;
  /** Runs that others may own have something in their inboxes. */
  readonly told: () => void;
  /** Who wants events of runs. */
  readonly wishes: () => readonly Wish[];
  /** Events for them are committed. */
  readonly posted: () => void;
};

type Connections = {
  readonly control: pg.Client;
  readonly heartbeat: pg.Client;
  readonly starts: pg.Client;
  readonly writers: readonly pg.Client[];
};

export class Session {
  readonly incarnation: string;
  /** Resolves with the reason when the session is over. */
  readonly over: Promise<unknown>;
  readonly #options: SessionOptions;
  readonly #clients: readonly pg.Client[];
  readonly #writer: Writer;
  readonly #runs: OwnedRuns;
  readonly #starter: Starter;
  readonly #children: Children;
  readonly #heartbeat: Heartbeat;
  readonly #finder: Finder;
  readonly #control: pg.Client;
  readonly #end: (reason: unknown) => void;
  #mode: "working" | "draining" | "over" = "working";
  #started = 0;

  /** Connects and joins; rejects when the database cannot be reached. */
  static async begin(options: SessionOptions): Promise<Session> {
    const clients: pg.Client[] = [];
    let session: Session | null = null;
    const open = async (purpose: string) => {
      const lost = (error: Error) => session?.lose(error);
      const client = await connect({ url: options.url, name: `saga-studio ${purpose}` }, lost);
      clients.push(client);
      return client;
    };
    try {
      const [control, heartbeat, starts, ...writers] = await Promise.all(
        ["control", "heartbeat", "starts", "writer", "writer"].map(open),
      );
      if (!control || !heartbeat || !starts) throw new Error("Connections are missing");
      const joinedAt = performance.now();
      const incarnation = await join(control, options.name);
      session = new Session(options, { control, heartbeat, starts, writers }, incarnation, joinedAt);
      return session;
    } catch (error) {
      for (const client of clients) abandon(client);
      throw error;
    }
  }

  private constructor(options: SessionOptions, connections: Connections, incarnation: string, joinedAt: number) {
    const { control, heartbeat, starts, writers } = connections;
    const { clock, log, sagas, capacity, moved, pool, wishes, posted } = options;
    let end: (reason: unknown) => void = () => {};
    this.over = new Promise((resolve) => {
      end = resolve;
    });
    this.#end = end;
    this.#options = options;
    this.incarnation = incarnation;
    this.#clients = [control, heartbeat, starts, ...writers];
    this.#control = control;
    const failed = (error: unknown) => this.lose(error);
    this.#writer = new Writer({
      clients: writers,
      incarnation,
      now: () => clock.now(),
      committed: (written) => this.#runs.committed(written),
      refused: (run, dropped, error) => this.#runs.refused(run, dropped, error),
      failed,
    });
    this.#runs = new OwnedRuns({
      clock,
      log,
      writer: this.#writer,
      moved,
      perform: (call) => this.#perform(call),
      startChild: (command) => {
        if (this.#mode === "working") this.#children.begin(command);
        return this.#mode === "working";
      },
      told: () => {
        this.#finder.nudge();
        options.told();
      },
      wishes,
      posted,
      missed: () => this.#finder.nudge(),
    });
    this.#starter = new Starter({
      client: starts,
      incarnation,
      sagas,
      failed,
      wishes,
      posted,
      begun: (runs) => {
        this.#started += runs.length;
        for (const { saga, state, commands } of runs) this.#runs.begin(saga, state, commands);
      },
    });
    this.#children = new Children({ pool, sagas, clock, log, start: (request) => this.#starter.start(request) });
    const beat = { client: heartbeat, incarnation, runs: () => this.#runs.size, failed };
    this.#heartbeat = new Heartbeat(beat, joinedAt);
    this.#finder = new Finder({ client: control, incarnation, runs: this.#runs, sagas, log, capacity, failed });
    this.#finder.start();
  }

  get isWorking(): boolean {
    return this.#mode === "working" && this.#heartbeat.isFresh;
  }

  /** Runs in memory and on their way into it. */
  get load(): { readonly runs: number; readonly starts: number } {
    return { runs: this.#runs.size, starts: this.#starter.waiting };
  }

  get stats() {
    const { size: ownedRuns, ended } = this.#runs;
    return { ...this.#writer.stats, ownedRuns, ended, started: this.#started, pendingStarts: this.#starter.waiting };
  }

  start(request: StartRequest): Promise<StartAnswer> {
    return this.#starter.start(request);
  }

  nudge(): void {
    this.#finder.nudge();
  }

  /** Ends the session because its outcome is in doubt. */
  lose(reason: unknown): void {
    if (this.#mode === "over") return;
    this.#mode = "over";
    this.#writer.close();
    this.#heartbeat.stop();
    this.#runs.stop();
    this.#children.stop();
    void this.#finder.stop();
    for (const client of this.#clients) abandon(client);
    this.#end(reason);
  }

  /** Lets calls under way end, puts every run down and deletes the worker's row; then the session is over. */
  async drain(): Promise<void> {
    if (this.#mode !== "working") return;
    this.#mode = "draining";
    const { dispatch } = this.#options;
    dispatch.dropQueued();
    await this.#finder.stop();
    await until(() => this.#mode === "over" || dispatch.openCalls === 0, limits.drain);
    dispatch.abandon();
    await until(() => this.#mode === "over" || this.#writer.isIdle, stopBudget.write);
    if (this.#mode !== "draining") return;
    this.#runs.putDownAll();
    await until(() => this.#mode === "over" || this.#writer.isIdle, stopBudget.write);
    if (this.#mode === "draining") await this.#leave();
    this.lose("stopped");
  }

  async #leave(): Promise<void> {
    try {
      await leave(this.#control, this.incarnation);
      while ((await freeOrphans(this.#control, this.incarnation)) > 0);
      await bury(this.#control, this.incarnation);
    } catch (error) {
      this.#options.log.warn({ err: error }, "The worker could not leave in order; its lease will run out");
    }
  }

  #perform(call: Call): boolean {
    if (!this.#maySend()) return false;
    const done: Call["done"] = (outcome) => {
      if (this.#mode !== "over") call.done(outcome);
    };
    const isWanted = () => this.#mode === "draining" || (this.#maySend() && call.isWanted());
    this.#options.dispatch.perform({ ...call, isWanted, done });
    return true;
  }

  /** S2, asked anew when a call's turn comes: it may have waited in line while the whole process stood still. */
  #maySend(): boolean {
    if (this.#mode !== "working") return false;
    if (this.#heartbeat.isFresh) return true;
    this.lose(new Error("No heartbeat succeeded in time: calls are not sent any more"));
    return false;
  }
}

async function until(isTrue: () => boolean, atMostMs: number): Promise<void> {
  const end = performance.now() + atMostMs;
  while (!isTrue() && performance.now() < end) await delay(10);
}
