"use client";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { formatAmount, shortId } from "@/components/ui/format";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { Elapsed } from "@/components/ui/time";
import type { ApprovalView } from "@/contract/messages";
import { paths } from "@/contract/paths";
import { approverWords } from "./approver-words";
import { DueTime } from "./due-time";

type ApprovalsTableProps = {
  approvals: readonly ApprovalView[];
  open: string | null;
  onOpen: (id: string) => void;
};

/** What is asked, of which run, since when, until when, and of whom. A click anywhere on a row opens it. */
export function ApprovalsTable({ approvals, open, onOpen }: ApprovalsTableProps) {
  return (
    <Table className="min-w-[700px] table-fixed">
      <TableHeader>
        <tr>
          <TableHead>Decision</TableHead>
          <TableHead className="w-52">Run</TableHead>
          <TableHead numeric className="w-24">
            At stake
          </TableHead>
          <TableHead numeric className="w-28 max-lg:hidden">
            Waiting for
          </TableHead>
          <TableHead className="w-48 pl-8">Due</TableHead>
          <TableHead className="w-60 max-xl:hidden">Who may decide</TableHead>
          <TableHead className="w-24">
            <span className="sr-only">Open</span>
          </TableHead>
        </tr>
      </TableHeader>
      <tbody>
        {approvals.map((approval) => (
          <ApprovalRow key={approval.id} approval={approval} selected={approval.id === open} onOpen={onOpen} />
        ))}
      </tbody>
    </Table>
  );
}

type ApprovalRowProps = { approval: ApprovalView; selected: boolean; onOpen: (id: string) => void };

function ApprovalRow({ approval, selected, onOpen }: ApprovalRowProps) {
  const { id, title, saga, version, run, businessKey, exposure } = approval;
  const key = businessKey ?? shortId(run);
  return (
    <TableRow
      selected={selected}
      className="cursor-pointer"
      onClick={(event) => {
        if (event.target instanceof Element && !event.target.closest("a, button")) onOpen(id);
      }}
    >
      <TableCell className="truncate font-semibold" title={title}>
        {title}
      </TableCell>
      <TableCell className="truncate">
        <Link href={paths.run(run)} prefetch={false} title={businessKey ?? run} className="rounded-sm hover:underline">
          {businessKey ?? <span className="font-mono text-xs">{key}</span>}
        </Link>{" "}
        <span className="text-ink-3 text-xs">
          {saga} v{version}
        </span>
      </TableCell>
      <TableCell numeric>
        {exposure === null ? <span className="text-ink-3">–</span> : formatAmount(exposure)}
      </TableCell>
      <TableCell numeric className="text-ink-2 max-lg:hidden">
        <Elapsed from={approval.requestedAt} />
      </TableCell>
      <TableCell className="pl-8">
        <DueTime requestedAt={approval.requestedAt} dueAt={approval.dueAt} />
      </TableCell>
      <TableCell className="truncate text-ink-2 max-xl:hidden" title={approverWords(approval)}>
        {approverWords(approval)}
      </TableCell>
      <TableCell className="text-right">
        <Button
          size="sm"
          data-approval={id}
          aria-label={`${verb(approval)}: ${title}, ${key}`}
          onClick={() => onOpen(id)}
        >
          {verb(approval)}…
        </Button>
      </TableCell>
    </TableRow>
  );
}

const verb = ({ mayDecide }: ApprovalView) => (mayDecide ? "Decide" : "Look");
