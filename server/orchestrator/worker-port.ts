import type { Moved, OrchestratorStats, ServiceHealth, StartAnswer, StartRequest } from "./orchestrator";

export type WorkerReport = {
  readonly stats: OrchestratorStats;
  readonly health: { readonly ok: boolean; readonly detail: string };
  readonly services: Readonly<Record<string, ServiceHealth>>;
};

/** What the orchestrator needs of a worker, wherever it runs. */
export interface WorkerPort {
  /** Rejects when nobody knows whether the runs were started, or there is too much to do. */
  start(requests: readonly StartRequest[]): Promise<readonly StartAnswer[]>;
  /** Something arrived for a run. */
  nudge(): void;
  serviceChanged(): void;
  subscriptionsChanged(): void;
  report(): WorkerReport;
  stop(): Promise<void>;
}

/** Runs that this worker moved, at most every 50 ms. */
export type OnMoved = (moved: readonly Moved[]) => void;

export const noStats: OrchestratorStats = {
  ownedRuns: 0,
  flushes: 0,
  events: 0,
  flushMs: 0,
  pendingEvents: 0,
  pendingStarts: 0,
  started: 0,
  ended: 0,
  calls: 0,
  openCalls: 0,
  queuedCalls: 0,
  incarnations: 0,
  archived: 0,
  delivered: 0,
  deliveriesFailed: 0,
};
