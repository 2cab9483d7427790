import { type QueryClient, queryOptions } from "@tanstack/react-query";
import type { OperationRequest } from "@/contract/runs";
import { fetchLog, joinLog, runLogQuery } from "./run-log";
import { planOperation, runQuery } from "./runs";

/** What an operation would do to a run at decision `seq`; asked anew when the run moves on. Null: nothing to ask yet. */
export const runPlanQuery = (id: string, seq: number, request: OperationRequest | null) =>
  queryOptions({
    queryKey: ["runs", "plan", id, seq, request] as const,
    queryFn: ({ signal }) => {
      if (!request) throw new Error("There is nothing to plan");
      return planOperation(id, request, signal);
    },
    enabled: request !== null,
    staleTime: 5_000,
    gcTime: 30_000,
    retry: false,
  });

/** Makes sure that the page has a run's log up to decision `seq` (up to now without it), should the socket be slow or gone. */
export function refreshRun(client: QueryClient, id: string, seq = Number.POSITIVE_INFINITY): void {
  const { queryKey } = runLogQuery(id);
  const last = () => client.getQueryData(queryKey)?.at(-1)?.seq ?? 0;
  if (last() >= seq) return;
  void fetchLog(id, last()).then(
    (missed) => {
      const log = client.getQueryData(queryKey);
      const joined = log && joinLog(log, missed);
      if (joined) client.setQueryData(queryKey, joined);
      else void client.invalidateQueries({ queryKey });
    },
    () => client.invalidateQueries({ queryKey }),
  );
  void client.invalidateQueries({ queryKey: runQuery(id).queryKey });
}
