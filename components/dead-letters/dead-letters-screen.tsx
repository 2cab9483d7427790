"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { MailCheck } from "lucide-react";
import { parseAsString, useQueryState } from "nuqs";
import { deadLettersQuery } from "@/components/api/dead-letters";
import { PageHeader } from "@/components/shell/page-header";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { plural } from "@/components/ui/format";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { DeadLetterSheet } from "./dead-letter-sheet";
import { DeadLettersTable } from "./dead-letters-table";

/** Messages from outside that could not be taken: why, what they say, and what can be done about each. */
export function DeadLettersScreen() {
  const list = useInfiniteQuery(deadLettersQuery);
  const [open, setOpen] = useQueryState("letter", parseAsString);
  const letters = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader title="Dead letters" meta={total > 0 && <span>{plural(total, "message")} to be looked at</span>} />
      <div className="min-h-0 flex-1 overflow-auto bg-panel">
        {list.isPending ? (
          <DeadLettersSkeleton />
        ) : list.isError ? (
          <QueryError error={list.error} what="The dead letters" needs="viewer" onRetry={() => void list.refetch()} />
        ) : letters.length === 0 ? (
          <EmptyState icon={MailCheck} title="Every message was taken">
            A message that fits no run, or that cannot be read, is kept here until somebody replays or discards it.
          </EmptyState>
        ) : (
          <DeadLettersTable letters={letters} open={open} onOpen={(id) => void setOpen(id)} />
        )}
        {list.hasNextPage && (
          <div className="flex justify-center p-4">
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Load more
            </Button>
          </div>
        )}
      </div>
      {open !== null && <DeadLetterSheet key={open} id={open} onClose={() => void setOpen(null)} />}
    </div>
  );
}

const SHAPES = ["first", "second", "third", "fourth"];

function DeadLettersSkeleton() {
  return (
    <Loading label="Loading the dead letters">
      <div className="h-[34px] border-b" />
      {SHAPES.map((shape) => (
        <div key={shape} className="flex h-[56px] items-center gap-12 border-b px-4">
          <Skeleton className="w-40" />
          <Skeleton className="w-80" />
          <Skeleton className="ml-auto w-32" />
        </div>
      ))}
    </Loading>
  );
}
