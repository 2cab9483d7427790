"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ClipboardCheck } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import { approvalsQuery } from "@/components/api/approvals";
import { PageHeader } from "@/components/shell/page-header";
import { QueryError } from "@/components/shell/query-error";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { formatCount } from "@/components/ui/format";
import { Segmented } from "@/components/ui/segmented";
import type { ApprovalView } from "@/contract/messages";
import { byUrgency } from "./approval-order";
import { ApprovalSheet } from "./approval-sheet";
import { ApprovalsSkeleton } from "./approvals-skeleton";
import { ApprovalsTable } from "./approvals-table";

const views = ["mine", "all"] as const;
const viewOptions = [
  { value: "mine", label: "For me" },
  { value: "all", label: "All" },
] as const;

/** A person's inbox: the decisions that runs wait for, the most urgent first, live. */
export function ApprovalsScreen() {
  const [view, setView] = useQueryState("show", parseAsStringLiteral(views).withDefault("mine"));
  const list = useInfiniteQuery(approvalsQuery(view === "mine"));
  const approvals = byUrgency(list.data?.pages.flatMap((page) => page.items) ?? []);
  const opened = useOpened(approvals);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader
        title="Approvals"
        meta={
          list.data && (
            <span>
              {formatCount(approvals.length)}
              {list.hasNextPage && "+"} {view === "mine" ? "for you to decide" : "to be decided"}
            </span>
          )
        }
        actions={
          <Segmented
            aria-label="Whose"
            value={view}
            onValueChange={(next) => void setView(next)}
            options={viewOptions}
          />
        }
      />
      <div className="min-h-0 flex-1 overflow-auto bg-panel">
        {list.isPending ? (
          <ApprovalsSkeleton />
        ) : list.isError ? (
          <QueryError error={list.error} what="The approvals" needs="viewer" onRetry={() => void list.refetch()} />
        ) : approvals.length > 0 ? (
          <ApprovalsTable approvals={approvals} open={opened.approval?.id ?? null} onOpen={opened.open} />
        ) : list.hasNextPage ? (
          <EmptyState icon={ClipboardCheck} title="None of the oldest is for you">
            There are more to look through.
          </EmptyState>
        ) : view === "mine" ? (
          <EmptyState
            icon={ClipboardCheck}
            title="Nothing waits for you"
            action={<Button onClick={() => void setView("all")}>Show those of others</Button>}
          >
            When a run comes to an approval step that you may decide, it appears here.
          </EmptyState>
        ) : (
          <EmptyState icon={ClipboardCheck} title="No decision is asked for">
            A saga asks a person with an approval step; draw one in the designer.
          </EmptyState>
        )}
        {list.hasNextPage && !list.isError && (
          <div className="flex justify-center p-4">
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Load more
            </Button>
          </div>
        )}
      </div>
      <ApprovalSheet
        approval={opened.approval}
        gone={opened.gone}
        onClose={opened.close}
        onCloseAutoFocus={opened.focusNext}
      />
    </div>
  );
}

type Kept = { readonly approval: ApprovalView; readonly place: number };

/** Which approval is open: it is in the address, and stays in view when somebody else decides it. */
function useOpened(approvals: readonly ApprovalView[]) {
  const [id, setId] = useQueryState("approval", parseAsString);
  const [kept, setKept] = useState<Kept | null>(null);
  const place = approvals.findIndex((one) => one.id === id);
  const here = approvals[place] ?? null;
  if (here && (here !== kept?.approval || place !== kept.place)) setKept({ approval: here, place });
  const last = kept?.approval.id === id ? kept.approval : null;
  const approval = id === null ? null : (here ?? last);
  return {
    approval,
    gone: approval !== null && here === null,
    open: (next: string) => void setId(next),
    close: () => void setId(null),
    /** Gives the focus to the row that was open, or to the one that took its place. */
    focusNext: (event: Event) => {
      const rows = [...document.querySelectorAll<HTMLElement>("[data-approval]")];
      const own = rows.find((one) => one.dataset.approval === kept?.approval.id);
      const row = own ?? rows[Math.min(kept?.place ?? 0, rows.length - 1)];
      if (!row) return;
      event.preventDefault();
      row.focus();
    },
  };
}
