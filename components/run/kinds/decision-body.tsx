import { useMemo } from "react";
import { titlesOf } from "@/components/canvas/canvas-model";
import { stateLooks } from "@/components/canvas/status";
import { takenEdges } from "@/components/canvas/taken-edges";
import { StatusIcon } from "@/components/ui/status-badge";
import { edgesOf } from "@/engine/definition/edges";
import type { KindBodyProps } from "./kind-body";

/** The ways out of a decision, in the order in which they are tried, and the one that was taken. */
export function DecisionBody({ moment, step }: KindBodyProps) {
  const titles = titlesOf(moment.document);
  const taken = useMemo(() => takenEdges(moment.entries).get(step.id), [moment.entries, step.id]);
  const ways = edgesOf(moment.document).filter(({ from }) => from === step.id);
  const isTaken = (to: string) => step.status === "completed" && (taken?.includes(to) ?? true);
  return (
    <section aria-label="Ways out" className="flex flex-col gap-2 border-b p-4">
      <h3 className="font-semibold text-sm">Ways out</h3>
      <ol className="flex flex-col gap-2">
        {ways.map(({ to, when, otherwise }) => {
          const look = isTaken(to) ? stateLooks.completed : stateLooks[step.passed ? "skipped" : "pending"];
          return (
            <li key={to} className="flex items-start gap-2 text-sm">
              <StatusIcon look={look} className="mt-0.5" />
              <div className="min-w-0">
                <p className={isTaken(to) ? "font-medium" : "text-ink-2"}>
                  {titles.get(to) ?? to}
                  {isTaken(to) && <span className="font-normal text-ink-3"> · taken</span>}
                </p>
                <p className="break-words font-mono text-ink-3 text-xs">
                  {when ?? (otherwise ? "otherwise" : "always")}
                </p>
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
