/** What the main thread and the worker's thread say to each other. */
import type { Moved, StartAnswer, StartRequest } from "./orchestrator";
import type { WorkerReport } from "./worker-port";

export type ThreadData = {
  readonly url: string;
  readonly secretKey: string;
  readonly logLevel: string;
  readonly capacity: number;
  readonly retentionDays: number | null;
  readonly process: string;
};

export type ToThread =
  | { readonly type: "start"; readonly id: number; readonly requests: readonly StartRequest[] }
  | { readonly type: "nudge" }
  | { readonly type: "serviceChanged" }
  | { readonly type: "subscriptionsChanged" }
  | { readonly type: "stop" };

export type FromThread =
  | { readonly type: "ready" }
  | { readonly type: "started"; readonly id: number; readonly answers: readonly StartAnswer[] }
  | { readonly type: "startFailed"; readonly id: number; readonly message: string }
  | { readonly type: "moved"; readonly moved: readonly Moved[] }
  | { readonly type: "report"; readonly report: WorkerReport }
  | { readonly type: "stopped" };
