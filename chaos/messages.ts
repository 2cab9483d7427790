import type { StartAnswer, StartRequest } from "@/server/orchestrator/client";

export type ToWorker =
  | { readonly type: "start"; readonly ticket: number; readonly request: StartRequest }
  | { readonly type: "stop" };

/** `answer` null: the worker does not know, or took nothing. */
export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "started"; readonly ticket: number; readonly answer: StartAnswer | null };
