"use client";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { type StateLook, stepStatusLooks, waitingLook } from "@/components/canvas/status";
import { Badge } from "@/components/ui/badge";
import { StatusIcon } from "@/components/ui/status-badge";
import { subjectOf } from "@/engine/context";
import type { SagaStep } from "@/engine/definition/saga";
import type { StepState } from "@/engine/run/state";
import { kindText } from "@/engine/steps";
import { itemTitle } from "./item-title";
import { KindBody } from "./kinds/kind-body";
import type { Moment } from "./moment";
import { StepNotices } from "./step-notices";
import { WorkTabs } from "./work-tabs";

export type StepInspectorProps = {
  moment: Moment;
  spec: SagaStep;
  step: StepState;
  /** Of a forEach: the item that is looked at; null: the step as a whole. */
  item: number | null;
  onSelect: (step: string, item?: number) => void;
};

/** Everything about one step, or one item of it, at one moment: what is now, what was tried, sent and answered, its undo. */
export function StepInspector({ moment, spec, step, item, onSelect }: StepInspectorProps) {
  const value = item === null ? undefined : step.items?.[item];
  if (item === null || !value)
    return (
      <>
        <Header
          title={spec.title}
          look={step.waiting ? waitingLook : stepStatusLooks[step.status]}
          sub={<Subtitle spec={spec} />}
          badges={<KindBadges spec={spec} />}
        >
          <StepNotices moment={moment} spec={spec} step={step} work={step} item={null} />
        </Header>
        <KindBody moment={moment} spec={spec} step={step} onSelect={onSelect} />
      </>
    );
  const title = itemTitle(value.value, item);
  const { work } = subjectOf(moment.saga, moment.state, { index: moment.saga.indexOf.get(spec.id) ?? -1, item });
  return (
    <>
      <button
        type="button"
        onClick={() => onSelect(spec.id)}
        className="mx-3 mt-3 flex items-center gap-1 rounded-sm px-1 text-ink-2 text-xs hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-3.5" /> {spec.title}
      </button>
      <Header
        title={title}
        look={stepStatusLooks[work.status]}
        sub={<Subtitle spec={spec} />}
        badges={<KindBadges spec={spec} />}
      >
        <StepNotices moment={moment} spec={spec} step={step} work={work} item={item} />
      </Header>
      <WorkTabs moment={moment} spec={spec} step={step} item={item} name={title} />
    </>
  );
}

type HeaderProps = { title: string; look: StateLook; sub: ReactNode; badges: ReactNode; children: ReactNode };

function Header({ title, look, sub, badges, children }: HeaderProps) {
  return (
    <header className="flex flex-col gap-3 border-b p-4">
      <div className="flex items-start gap-2.5 pr-7">
        <StatusIcon look={look} className="mt-0.5 size-4" />
        <div className="min-w-0 flex-1">
          <h2 className="break-words font-semibold text-base">{title}</h2>
          {sub}
          <p className="mt-1.5 flex flex-wrap items-center gap-2 text-ink-2 text-xs">
            {look.word}
            {badges}
          </p>
        </div>
      </div>
      {children}
    </header>
  );
}

/** What the step is: the command it calls, the saga it runs, or what its kind does. */
function Subtitle({ spec }: { spec: SagaStep }) {
  if (spec.action)
    return (
      <p className="break-words font-mono text-ink-2 text-xs">
        {spec.action.service}.<wbr />
        {spec.action.command}
      </p>
    );
  if (spec.kind === "saga")
    return (
      <p className="text-ink-2 text-sm">
        Runs <span className="font-mono text-xs">{spec.saga}</span>
      </p>
    );
  return <p className="text-ink-2 text-sm">{kindText(spec.kind).description}</p>;
}

/** The kind, where it is not the usual one; the class, where it says something. */
function KindBadges({ spec }: { spec: SagaStep }) {
  const calls = spec.action !== null || spec.kind === "saga";
  return (
    <>
      {spec.kind !== "action" && <Badge>{kindText(spec.kind).title.toLowerCase()}</Badge>}
      {calls && <Badge>{spec.class === "readonly" ? "read-only" : spec.class}</Badge>}
    </>
  );
}
