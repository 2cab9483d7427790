"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { demoPresenceQuery } from "@/components/api/demo";
import { runCountsQuery } from "@/components/api/runs";
import { stateLooks } from "@/components/canvas/status";
import { StartAnyRunButton } from "@/components/run/start-run-button";
import { Button } from "@/components/ui/button";
import { StatusIcon } from "@/components/ui/status-badge";
import { paths } from "@/contract/paths";

/** What to do first, until it is done: start a run; in an installation with a demo shop, see one unwind as well. */
export function FirstSteps() {
  const counts = useQuery(runCountsQuery).data;
  const demo = useQuery(demoPresenceQuery).isSuccess;
  if (!counts) return null;
  const ran = Object.values(counts.byState).some((count) => count > 0);
  const unwound = counts.byState.failed > 0;
  if (unwound || (ran && !demo)) return null;
  return (
    <section aria-label="First steps" className="shrink-0 overflow-hidden rounded-lg border bg-panel">
      <h2 className="flex h-10 items-center border-b px-4 font-semibold text-sm">First steps</h2>
      <ol className="[&>li:last-child]:border-b-0">
        <Step title="Start a run" done={ran} action={<StartAnyRunButton variant={ran ? "secondary" : "primary"} />}>
          Its form is filled in already; watch each step as it happens.
        </Step>
        {demo && (
          <Step
            title="See one unwind"
            done={false}
            action={
              <Button asChild variant={ran ? "primary" : "secondary"}>
                <Link href={paths.demo()}>Open the demo shop</Link>
              </Button>
            }
          >
            Let PaymentService.ProcessPayment decline there and start another order: what was done is undone, in
            reverse.
          </Step>
        )}
        <Step
          title="Draw your own"
          done={false}
          action={
            <Button asChild>
              <Link href={`${paths.sagas()}?new=blank`}>New saga</Link>
            </Button>
          }
        >
          Each step is a pair: a command that does something, and the command that undoes it.
        </Step>
      </ol>
    </section>
  );
}

type StepProps = { title: string; done: boolean; action: ReactNode; children: ReactNode };

function Step({ title, done, action, children }: StepProps) {
  return (
    <li className="flex items-center gap-3 border-b px-4 py-3">
      <StatusIcon look={done ? stateLooks.completed : stateLooks.pending} />
      <div className="flex min-w-0 flex-1 flex-col">
        <h3 className="font-medium text-sm">
          {title} {done && <span className="font-normal text-ink-3">done</span>}
        </h3>
        <p className="text-ink-2 text-sm">{children}</p>
      </div>
      {action}
    </li>
  );
}
