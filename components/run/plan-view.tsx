import { ArrowRight, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { type StateLook, stateLooks, stepStatusLooks } from "@/components/canvas/status";
import { cn } from "@/components/ui/cn";
import { CodeBlock } from "@/components/ui/code-block";
import { StatusBadge, StatusIcon } from "@/components/ui/status-badge";
import type { OperationPlan } from "@/contract/runs";
import type { WhatStays } from "./what-stays";

type PlanViewProps = {
  plan: OperationPlan;
  titleOf: (step: string) => string;
  /** What an operation that undoes nothing leaves; null for every other. */
  stays: WhatStays | null;
  /** How the run stands then; null when it stays as it is. */
  afterwards: StateLook | null;
};

const gapWords: Readonly<Record<string, string>> = {
  no_compensation: "has no compensation: what it did stays",
  irreversible: "cannot be undone, as its class says",
  unknown_never: "may have happened, and is never undone while that is unknown",
  left_out: "is left out on purpose",
};

/** What an operation would do: each undo in order with what is sent, what goes forward, and what cannot be undone. */
export function PlanView({ plan, titleOf, stays, afterwards }: PlanViewProps) {
  return (
    <section aria-label="Plan" className="flex flex-col gap-4">
      {plan.undos.length > 0 && (
        <Part title="Undone, in this order">
          <ol className="flex flex-col">
            {plan.undos.map((undo) => (
              <li key={undo.step} className="border-b py-2 last:border-b-0">
                <PlannedUndo undo={undo} title={titleOf(undo.step)} />
              </li>
            ))}
          </ol>
        </Part>
      )}
      {plan.forward.length > 0 && (
        <Part title="Sent">
          {plan.forward.map((call) => (
            <Call
              key={call.step}
              icon={<ArrowRight aria-hidden className="mt-0.5 size-3.5 shrink-0 text-state-executing" />}
              title={titleOf(call.step)}
              command={`${call.service}.${call.command}`}
              input={call.input}
            />
          ))}
        </Part>
      )}
      {stays && stays.done.length > 0 && <Steps title="Stays done" steps={stays.done} titleOf={titleOf} />}
      {stays && stays.unknown.length > 0 && <Steps title="Outcome unknown" steps={stays.unknown} titleOf={titleOf} />}
      {!stays && plan.gaps.length > 0 && (
        <Part title="Not undone">
          <ul className="flex flex-col gap-1.5">
            {plan.gaps.map((gap) => (
              <li key={gap.step} className="flex items-start gap-2 text-sm">
                <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-state-attention" />
                <span>
                  <strong className="font-semibold">{titleOf(gap.step)}</strong>{" "}
                  {gapWords[gap.reason] ?? gap.reason.replaceAll("_", " ")}
                </span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {afterwards && (
        <p className="flex items-center gap-2 text-ink-2 text-sm">
          The run is then <StatusBadge look={afterwards} />
        </p>
      )}
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <h3 className="font-medium text-ink-3 text-xs">{title}</h3>
      {children}
    </div>
  );
}

type StepsProps = { title: string; steps: readonly string[]; titleOf: (step: string) => string };

function Steps({ title, steps, titleOf }: StepsProps) {
  return (
    <Part title={title}>
      <ul className="flex flex-col gap-1.5">
        {steps.map((step) => (
          <li key={step} className="flex items-start gap-2 text-sm">
            <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-state-attention" />
            <span className="font-medium">{titleOf(step)}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function PlannedUndo({ undo, title }: { undo: OperationPlan["undos"][number]; title: string }) {
  const done = undo.status === "compensated";
  const look = undo.status === "planned" ? stateLooks.compensating : stepStatusLooks[undo.status];
  const notes = [
    done && "already undone",
    undo.status === "compensating" && "under way",
    undo.status === "compensation_failed" && "failed before",
    undo.effect === "unknown" && "sent because it may have happened",
  ].filter(Boolean);
  return (
    <Call
      icon={
        done ? (
          <StatusIcon look={look} className="mt-0.5" />
        ) : (
          <span className="mt-px grid h-[18px] min-w-[18px] shrink-0 place-items-center rounded-full bg-state-compensating-soft px-1 font-semibold text-state-compensating text-xs">
            {undo.order}
          </span>
        )
      }
      title={title}
      command={`${undo.service}.${undo.command}`}
      note={notes.join(", ")}
      input={done ? undefined : undo.input}
      quiet={done}
    />
  );
}

type CallProps = { icon: ReactNode; title: string; command: string; input: unknown; note?: string; quiet?: boolean };

function Call({ icon, title, command, input, note, quiet }: CallProps) {
  return (
    <div className="flex items-start gap-2 text-sm">
      {icon}
      <div className="min-w-0 flex-1">
        <p className={cn("font-medium", quiet && "text-ink-2")}>
          {title}
          {note && <span className="font-normal text-ink-3"> · {note}</span>}
        </p>
        <p className="break-all font-mono text-ink-2 text-xs">{command}</p>
        {input !== undefined && (
          <details className="mt-1">
            <summary className="w-fit rounded-sm text-ink-2 text-xs hover:text-ink">Input</summary>
            <CodeBlock label={`Input of ${command}`} value={input} maxHeight={220} className="mt-1" />
          </details>
        )}
      </div>
    </div>
  );
}
