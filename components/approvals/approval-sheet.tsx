"use client";
import { ArrowUpRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { formatAmount, formatDateTime, shortId } from "@/components/ui/format";
import { Notice } from "@/components/ui/notice";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import type { ApprovalView } from "@/contract/messages";
import { paths } from "@/contract/paths";
import { approverWords } from "./approver-words";
import { DecisionForm } from "./decision-form";
import { DueTime } from "./due-time";

type ApprovalSheetProps = {
  /** What is looked at; kept while somebody else decides it meanwhile, which `gone` then says. */
  approval: ApprovalView | null;
  gone: boolean;
  onClose: () => void;
  /** Where the focus goes when the row that opened the sheet is not there any more. */
  onCloseAutoFocus: (event: Event) => void;
};

/** One decision: what the run is about, what is to be filled in, and the two buttons. */
export function ApprovalSheet({ approval, gone, onClose, onCloseAutoFocus }: ApprovalSheetProps) {
  return (
    <Sheet open={approval !== null} onOpenChange={(open) => !open && onClose()}>
      {approval && (
        <SheetContent
          title={approval.title}
          description={`${approval.saga} v${approval.version}`}
          onCloseAutoFocus={onCloseAutoFocus}
          footer={
            <Button asChild className="mr-auto">
              <Link href={`${paths.run(approval.run)}?step=${encodeURIComponent(approval.step)}`}>
                Open the run <ArrowUpRight aria-hidden />
              </Link>
            </Button>
          }
        >
          <div className="flex flex-col gap-5">
            <Facts approval={approval} />
            {gone ? (
              <Notice tone="attention" title="Nobody is asked for this any more">
                It was decided meanwhile, or the run has moved on without it. The run's log says by whom and why.
              </Notice>
            ) : (
              <DecisionForm key={approval.id} approval={approval} onDone={onClose} />
            )}
            <div className="flex flex-col gap-2">
              <h3 className="font-semibold text-sm">Data of the run</h3>
              <CodeBlock label="Data of the run" value={approval.data} maxHeight={420} />
            </div>
          </div>
        </SheetContent>
      )}
    </Sheet>
  );
}

function Facts({ approval }: { approval: ApprovalView }) {
  const { businessKey, run, exposure, requestedAt, dueAt } = approval;
  return (
    <dl className="grid grid-cols-[104px_1fr] gap-y-1.5 text-sm [&>dd]:min-w-0 [&>dt]:text-ink-3">
      <Fact name="Run">{businessKey ?? <span className="font-mono text-xs">{shortId(run)}</span>}</Fact>
      {exposure !== null && <Fact name="At stake">{formatAmount(exposure)}</Fact>}
      <Fact name="Asked">{formatDateTime(requestedAt)}</Fact>
      <Fact name="Due">
        <DueTime requestedAt={requestedAt} dueAt={dueAt} />
        {dueAt && <span className="block text-ink-3 text-xs">Past it, the step fails.</span>}
      </Fact>
      <Fact name="May decide">{approverWords(approval)}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}
