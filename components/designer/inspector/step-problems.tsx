"use client";
import { TriangleAlert, XCircle } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { Problem } from "@/engine/problem";
import { QuickFixButton } from "../dock/quick-fix-button";

/** What is wrong in the part of a step that is shown, above its fields. */
export function StepProblems({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2">
      {problems.map((problem) => {
        const error = problem.severity === "error";
        const Icon = error ? XCircle : TriangleAlert;
        return (
          <li
            key={`${problem.code}${problem.path}${problem.message}`}
            className={cn(
              "flex items-start gap-2 rounded-md px-2.5 py-2 text-xs",
              error ? "bg-state-failed-soft" : "bg-state-compensating-soft",
            )}
          >
            <Icon
              aria-label={error ? "Error" : "Warning"}
              className={cn("mt-0.5 size-3.5 shrink-0", error ? "text-state-failed" : "text-state-compensating")}
            />
            <div className="flex min-w-0 flex-1 flex-col items-start gap-1.5">
              <span className="break-words">{problem.message}</span>
              <QuickFixButton problem={problem} />
            </div>
          </li>
        );
      })}
    </ul>
  );
}
