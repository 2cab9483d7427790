"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { auditQuery } from "@/components/api/people";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { formatDateTime } from "@/components/ui/format";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { SettingsSkeleton } from "./settings-skeleton";

/** Who did what outside runs: people, keys, services, sagas. What happened in a run is in the run's own log. */
export function AuditTab() {
  const list = useInfiniteQuery(auditQuery);
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending) return <SettingsSkeleton />;
  if (list.isError)
    return <QueryError error={list.error} what="The audit log" needs="admin" onRetry={() => void list.refetch()} />;
  if (entries.length === 0)
    return (
      <EmptyState icon={ScrollText} title="Nothing recorded yet">
        Changes to people, keys, services and sagas appear here with who made them.
      </EmptyState>
    );
  return (
    <section aria-label="Audit log">
      <Table className="table-fixed">
        <TableHeader>
          <tr>
            <TableHead className="w-48">At</TableHead>
            <TableHead className="w-56">Who</TableHead>
            <TableHead className="w-48">What</TableHead>
            <TableHead className="w-64">Of what</TableHead>
            <TableHead>Detail</TableHead>
          </tr>
        </TableHeader>
        <tbody>
          {entries.map((entry) => (
            <TableRow key={entry.id}>
              <TableCell className="text-ink-2">
                <time dateTime={entry.at}>{formatDateTime(entry.at)}</time>
              </TableCell>
              <TableCell className="truncate">{entry.actor}</TableCell>
              <TableCell className="truncate font-mono text-xs">{entry.action}</TableCell>
              <TableCell className="truncate">{entry.target}</TableCell>
              <TableCell className="truncate font-mono text-ink-3 text-xs" title={detailOf(entry.detail)}>
                {detailOf(entry.detail)}
              </TableCell>
            </TableRow>
          ))}
        </tbody>
      </Table>
      {list.hasNextPage && (
        <div className="flex justify-center p-4">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
    </section>
  );
}

const detailOf = (detail: unknown) => {
  const text = JSON.stringify(detail);
  return text === "null" || text === "{}" ? "" : text;
};
