import { CodeBlock } from "@/components/ui/code-block";
import { inputOf, subjectOf } from "@/engine/context";
import type { SagaStep } from "@/engine/definition/saga";
import { isUndoOwed } from "@/engine/rules";
import type { StepState, WorkState } from "@/engine/run/state";
import { AttemptList } from "./attempt-list";
import type { Attempt } from "./attempts";
import { isObserved, type Moment } from "./moment";

type UndoPanelProps = {
  moment: Moment;
  spec: SagaStep;
  step: StepState;
  item: number | null;
  attempts: readonly Attempt[];
};

/** The undo of a step or item: whether it is owed, what it is sent, how it went. */
export function UndoPanel({ moment, spec, step, item, attempts }: UndoPanelProps) {
  if (spec.undoneBy === null) return <p className="text-ink-2 text-sm">{whyNone(spec)}</p>;
  const subject = subjectOf(moment.saga, moment.state, { index: moment.saga.indexOf.get(spec.id) ?? -1, item });
  const evidence = evidenceOf(moment, step.id, item);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm">
        {spec.compensation ? (
          <span className="break-all font-mono text-xs">{`${spec.compensation.service}.${spec.compensation.command}`}</span>
        ) : (
          "Undone by the unwind of its own run."
        )}
        <span className="block text-ink-2">{standing(spec, step, subject.work)}</span>
      </p>
      {evidence && (
        <p className="text-sm">
          <span className="block text-ink-3 text-xs">Done by hand, with the evidence</span>
          {evidence}
        </p>
      )}
      <AttemptList attempts={attempts} moment={moment} spec={spec} empty="It was not sent." />
      {subject.work.undo.attempt > 0 && spec.compensation && !isObserved(moment) && (
        <section className="flex flex-col gap-1.5">
          <h3 className="font-semibold text-sm">Input</h3>
          <CodeBlock label="Input of the undo" value={inputOf(subject, "compensation")} maxHeight={320} />
        </section>
      )}
    </div>
  );
}

const whyNone = (spec: SagaStep) =>
  spec.class === "readonly"
    ? "It changes nothing, so there is nothing to undo."
    : "It has no compensation: what it did stays, whatever happens to the run.";

function standing(spec: SagaStep, { leftOut }: StepState, work: WorkState): string {
  if (work.status === "compensated") return `Done, number ${work.undoOrder ?? "?"} of the unwind.`;
  if (work.status === "compensating") return "Under way.";
  if (work.status === "compensation_failed") return "It failed; the effect of the action still stands.";
  if (!isUndoOwed(spec, work)) return "Not owed: as far as is known there is nothing to undo.";
  if (leftOut !== null) return `Left out of the unwind: ${leftOut}`;
  return work.effect === "unknown"
    ? `Owed if ${owedWhen(spec)}, since the action may have happened.`
    : `Owed if ${owedWhen(spec)}.`;
}

const owedWhen = ({ kind }: SagaStep) => (kind === "reaction" ? "the run fails" : "the run unwinds");

function evidenceOf(moment: Moment, step: string, item: number | null): string | null {
  for (const { transitions } of moment.entries.toReversed())
    for (const t of transitions)
      if (t.type === "CompensationCompleted" && t.step === step && (t.item ?? null) === item && t.evidence)
        return t.evidence;
  return null;
}
