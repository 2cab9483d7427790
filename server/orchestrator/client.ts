import { randomUUID } from "node:crypto";
import { limits } from "@/engine/limits";
import { isDatabaseAway } from "../database-away";
import { Unavailable } from "../errors";
import { movedChannel, parseMovedPayload, toMovedPayload } from "./channels";
import { createReadPool } from "./connection";
import { Listener } from "./listener";
import { loadEntries, loadRun } from "./load-run";
import { Notifier } from "./notifier";
import { Operator } from "./operator";
import type { OrchestratorOptions } from "./options";
import type { Moved, Orchestrator, StartAnswer, StartRequest } from "./orchestrator";
import { Sagas } from "./sagas";
import { Subscriptions } from "./subscriptions";
import { Teller } from "./teller";
import { ThreadWorker } from "./thread-worker";
import { createOutside } from "./transports/create";
import { UnownedStarter } from "./unowned-starter";
import { Watches } from "./watches";
import { Worker } from "./worker";
import type { OnMoved, WorkerPort } from "./worker-port";

export type { OrchestratorOptions } from "./options";
export type { Orchestrator, OrchestratorStats, StartAnswer, StartRequest } from "./orchestrator";

const readers = 5;
/** What took longer than this to fail is not tried again: whoever asks may. */
const readAgainMs = 2_000;

/** Joins the hot path: with a worker of its own, or through the database only. */
export async function createOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  const { databaseUrl: url, log } = options;
  const process = randomUUID();
  const pool = createReadPool(url, "saga-studio logs", readers);
  const sagas = new Sagas(pool);
  const watches = new Watches(pool, log);
  const notifier = new Notifier({ url, name: "saga-studio notify", log });
  const listeners = new Set<(moved: readonly Moved[]) => void>();
  const onMoved: OnMoved = (moved) => {
    watches.moved(moved);
    for (const listener of listeners) listener(moved);
  };
  const heard = (_: string, payload: string) => {
    const notice = parseMovedPayload(payload);
    if (notice && notice.from !== process) onMoved(notice.moved);
  };
  const listener = new Listener({ url, name: "saga-studio moves", log, heard, connected: () => onMoved([]) });
  const subscriptions = new Subscriptions({ pool, secretKey: options.secretKey, log });
  await subscriptions.begin();
  const worker = await beginWorker(options, { process, onMoved, sagas, notifier, subscriptions });
  await listener.listen([movedChannel]);
  const operator = new Operator({ url, notifier, watches, nudge: () => worker.nudge() });
  const began = (moved: readonly Moved[]) => {
    onMoved(moved);
    notifier.send({ channel: movedChannel, payload: toMovedPayload(process, moved) });
  };
  const wishes = () => subscriptions.list;
  const teller = new Teller({ url, sagas, notifier, wishes, began, nudge: () => worker.nudge() });

  return {
    start: (requests) => start({ worker, teller, sagas }, requests).catch(unavailable),
    tell: (requests) => teller.tell(requests).catch(unavailable),
    operate: (request) => operator.operate(request).catch(unavailable),
    signal: (request) => operator.signal(request).catch(unavailable),
    decide: (request) => operator.decide(request).catch(unavailable),
    reply: (requests) => operator.reply(requests).catch(unavailable),
    load: async (run) => {
      const found = await read(() => loadRun(pool, sagas, run));
      if (found?.kind === "unreadable") throw found.error;
      return found;
    },
    entries: (run, after, limit) => read(() => loadEntries(pool, run, after, limit)),
    watch: (run, onEntries) => watches.watch(run, onEntries),
    onMoved: (onMove) => {
      listeners.add(onMove);
      return () => listeners.delete(onMove);
    },
    stats: () => {
      const { stats } = worker.report();
      return { ...stats, started: stats.started + teller.started };
    },
    health: () => worker.report().health,
    serviceHealth: (name) => worker.report().services[name] ?? null,
    serviceChanged: () => worker.serviceChanged(),
    subscriptionsChanged: () => {
      worker.subscriptionsChanged();
      void subscriptions.refresh();
    },
    stop: async () => {
      await worker.stop();
      await subscriptions.stop();
      listener.stop();
      watches.stop();
      notifier.stop();
      await Promise.all([operator.stop(), teller.stop()]);
      await pool.end();
    },
  };
}

type Shared = {
  readonly process: string;
  readonly onMoved: OnMoved;
  readonly sagas: Sagas;
  readonly notifier: Notifier;
  readonly subscriptions: Subscriptions;
};

async function beginWorker(options: OrchestratorOptions, shared: Shared): Promise<WorkerPort> {
  const { databaseUrl: url, secretKey, log, capacity = limits.runsInMemory, retentionDays = null } = options;
  const { process, onMoved, sagas, notifier, subscriptions } = shared;
  switch (options.worker) {
    case "none":
      return new UnownedStarter({ url, log, sagas, notifier, subscriptions, onMoved });
    case "inline": {
      const own = createOutside({ url, secretKey, log });
      const { transport = own.transport, findLink = own.findLink, deliveries = {} } = options;
      const outside = { ...own, transport, findLink };
      const more = { outside, deliveries, process, onMoved };
      const worker = new Worker({ url, secretKey, log, capacity, retentionDays, ...more });
      await worker.begin();
      return worker;
    }
    case "thread": {
      const data = { url, secretKey, logLevel: log.level, capacity, retentionDays, process };
      const worker = new ThreadWorker(data, log, onMoved);
      await worker.begin();
      return worker;
    }
  }
}

type Starters = { readonly worker: WorkerPort; readonly teller: Teller; readonly sagas: Sagas };

/** A choreography's run is begun where events look for it, so that none of them misses it. */
async function start(
  { worker, teller, sagas }: Starters,
  requests: readonly StartRequest[],
): Promise<readonly StartAnswer[]> {
  const told = await Promise.all(requests.map(async (request) => isChoreography(sagas, request)));
  const pick = (wanted: boolean) => requests.filter((_, index) => told[index] === wanted);
  const [byTeller, byWorker] = [pick(true), pick(false)];
  const [events, starts] = await Promise.all([
    byTeller.length > 0 ? teller.start(byTeller) : [],
    byWorker.length > 0 ? worker.start(byWorker) : [],
  ]);
  const answers = new Map([
    ...byTeller.map((request, index) => [request, events[index]] as const),
    ...byWorker.map((request, index) => [request, starts[index]] as const),
  ]);
  return requests.map((request) => answers.get(request) as StartAnswer);
}

async function isChoreography(sagas: Sagas, { saga, version }: StartRequest): Promise<boolean> {
  const compiled = sagas.peek(saga, version) ?? (await sagas.get(saga, version));
  return compiled.choreography !== null;
}

/** Nobody knows whether it was committed, or it was not taken: the same request may be sent again. */
function unavailable(cause: unknown): never {
  throw new Unavailable(undefined, { cause });
}

/** A pooled connection may turn out broken when it is used, and so may those beside it: a read is simply made again. */
async function read<T>(query: () => Promise<T>): Promise<T> {
  const until = performance.now() + readAgainMs;
  for (let left = readers; ; left--) {
    try {
      return await query();
    } catch (error) {
      if (left === 0 || performance.now() > until || !isDatabaseAway(error)) unavailable(error);
    }
  }
}
