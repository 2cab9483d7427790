import { setTimeout as delay } from "node:timers/promises";
import { Worker as Thread } from "node:worker_threads";
import type { Logger } from "../log";
import type { FromThread, ThreadData, ToThread } from "./messages";
import type { StartAnswer, StartRequest } from "./orchestrator";
import { noStats, type OnMoved, type WorkerPort, type WorkerReport } from "./worker-port";

type Asked = { readonly resolve: (answers: readonly StartAnswer[]) => void; readonly reject: (error: Error) => void };

const restartMs = 1_000;

const idle: WorkerReport = {
  stats: noStats,
  health: { ok: false, detail: "the worker's thread is starting" },
  services: {},
};

/** A worker in a thread of its own. A thread that dies is started again; its runs come back when its lease has run out. */
export class ThreadWorker implements WorkerPort {
  readonly #data: ThreadData;
  readonly #log: Logger;
  readonly #onMoved: OnMoved;
  readonly #asked = new Map<number, Asked>();
  #thread: Thread | null = null;
  #report: WorkerReport = idle;
  #lastId = 0;
  #stopping = false;

  constructor(data: ThreadData, log: Logger, onMoved: OnMoved) {
    this.#data = data;
    this.#log = log;
    this.#onMoved = onMoved;
  }

  /** Resolves once the worker has joined the database. */
  begin(): Promise<void> {
    return new Promise((resolve, reject) => {
      const thread = this.#spawn();
      const failed = (error: unknown) => reject(error);
      thread.once("error", failed);
      thread.on("message", (message: FromThread) => {
        if (message.type !== "ready") return;
        thread.off("error", failed);
        thread.once("exit", () => void this.#died());
        resolve();
      });
    });
  }

  start(requests: readonly StartRequest[]): Promise<readonly StartAnswer[]> {
    if (!this.#thread || this.#stopping) return Promise.reject(new Error("The worker is not ready"));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#say({ type: "start", id, requests });
    });
  }

  nudge(): void {
    this.#say({ type: "nudge" });
  }

  serviceChanged(): void {
    this.#say({ type: "serviceChanged" });
  }

  subscriptionsChanged(): void {
    this.#say({ type: "subscriptionsChanged" });
  }

  report(): WorkerReport {
    return this.#report;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const thread = this.#thread;
    if (!thread) return;
    this.#report = { ...this.#report, health: { ok: false, detail: "draining" } };
    const exited = new Promise<void>((resolve) => {
      thread.once("exit", () => resolve());
    });
    this.#say({ type: "stop" });
    await exited;
    this.#forget();
  }

  #spawn(): Thread {
    const thread = startThread(this.#data);
    this.#thread = thread;
    thread.on("message", (message: FromThread) => this.#heard(message));
    thread.on("error", (error) => this.#log.error({ err: error }, "The worker's thread failed"));
    return thread;
  }

  #heard(message: FromThread): void {
    if (message.type === "moved") this.#onMoved(message.moved);
    else if (message.type === "report") this.#report = message.report;
    else if (message.type === "started") this.#take(message.id)?.resolve(message.answers);
    else if (message.type === "startFailed") this.#take(message.id)?.reject(new Error(message.message));
  }

  #take(id: number): Asked | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    return asked;
  }

  #say(message: ToThread): void {
    this.#thread?.postMessage(message);
  }

  async #died(): Promise<void> {
    this.#forget();
    while (!this.#stopping) {
      await delay(restartMs);
      if (this.#stopping) return;
      const begun = await this.begin().then(
        () => true,
        () => false,
      );
      if (begun) return;
    }
  }

  #forget(): void {
    this.#thread = null;
    this.#report = { ...this.#report, health: idle.health };
    for (const { reject } of this.#asked.values()) reject(new Error("The worker's thread ended"));
    this.#asked.clear();
  }
}

/** Built, the thread's file lies below the server's; from source it is read by tsx, which a thread has to ask for itself. */
function startThread(data: ThreadData): Thread {
  if (!import.meta.url.endsWith(".ts"))
    return new Thread(new URL("./orchestrator/worker-thread.js", import.meta.url), { workerData: data });
  const file = JSON.stringify(new URL("./worker-thread.ts", import.meta.url).href);
  const code = `import("tsx/esm/api").then(({ register }) => (register(), import(${file})))`;
  return new Thread(code, { eval: true, workerData: data });
}
