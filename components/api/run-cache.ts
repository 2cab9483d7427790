import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { RunCounts, RunSummary, runPage } from "@/contract/runs";
import { runLogQuery } from "./run-log";
import { matchesFilter, type RunFilter, runCountsQuery, runQuery } from "./runs";

type RunPages = InfiniteData<z.infer<typeof runPage>, string | undefined>;

/**
 * Writes moved runs into every cached list, and the counters. Rows change in place; new ones go where the list's order puts
 * them. A run that another's page links to, its parent or its child, is asked for anew.
 */
export function applyMovedRuns(client: QueryClient, message: { runs: readonly RunSummary[]; counts: RunCounts }) {
  client.setQueryData(runCountsQuery.queryKey, message.counts);
  for (const [key, pages] of client.getQueriesData<RunPages>({ queryKey: ["runs", "list"] }))
    if (pages) client.setQueryData(key, patchPages(pages, message.runs, key[2] as RunFilter));
  for (const { id, seq } of message.runs) {
    const { queryKey } = runQuery(id);
    const view = client.getQueryData(queryKey);
    const hasOwnRoom = client.getQueryData(runLogQuery(id).queryKey) !== undefined;
    if (view && view.seq < seq && !hasOwnRoom) void client.invalidateQueries({ queryKey });
  }
}

/** A list with `moved` in it. A row that left the filter stays, with its new state, until the list is asked anew. */
export function patchPages(pages: RunPages, moved: readonly RunSummary[], filter: RunFilter): RunPages {
  const fresh = new Map(moved.map((run) => [run.id, run]));
  const next = pages.pages.map((page) => {
    let touched = false;
    const items = page.items.map((row) => {
      const now = fresh.get(row.id);
      fresh.delete(row.id);
      if (!now || now.seq < row.seq) return row;
      touched = true;
      return now;
    });
    return touched ? { ...page, items } : page;
  });
  const added = [...fresh.values()].filter((run) => matchesFilter(run, filter));
  const all = added.length === 0 ? next : filter.attention ? append(next, added) : insert(next, added);
  return { ...pages, pages: all };
}

/** Under heavy load a list stops taking in new rows here; letting them in then asks the list anew. */
export const NEW_ROWS_KEPT = 500;

/** Newest first by id (ids are in order of time); one older than everything loaded waits for its page. */
function insert(pages: RunPages["pages"], added: readonly RunSummary[]): RunPages["pages"] {
  return added.reduce((list, run) => {
    if ((list[0]?.items.length ?? 0) >= NEW_ROWS_KEPT) return list;
    const holder = list.findIndex((page) => page.next === null || page.items.some((row) => row.id < run.id));
    return list.map((page, index) =>
      index === holder ? { ...page, items: [...page.items, run].sort((a, b) => (a.id < b.id ? 1 : -1)) } : page,
    );
  }, pages);
}

/** A new need is the youngest, so it belongs at the end, once the end is loaded. */
const append = (pages: RunPages["pages"], added: readonly RunSummary[]): RunPages["pages"] =>
  pages.map((page) => (page.next === null ? { ...page, items: [...page.items, ...added] } : page));
