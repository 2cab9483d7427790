import { ArrowRight, Circle, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { StateLook } from "@/components/canvas/status";
import { StatusBadge } from "@/components/ui/status-badge";
import type { OperationPlan } from "@/contract/runs";
import { LeftOut } from "./left-out";
import type { OperationForm } from "./operation-form";
import { PlanCall } from "./plan-call";
import { PlannedUndo } from "./planned-undo";
import { byStep } from "./planned-undos";
import type { WhatStays } from "./what-stays";

type PlanViewProps = {
  plan: OperationPlan;
  titleOf: (step: string) => string;
  /** Why a person left a step out of the unwind before. */
  whyLeftOut: (step: string) => string | null;
  /** What an operation that undoes nothing leaves; null for every other. */
  stays: WhatStays | null;
  /** How the run stands then; null when it stays as it is. */
  afterwards: StateLook | null;
  /** The undos that a person leaves out; null where the operation leaves none out. */
  leftOut: {
    readonly left: OperationForm["leaveOut"];
    readonly onChange: (left: OperationForm["leaveOut"]) => void;
    readonly error: string | undefined;
  } | null;
};

const gapWords: Readonly<Record<string, string>> = {
  no_compensation: "has no compensation: what it did stays",
  irreversible: "cannot be undone, as its class says",
  unknown_never: "may have happened, and is never undone while that is unknown",
  left_out: "is left out",
};

/** What an operation would do: each undo in order with what is sent, what goes forward, and what is not undone. */
export function PlanView({ plan, titleOf, whyLeftOut, stays, afterwards, leftOut }: PlanViewProps) {
  const left = leftOut?.left ?? [];
  const isLeft = (step: string) => left.some((one) => one.step === step);
  const planned = byStep(plan.undos).filter(({ step }) => !isLeft(step));
  const kept = plan.gaps.filter((gap) => gap.reason === "stays").map((gap) => gap.step);
  const gaps = plan.gaps.filter((gap) => gap.reason !== "stays" && !isLeft(gap.step));
  return (
    <section aria-label="Plan" className="flex flex-col gap-4">
      {planned.length > 0 && (
        <Part title="Undone, in this order">
          <ol className="flex flex-col">
            {planned.map((one) => (
              <li key={one.step} className="border-b py-2 last:border-b-0">
                <PlannedUndo
                  planned={one}
                  title={titleOf(one.step)}
                  {...(leftOut
                    ? { onLeaveOut: () => leftOut.onChange([...left, { step: one.step, reason: "" }]) }
                    : {})}
                />
              </li>
            ))}
          </ol>
        </Part>
      )}
      {leftOut && left.length > 0 && (
        <Part title="Left out">
          <LeftOut left={left} onChange={leftOut.onChange} titleOf={titleOf} error={leftOut.error} />
        </Part>
      )}
      {plan.forward.length > 0 && (
        <Part title="Sent">
          {plan.forward.map((call) => (
            <PlanCall
              key={call.step}
              icon={<ArrowRight aria-hidden className="mt-0.5 size-3.5 shrink-0 text-state-executing" />}
              title={titleOf(call.step)}
              command={call.service === "saga" ? `A run of ${call.command}` : `${call.service}.${call.command}`}
              input={call.input}
            />
          ))}
        </Part>
      )}
      {stays && stays.done.length > 0 && <Steps title="Stays done" steps={stays.done} titleOf={titleOf} />}
      {stays && stays.unknown.length > 0 && <Steps title="Outcome unknown" steps={stays.unknown} titleOf={titleOf} />}
      {kept.length > 0 && <Steps title="Stays, as the unwind stops there" steps={kept} titleOf={titleOf} calm />}
      {!stays && gaps.length > 0 && (
        <Part title="Not undone">
          <ul className="flex flex-col gap-1.5">
            {gaps.map((gap) => (
              <li key={gap.step} className="flex items-start gap-2 text-sm">
                <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-state-attention" />
                <span>
                  <strong className="font-semibold">{titleOf(gap.step)}</strong>{" "}
                  {gapWords[gap.reason] ?? gap.reason.replaceAll("_", " ")}
                  {gap.reason === "left_out" && whyLeftOut(gap.step) && `: ${whyLeftOut(gap.step)}`}
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

type StepsProps = {
  title: string;
  steps: readonly string[];
  titleOf: (step: string) => string;
  /** Meant so, and no warning. */
  calm?: true;
};

function Steps({ title, steps, titleOf, calm }: StepsProps) {
  const Icon = calm ? Circle : TriangleAlert;
  return (
    <Part title={title}>
      <ul className="flex flex-col gap-1.5">
        {steps.map((step) => (
          <li key={step} className="flex items-start gap-2 text-sm">
            <Icon
              aria-hidden
              className={calm ? "mt-0.5 size-3.5 shrink-0 text-ink-3" : "mt-0.5 size-3.5 shrink-0 text-state-attention"}
            />
            <span className="font-medium">{titleOf(step)}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}
