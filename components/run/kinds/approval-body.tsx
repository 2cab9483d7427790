"use client";
import { useQuery } from "@tanstack/react-query";
import { runApprovalsQuery } from "@/components/api/approvals";
import { approverWords } from "@/components/approvals/approver-words";
import { DecisionForm } from "@/components/approvals/decision-form";
import { QueryError } from "@/components/shell/query-error";
import { CodeBlock } from "@/components/ui/code-block";
import { formatDateTime } from "@/components/ui/format";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import type { LogEntry, Transition } from "@/engine/run/transition";
import type { Moment } from "../moment";
import { actorWords } from "../plain-words";
import type { KindBodyProps } from "./kind-body";
import { WaitFacts } from "./wait-facts";

/** An approval: what is asked of whom, the form and the two buttons while it waits; afterwards, who decided what and why. */
export function ApprovalBody({ moment, spec, step }: KindBodyProps) {
  const decided = decisionIn(moment.entries, step.id);
  const words = spec.kind === "approval" ? approverWords(spec) : "";
  return (
    <div className="flex flex-col gap-4 border-b p-4">
      {step.waiting === null && decided ? (
        <Decided {...decided} />
      ) : (
        <WaitFacts moment={moment} spec={spec} step={step} />
      )}
      <p className="text-sm">
        <span className="block text-ink-3 text-xs">May decide</span>
        {words}
      </p>
      {step.waiting !== null && !moment.replaying && <Asked moment={moment} step={step.id} />}
    </div>
  );
}

/** The server is asked whether this person may decide: roles, names and four eyes are its business. */
function Asked({ moment, step }: { moment: Moment; step: string }) {
  const asked = useQuery(runApprovalsQuery(moment.state.id));
  const approval = asked.data?.items.find((one) => one.step === step);
  if (asked.isError)
    return <QueryError error={asked.error} what="The decision" needs="viewer" onRetry={() => void asked.refetch()} />;
  if (approval) return <DecisionForm key={approval.id} approval={approval} onDone={() => undefined} />;
  if (!asked.isFetching) return null;
  return (
    <Loading label="Loading the decision" className="flex flex-col gap-2">
      <Skeleton className="h-16 w-full" />
      <Skeleton className="h-[30px] w-40" />
    </Loading>
  );
}

type Decision = Extract<Transition, { type: "ApprovalDecided" }> & {
  readonly at: number;
  readonly actor: string | null;
};

function decisionIn(entries: readonly LogEntry[], step: string): Decision | null {
  for (const { transitions, at, actor } of entries.toReversed())
    for (const t of transitions) if (t.type === "ApprovalDecided" && t.step === step) return { ...t, at, actor };
  return null;
}

function Decided({ decision, actor, at, comment, form }: Decision) {
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p>
        <strong className="font-semibold">{decision === "approve" ? "Approved" : "Rejected"}</strong>
        {actor && ` by ${actorWords(actor)}`}
        <span className="block text-ink-2 text-xs">{formatDateTime(at)}</span>
      </p>
      {comment && <blockquote className="border-l-2 pl-3 text-ink-2">{comment}</blockquote>}
      {form !== null && <CodeBlock label="What was filled in" value={form} maxHeight={240} />}
    </div>
  );
}
