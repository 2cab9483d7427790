import { queryOptions } from "@tanstack/react-query";
import { type RunEventView, runEvents } from "@/contract/runs";
import type { LogEntry } from "@/engine/run/transition";
import { toLogEntries } from "@/engine/view";
import { call } from "./fetcher";

/** A run's whole log, oldest first: what the engine folds into its state. Socket messages append to it. */
export const runLogQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", "log", id] as const,
    queryFn: ({ signal }) => fetchLog(id, 0, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Everything after decision `after`, page by page. */
export async function fetchLog(id: string, after: number, signal?: AbortSignal): Promise<readonly LogEntry[]> {
  const events: RunEventView[] = [];
  let from: number | null = after;
  while (from !== null) {
    const page: { events: RunEventView[]; next: number | null } = await call(`/runs/${id}/events`, runEvents, {
      query: { after: from, limit: 5000 },
      ...(signal ? { signal } : {}),
    });
    events.push(...page.events);
    from = page.next;
  }
  return toLogEntries(events);
}

/** `log` with `more` joined on, what it already has left out; null when something between them is missing. */
export function joinLog(log: readonly LogEntry[], more: readonly LogEntry[]): readonly LogEntry[] | null {
  const last = log.at(-1)?.seq ?? 0;
  const fresh = more.filter((entry) => entry.seq > last);
  const first = fresh[0];
  if (!first) return log;
  return first.seq === last + 1 ? [...log, ...fresh] : null;
}
