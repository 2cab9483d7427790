"use client";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowUp, List } from "lucide-react";
import Link from "next/link";
import { useCallback, useMemo } from "react";
import { NEW_ROWS_KEPT } from "@/components/api/run-cache";
import { runsQuery } from "@/components/api/runs";
import { StartAnyRunButton } from "@/components/run/start-run-button";
import { PageHeader } from "@/components/shell/page-header";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { plural } from "@/components/ui/format";
import { paths } from "@/contract/paths";
import { RunFilters } from "./run-filters";
import { RunsSkeleton } from "./runs-skeleton";
import { RunsTable } from "./runs-table";
import { useRunFilter } from "./use-run-filter";
import { useSettledRows } from "./use-settled-rows";

/** All runs, newest first, live: rows change in place, new ones wait behind a button until they are let in. */
export function RunsScreen() {
  const filters = useRunFilter();
  const client = useQueryClient();
  const list = useInfiniteQuery(runsQuery(filters.filter));
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const { rows, waiting, letIn } = useSettledRows(items, JSON.stringify(filters.filter));
  const crowded = (list.data?.pages[0]?.items.length ?? 0) >= NEW_ROWS_KEPT;
  const showNew = () => {
    letIn();
    if (crowded) void client.resetQueries({ queryKey: runsQuery(filters.filter).queryKey, exact: true });
  };
  const onEnd = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);

  const clear = () => void filters.set({ saga: null, state: null, attention: null, q: null });
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader
        title="Runs"
        actions={<StartAnyRunButton />}
        meta={list.data && <span>{hasNextPage ? `the newest ${rows.length} loaded` : plural(rows.length, "run")}</span>}
      />
      <RunFilters active={filters.active} values={filters.values} set={filters.set}>
        {waiting > 0 && (
          <Button variant="primary" size="sm" onClick={showNew} className="animate-fade-in rounded-full">
            <ArrowUp aria-hidden /> {crowded ? "Many new runs" : plural(waiting, "new run")}
          </Button>
        )}
      </RunFilters>
      <div className="min-h-0 flex-1">
        {list.isPending ? (
          <RunsSkeleton />
        ) : list.isError ? (
          <QueryError error={list.error} what="The runs" onRetry={() => void list.refetch()} />
        ) : rows.length > 0 ? (
          <RunsTable rows={rows} onEnd={onEnd} more={hasNextPage} />
        ) : filters.active ? (
          <EmptyState icon={List} title="No run matches" action={<Button onClick={clear}>Clear all filters</Button>}>
            Live runs that come to match will appear here.
          </EmptyState>
        ) : (
          <EmptyState
            icon={List}
            title="No runs yet"
            action={
              <Button asChild>
                <Link href={paths.sagas()}>Open sagas</Link>
              </Button>
            }
          >
            A run is one execution of a published saga. Press Run… above, or let a program start one with an API key.
          </EmptyState>
        )}
      </div>
    </div>
  );
}
