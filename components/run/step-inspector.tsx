"use client";
import { useMemo } from "react";
import { stepStatusLooks } from "@/components/canvas/status";
import { Badge } from "@/components/ui/badge";
import { CodeBlock } from "@/components/ui/code-block";
import { StatusIcon } from "@/components/ui/status-badge";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { actionInput } from "@/engine/context";
import type { SagaStep } from "@/engine/definition/saga";
import type { StepState } from "@/engine/run/state";
import { AttemptList } from "./attempt-list";
import { attemptsOf } from "./attempts";
import type { Moment } from "./moment";
import { StepNotices } from "./step-notices";
import { UndoPanel } from "./undo-panel";

/** Everything about one step at one moment: what is now, what was tried, sent and answered, and its undo. */
export function StepInspector({ moment, spec, step }: { moment: Moment; spec: SagaStep; step: StepState }) {
  const attempts = useMemo(
    () => attemptsOf(moment.entries).filter((attempt) => attempt.step === step.id),
    [moment.entries, step.id],
  );
  const actions = attempts.filter((attempt) => attempt.half === "action");
  const undos = attempts.filter((attempt) => attempt.half === "compensation");
  return (
    <>
      <header className="flex flex-col gap-3 border-b p-4">
        <div className="flex items-start gap-2.5 pr-7">
          <StatusIcon look={stepStatusLooks[step.status]} className="mt-0.5 size-4" />
          <div className="min-w-0 flex-1">
            <h2 className="break-words font-semibold text-base">{spec.title}</h2>
            <p className="break-words font-mono text-ink-2 text-xs">
              {spec.action.service}.<wbr />
              {spec.action.command}
            </p>
            <p className="mt-1.5 flex items-center gap-2 text-ink-2 text-xs">
              {stepStatusLooks[step.status].word}
              <Badge>{spec.class === "readonly" ? "read-only" : spec.class}</Badge>
            </p>
          </div>
        </div>
        <StepNotices moment={moment} step={step} />
      </header>
      <Tabs defaultValue={step.status.startsWith("compensat") ? "undo" : "attempts"} key={step.id}>
        <TabsList aria-label={`About ${spec.title}`}>
          <TabsTrigger value="attempts">Attempts</TabsTrigger>
          <TabsTrigger value="input">Input</TabsTrigger>
          <TabsTrigger value="result">Result</TabsTrigger>
          <TabsTrigger value="undo">Undo</TabsTrigger>
        </TabsList>
        <TabsContent value="attempts" className="p-4">
          <AttemptList attempts={actions} moment={moment} spec={spec} empty={notTried(step)} />
        </TabsContent>
        <TabsContent value="input" className="p-4">
          {step.action.attempt === 0 ? (
            <Quiet>Its input is worked out when the step starts.</Quiet>
          ) : (
            <CodeBlock label="Input" value={actionInput(moment.state, step)} maxHeight={480} />
          )}
        </TabsContent>
        <TabsContent value="result" className="p-4">
          {step.result === null ? (
            <Quiet>{step.status === "completed" ? "It answered without a result." : "It has no result."}</Quiet>
          ) : (
            <CodeBlock label="Result" value={step.result} maxHeight={480} />
          )}
        </TabsContent>
        <TabsContent value="undo" className="p-4">
          <UndoPanel moment={moment} spec={spec} step={step} attempts={undos} />
        </TabsContent>
      </Tabs>
    </>
  );
}

export const Quiet = ({ children }: { children: string }) => <p className="text-ink-2 text-sm">{children}</p>;

function notTried(step: StepState): string {
  if (step.status === "skipped") return "It was skipped, so nothing was sent.";
  return "Nothing was sent yet: it waits for the steps before it.";
}
