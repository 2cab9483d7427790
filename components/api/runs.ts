import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  type OperationRequest,
  operationPlan,
  operationResult,
  type RunSummary,
  runCounts,
  runPage,
  runView,
  started,
  type startRun,
} from "@/contract/runs";
import type { RunLifecycle } from "@/engine/run/state";
import { call } from "./fetcher";

export type RunFilter = {
  readonly saga?: string | undefined;
  readonly states?: readonly RunLifecycle[] | undefined;
  readonly attention?: boolean | undefined;
  readonly q?: string | undefined;
};

const PAGE = 100;

/** The list that a filter selects, page by page: newest first, or longest in need first with `attention`. */
export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ["runs", "list", filter] as const,
    queryFn: ({ pageParam, signal }) =>
      call("/runs", runPage, {
        query: {
          saga: filter.saga,
          state: filter.states?.join(","),
          attention: filter.attention ? "true" : undefined,
          q: filter.q,
          cursor: pageParam,
          limit: PAGE,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** The first few runs whose business key, id or error is like `q`. */
export const findRunsQuery = (q: string) =>
  queryOptions({
    queryKey: ["runs", "find", q] as const,
    queryFn: ({ signal }) => call("/runs", runPage, { query: { q, limit: 8 }, signal }),
  });

/** Live counts by state, and how many runs need a person. */
export const runCountsQuery = queryOptions({
  queryKey: ["runs", "counts"],
  queryFn: ({ signal }) => call("/runs/counts", runCounts, { signal }),
});

/** One run as it is now. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", "view", id] as const,
    queryFn: ({ signal }) => call(`/runs/${id}`, runView, { signal }),
  });

/** Starts one run; the key makes pressing twice the same as once. */
export const startOneRun = (saga: string, body: z.input<typeof startRun>, idempotencyKey: string) =>
  call(`/sagas/${encodeURIComponent(saga)}/runs`, started, {
    method: "POST",
    body,
    headers: { "idempotency-key": idempotencyKey },
  });

/** What an operation would do, asked before it is done. */
export const planOperation = (id: string, request: OperationRequest, signal?: AbortSignal) =>
  call(`/runs/${id}/operations/plan`, operationPlan, { method: "POST", body: request, ...(signal ? { signal } : {}) });

/** Does an operation; answers the run after it. */
export const operate = (id: string, request: OperationRequest) =>
  call(`/runs/${id}/operations`, operationResult, { method: "POST", body: request });

/** Whether a run belongs in a filter's list, as far as a summary can tell; the server's `q` sees the same fields. */
export function matchesFilter(run: RunSummary, filter: RunFilter): boolean {
  if (filter.saga && run.saga !== filter.saga) return false;
  if (filter.states?.length && !filter.states.includes(run.state)) return false;
  if (filter.attention && run.attention.length === 0) return false;
  const q = filter.q?.trim().toLowerCase();
  if (!q) return true;
  return [run.id, run.businessKey, run.error?.code, run.error?.message].some((text) => text?.toLowerCase().includes(q));
}
