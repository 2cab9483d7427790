"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { runsQuery } from "@/components/api/runs";
import { AttentionRow } from "@/components/attention/attention-row";
import { stateLooks } from "@/components/canvas/status";
import { PageHeader } from "@/components/shell/page-header";
import { QueryError } from "@/components/shell/query-error";
import { formatCount } from "@/components/ui/format";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { StatusIcon } from "@/components/ui/status-badge";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { RelativeTime } from "@/components/ui/time";
import { paths } from "@/contract/paths";
import { type FailureGroup, groupFailures } from "./failure-groups";
import { FirstSteps } from "./first-steps";
import { StateTiles } from "./state-tiles";

const STUCK_SHOWN = 5;
const GROUPS_SHOWN = 8;

/** The state of everything: what waits for a person first, then counts, then what fails most. */
export function OverviewScreen() {
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader title="Overview" />
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4">
        <StateTiles />
        <FirstSteps />
        <Stuck />
        <Failing />
      </div>
    </div>
  );
}

function Stuck() {
  const list = useInfiniteQuery(runsQuery({ attention: true }));
  const runs = (list.data?.pages[0]?.items ?? []).slice(0, STUCK_SHOWN);
  return (
    <Panel title="Needs a person" more={{ label: "All of them", href: paths.attention() }}>
      {list.isPending ? (
        <PanelSkeleton />
      ) : list.isError ? (
        <QueryError error={list.error} what="The runs that need a person" onRetry={() => void list.refetch()} />
      ) : runs.length === 0 ? (
        <p className="flex items-center gap-2 px-4 py-5 text-ink-2 text-sm">
          <StatusIcon look={stateLooks.completed} /> Nothing is stuck.
        </p>
      ) : (
        <ul className="[&>li:last-child]:border-b-0">
          {runs.map((run) => (
            <AttentionRow key={run.id} run={run} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Failing() {
  const list = useInfiniteQuery(runsQuery({ states: ["failed"] }));
  const failed = list.data?.pages[0]?.items ?? [];
  const groups = groupFailures(failed).slice(0, GROUPS_SHOWN);
  return (
    <Panel
      title="What fails most"
      aside={failed.length > 1 && `among the newest ${formatCount(failed.length)} failed runs`}
      more={{ label: "All failed runs", href: `${paths.runs()}?state=failed` }}
    >
      {list.isPending ? (
        <PanelSkeleton />
      ) : list.isError ? (
        <QueryError error={list.error} what="The failed runs" onRetry={() => void list.refetch()} />
      ) : groups.length === 0 ? (
        <p className="flex items-center gap-2 px-4 py-5 text-ink-2 text-sm">
          <StatusIcon look={stateLooks.completed} /> No run has failed.
        </p>
      ) : (
        <FailureTable groups={groups} />
      )}
    </Panel>
  );
}

function FailureTable({ groups }: { groups: readonly FailureGroup[] }) {
  const most = groups[0]?.count ?? 1;
  return (
    <Table className="table-fixed">
      <TableHeader>
        <tr>
          <TableHead>Step</TableHead>
          <TableHead>Error</TableHead>
          <TableHead className="w-[34%]">Runs</TableHead>
          <TableHead numeric className="w-28">
            Last
          </TableHead>
        </tr>
      </TableHeader>
      <tbody className="[&>tr:last-child>td]:border-b-0">
        {groups.map((group) => (
          <TableRow key={`${group.saga} ${group.step} ${group.code}`}>
            <TableCell className="truncate">
              <span className="font-mono text-xs">{group.step}</span> <span className="text-ink-3">{group.saga}</span>
            </TableCell>
            <TableCell className="truncate">
              <Link
                href={`${paths.runs()}?state=failed&saga=${encodeURIComponent(group.saga)}&q=${encodeURIComponent(group.code)}`}
                className="rounded-sm font-mono text-xs hover:underline"
              >
                {group.code}
              </Link>
            </TableCell>
            <TableCell>
              <span className="flex items-center gap-3">
                <span className="w-8 text-right font-semibold">{formatCount(group.count)}</span>
                <span className="h-2 flex-1">
                  <span
                    className="block h-2 rounded-sm bg-state-failed-solid"
                    style={{ width: `${(group.count / most) * 100}%` }}
                  />
                </span>
              </span>
            </TableCell>
            <TableCell numeric className="text-ink-2">
              <RelativeTime at={group.lastAt} />
            </TableCell>
          </TableRow>
        ))}
      </tbody>
    </Table>
  );
}

type PanelProps = { title: string; aside?: ReactNode; more: { label: string; href: string }; children: ReactNode };

function Panel({ title, aside, more, children }: PanelProps) {
  return (
    <section aria-label={title} className="shrink-0 overflow-hidden rounded-lg border bg-panel">
      <div className="flex h-10 items-center gap-3 border-b px-4">
        <h2 className="font-semibold text-sm">{title}</h2>
        {aside && <span className="text-ink-3 text-xs">{aside}</span>}
        <Link href={more.href} className="ml-auto flex items-center gap-1 rounded-sm text-ink-2 text-xs hover:text-ink">
          {more.label} <ArrowRight aria-hidden className="size-3.5" />
        </Link>
      </div>
      {children}
    </section>
  );
}

function PanelSkeleton() {
  return (
    <Loading className="flex flex-col gap-3 p-4">
      <Skeleton className="w-72" />
      <Skeleton className="w-96 max-w-full" />
      <Skeleton className="w-64" />
    </Loading>
  );
}
