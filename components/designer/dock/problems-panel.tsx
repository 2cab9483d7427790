"use client";
import { CircleCheck, TriangleAlert, XCircle } from "lucide-react";
import { titlesOf } from "@/components/canvas/canvas-model";
import { cn } from "@/components/ui/cn";
import type { SagaDocument } from "@/engine/definition/document";
import type { Problem } from "@/engine/problem";
import { cardOf, isEmpty } from "../document/problems";
import { useDesigner } from "../state/designer-context";
import { useGoTo } from "../state/use-go-to";
import { QuickFixButton } from "./quick-fix-button";

/** Everything lint found, errors first; each leads to its step and field. */
export function ProblemsPanel() {
  const { problems, document } = useDesigner();
  const goTo = useGoTo();
  const titles = titlesOf(document);
  if (problems.length === 0 && isEmpty(document))
    return <p className="px-4 py-3 text-ink-2 text-sm">Nothing to check yet.</p>;
  if (problems.length === 0)
    return (
      <p className="flex items-center gap-2 px-4 py-3 text-ink-2 text-sm">
        <CircleCheck aria-hidden className="size-4 text-state-completed" /> No problems: this draft can be published.
      </p>
    );
  return (
    <ul>
      {problems.map((problem) => (
        <li
          key={`${problem.code}${problem.path}${problem.message}`}
          className="flex items-center gap-3 border-b pr-4 hover:bg-hover"
        >
          <button
            type="button"
            onClick={() => goTo(problem)}
            className="flex min-h-[34px] min-w-0 flex-1 flex-wrap items-center gap-x-2.5 py-1.5 pl-4 text-left"
          >
            <SeverityIcon severity={problem.severity} />
            <span className="w-44 shrink-0 truncate font-semibold text-sm">{nameOf(document, problem, titles)}</span>
            <span className="min-w-40 flex-1 text-ink-2 text-sm">{problem.message}</span>
          </button>
          <QuickFixButton problem={problem} />
        </li>
      ))}
    </ul>
  );
}

export function SeverityIcon({ severity }: { severity: Problem["severity"] }) {
  const error = severity === "error";
  const Icon = error ? XCircle : TriangleAlert;
  return (
    <Icon
      aria-label={error ? "Error" : "Warning"}
      className={cn("size-4 shrink-0", error ? "text-state-failed" : "text-state-compensating")}
    />
  );
}

const nameOf = (document: SagaDocument, problem: Problem, titles: ReadonlyMap<string, string>) => {
  const card = cardOf(document, problem);
  if (card) return titles.get(card) ?? card;
  return problem.path.startsWith("/edges") ? "Edge" : "Saga";
};
