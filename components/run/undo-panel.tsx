import { CodeBlock } from "@/components/ui/code-block";
import { undoInput } from "@/engine/context";
import type { SagaStep } from "@/engine/definition/saga";
import { isUndoOwed } from "@/engine/rules";
import type { StepState } from "@/engine/run/state";
import { AttemptList } from "./attempt-list";
import type { Attempt } from "./attempts";
import type { Moment } from "./moment";

type UndoPanelProps = { moment: Moment; spec: SagaStep; step: StepState; attempts: readonly Attempt[] };

/** A step's undo: whether it is owed, what it is sent, how it went. */
export function UndoPanel({ moment, spec, step, attempts }: UndoPanelProps) {
  if (!spec.compensation)
    return (
      <p className="text-ink-2 text-sm">
        {spec.class === "readonly"
          ? "It changes nothing, so there is nothing to undo."
          : "It has no compensation: what it did stays, whatever happens to the run."}
      </p>
    );
  const evidence = evidenceOf(moment, step.id);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm">
        <span className="break-all font-mono text-xs">{`${spec.compensation.service}.${spec.compensation.command}`}</span>
        <span className="block text-ink-2">{standing(spec, step)}</span>
      </p>
      {evidence && (
        <p className="text-sm">
          <span className="block text-ink-3 text-xs">Done by hand, with the evidence</span>
          {evidence}
        </p>
      )}
      <AttemptList attempts={attempts} moment={moment} spec={spec} empty="It was not sent." />
      {step.undo.attempt > 0 && (
        <section className="flex flex-col gap-1.5">
          <h3 className="font-semibold text-sm">Input</h3>
          <CodeBlock label="Input of the undo" value={undoInput(moment.state, step)} maxHeight={320} />
        </section>
      )}
    </div>
  );
}

function standing(spec: SagaStep, step: StepState): string {
  if (step.status === "compensated") return `Done, number ${step.undoOrder ?? "?"} of the unwind.`;
  if (step.status === "compensating") return "Under way.";
  if (step.status === "compensation_failed") return "It failed; the effect of the action still stands.";
  if (!isUndoOwed(spec, step)) return "Not owed: as far as is known there is nothing to undo.";
  return step.effect === "unknown"
    ? "Owed if the run unwinds, since the action may have happened."
    : "Owed if the run unwinds.";
}

function evidenceOf(moment: Moment, step: string): string | null {
  for (const { transitions } of moment.entries.toReversed())
    for (const t of transitions)
      if (t.type === "CompensationCompleted" && t.step === step && t.evidence) return t.evidence;
  return null;
}
