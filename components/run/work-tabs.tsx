"use client";
import { type ReactNode, useMemo } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { inputOf, subjectOf } from "@/engine/context";
import type { SagaStep } from "@/engine/definition/saga";
import type { StepState, WorkState } from "@/engine/run/state";
import { AttemptList } from "./attempt-list";
import { attemptsOf } from "./attempts";
import { isObserved, type Moment } from "./moment";
import { Quiet } from "./quiet";
import { UndoPanel } from "./undo-panel";

type WorkTabsProps = { moment: Moment; spec: SagaStep; step: StepState; item: number | null; name: string };

/** What was tried, sent and answered for a step or one item of it, and its undo. */
export function WorkTabs({ moment, spec, step, item, name }: WorkTabsProps) {
  const attempts = useMemo(
    () => attemptsOf(moment.entries).filter((attempt) => attempt.step === step.id && attempt.item === item),
    [moment.entries, step.id, item],
  );
  const of = (half: "action" | "compensation" | "probe") => attempts.filter((attempt) => attempt.half === half);
  const subject = subjectOf(moment.saga, moment.state, { index: moment.saga.indexOf.get(spec.id) ?? -1, item });
  const { work } = subject;
  const probes = of("probe");
  const observed = isObserved(moment);
  return (
    <Tabs
      key={`${step.id}:${item}`}
      defaultValue={work.status.startsWith("compensat") ? "undo" : "attempts"}
      className="border-b"
    >
      <TabsList aria-label={`About ${name}`}>
        <TabsTrigger value="attempts">{observed ? "Course" : "Attempts"}</TabsTrigger>
        {!observed && <TabsTrigger value="input">Input</TabsTrigger>}
        <TabsTrigger value="result">Result</TabsTrigger>
        <TabsTrigger value="undo">Undo</TabsTrigger>
      </TabsList>
      <TabsContent value="attempts" className="flex flex-col gap-5 p-4">
        {probes.length > 0 && (
          <Section title="Asked whether it happened">
            <AttemptList attempts={probes} moment={moment} spec={spec} empty="" />
          </Section>
        )}
        <Section title={probes.length > 0 ? "Action" : null}>
          <AttemptList attempts={of("action")} moment={moment} spec={spec} empty={notTried(spec, work)} />
        </Section>
      </TabsContent>
      <TabsContent value="input" className="p-4">
        {work.action.attempt === 0 ? (
          <Quiet>Its input is worked out when it starts.</Quiet>
        ) : (
          <CodeBlock label="Input" value={inputOf(subject, "action")} maxHeight={480} />
        )}
      </TabsContent>
      <TabsContent value="result" className="p-4">
        <ResultOf work={work} />
      </TabsContent>
      <TabsContent value="undo" className="p-4">
        <UndoPanel moment={moment} spec={spec} step={step} item={item} attempts={of("compensation")} />
      </TabsContent>
    </Tabs>
  );
}

/** What a step or item answered. */
export function ResultOf({ work }: { work: WorkState }) {
  if (work.result !== null) return <CodeBlock label="Result" value={work.result} maxHeight={480} />;
  return <Quiet>{work.status === "completed" ? "It has no result." : "It has no result yet."}</Quiet>;
}

export function Section({ title, children }: { title: string | null; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      {title && <h3 className="font-medium text-ink-3 text-xs">{title}</h3>}
      {children}
    </section>
  );
}

function notTried({ kind }: SagaStep, { status }: WorkState): string {
  if (status === "skipped") return "It was skipped, so nothing was sent.";
  if (status === "failed") return "Nothing was sent: it failed before that.";
  return kind === "reaction"
    ? "Nothing was done yet: its event has not come."
    : "Nothing was sent yet: it waits for the steps before it.";
}
