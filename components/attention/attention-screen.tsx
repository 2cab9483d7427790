"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { deadLetterCountQuery } from "@/components/api/dead-letters";
import { runCountsQuery, runsQuery } from "@/components/api/runs";
import { stateLooks } from "@/components/canvas/status";
import { PageHeader } from "@/components/shell/page-header";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { formatAmount, plural } from "@/components/ui/format";
import { Segmented } from "@/components/ui/segmented";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { StatusIcon } from "@/components/ui/status-badge";
import { paths } from "@/contract/paths";
import type { RunSummary } from "@/contract/runs";
import { AttentionRow } from "./attention-row";

const orders = ["age", "exposure"] as const;
const orderOptions = [
  { value: "age", label: "Longest stuck" },
  { value: "exposure", label: "Most at stake" },
] as const;

/** Runs that wait for a person. New ones come at the end, settled ones stay in place until the page is opened again. */
export function AttentionScreen() {
  const list = useInfiniteQuery(runsQuery({ attention: true }));
  const counts = useQuery(runCountsQuery).data;
  const [order, setOrder] = useQueryState("order", parseAsStringLiteral(orders).withDefault("age"));
  const runs = sorted(list.data?.pages.flatMap((page) => page.items) ?? [], order);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader
        title="Attention"
        meta={
          counts && (
            <span>
              {plural(counts.attention, "run")} waiting
              {counts.atStake > 0 && (
                <>
                  , at stake <strong className="font-semibold text-ink">{formatAmount(counts.atStake)}</strong>
                </>
              )}
            </span>
          )
        }
        actions={
          <Segmented
            aria-label="Order"
            value={order}
            onValueChange={(next) => void setOrder(next)}
            options={orderOptions}
          />
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <DeadLettersLink />
        {list.isPending ? (
          <AttentionSkeleton />
        ) : list.isError ? (
          <QueryError error={list.error} what="The runs that need a person" onRetry={() => void list.refetch()} />
        ) : runs.length === 0 ? (
          <EmptyState
            icon={ShieldCheck}
            title="Nothing is stuck"
            action={
              <Button asChild>
                <Link href={paths.runs()}>See all runs</Link>
              </Button>
            }
          >
            Failed undos, held steps and late effects appear here, the longest stuck first.
          </EmptyState>
        ) : (
          <ul>
            {runs.map((run) => (
              <AttentionRow key={run.id} run={run} />
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <div className="flex justify-center p-4">
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Load more
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

/** Messages that wait for a person too, though none of them belongs to a run that is known. */
function DeadLettersLink() {
  const letters = useQuery(deadLetterCountQuery).data ?? 0;
  if (letters === 0) return null;
  return (
    <p className="flex items-center gap-2 border-b bg-panel px-4 py-2.5 text-sm">
      <StatusIcon look={stateLooks.attention} />
      <span>
        {plural(letters, "message")} from outside could not be taken.{" "}
        <Link href={paths.deadLetters()} className="rounded-sm font-semibold underline underline-offset-2">
          Look at the dead letters
        </Link>
      </span>
    </p>
  );
}

const sorted = (runs: RunSummary[], order: (typeof orders)[number]) =>
  order === "age" ? runs : runs.toSorted((a, b) => (b.exposure ?? 0) - (a.exposure ?? 0));

const SHAPES = ["first", "second", "third", "fourth"];

function AttentionSkeleton() {
  return (
    <Loading label="Loading the runs that need a person">
      {SHAPES.map((shape) => (
        <div key={shape} className="flex h-[85px] items-start gap-6 border-b bg-panel px-4 py-3">
          <div className="flex w-56 flex-col gap-2">
            <Skeleton className="w-32" />
            <Skeleton className="h-3 w-40" />
          </div>
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className="w-48" />
            <Skeleton className="h-3 w-full max-w-lg" />
          </div>
          <Skeleton className="w-20" />
          <Skeleton className="w-16" />
        </div>
      ))}
    </Loading>
  );
}
