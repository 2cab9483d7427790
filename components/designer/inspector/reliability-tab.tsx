"use client";
import type { StepOf } from "@/components/canvas/step-kind";
import { Button } from "@/components/ui/button";
import { DurationField } from "../fields/text-field";
import { useDesigner } from "../state/designer-context";
import type { ActingStep } from "./class-field";
import { type CallingStep, CommandFieldset } from "./command-fields";
import { FailureField } from "./failure-field";
import { Part } from "./panel-header";
import { StepRetryFields } from "./retry-fields";

const thenWords = { compensate: "then undo", hold: "then hold", continue: "then go on" } as const;

/** How long each command is waited for, how often it is tried, and what happens when that was not enough. */
export function ReliabilityTab({ step }: { step: ActingStep }) {
  if (step.kind === "saga") return <ChildReliability step={step} />;
  const onFailure = step.onFailure ?? "compensate";
  const then = onFailure === "compensate" && step.class === "retriable" ? "then hold" : thenWords[onFailure];
  return (
    <>
      <Part title="Action">
        <StepRetryFields step={step} part="action" then={step.probe === undefined ? then : "then ask"} />
        <FailureField step={step} label={step.kind === "forEach" ? "When an item fails" : "When it fails"} />
      </Part>
      <Part title="Ask whether it happened">
        <Probe step={step} then={then} />
      </Part>
      {step.compensation !== undefined && (
        <Part title="Compensation">
          <StepRetryFields
            step={step}
            part="compensation"
            then={step.onCompensationFailure === "continue" ? "then go on" : "then hold"}
          />
        </Part>
      )}
    </>
  );
}

function ChildReliability({ step }: { step: StepOf<"saga"> }) {
  const { change } = useDesigner();
  const { id } = step;
  return (
    <>
      <DurationField
        label="It may take"
        value={step.timeout}
        placeholder="as long as it takes"
        hint="Past it, nobody knows how its run will end, and the step is unknown."
        onChange={(value) => change({ type: "set-field", step: id, field: "timeout", value }, `timeout ${id}`)}
      />
      <FailureField step={step} label="When its run fails" />
    </>
  );
}

/** The question that is put to the service when the attempts are spent and nobody knows what they did. */
function Probe({ step, then }: { step: CallingStep; then: string }) {
  const { change, readOnly } = useDesigner();
  const set = (value: string | undefined) => change({ type: "set-command", step: step.id, part: "probe", value });
  if (step.probe === undefined)
    return (
      <>
        <p className="text-ink-2 text-sm">
          When the attempts are spent and nobody knows what they did, a query can find out before anything is undone.
        </p>
        {!readOnly && (
          <Button className="self-start" onClick={() => set("")}>
            Add a probe
          </Button>
        )}
      </>
    );
  return (
    <>
      <p className="text-ink-3 text-xs">
        Asked with the action's key when its outcome is unknown. It answers{" "}
        <code className="font-mono">{"{ happened, result?, fenced? }"}</code>; fenced: it can no longer happen.
      </p>
      <CommandFieldset step={step} part="probe" placeholder="Service.FindCommand" />
      <details className="rounded-md border px-3 py-2">
        <summary className="font-medium text-ink-2 text-xs">Attempts and time-out</summary>
        <div className="mt-3 flex flex-col gap-4 pb-1">
          <StepRetryFields step={step} part="probe" then={then} />
        </div>
      </details>
      {!readOnly && (
        <Button variant="danger" className="self-start" onClick={() => set(undefined)}>
          Remove the probe
        </Button>
      )}
    </>
  );
}
