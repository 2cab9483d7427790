"use client";
import type { StepOf } from "@/components/canvas/step-kind";
import { DurationField, TextField } from "../../fields/text-field";
import { useDesigner } from "../../state/designer-context";
import { FailureField } from "../failure-field";

/** Which word from outside is waited for, and how long. */
export function SignalForm({ step }: { step: StepOf<"signal"> }) {
  const { change } = useDesigner();
  return (
    <>
      <TextField
        label="Name of the signal"
        mono
        value={step.signal}
        maxLength={80}
        placeholder="PaymentReceived"
        hint="Sent to the run by its id or business key; one that came before is kept. Its data are the step's result."
        onChange={(value) => change({ type: "set-field", step: step.id, field: "signal", value }, `signal ${step.id}`)}
      />
      <DurationField
        label="It must come within"
        value={step.timeout}
        placeholder="for ever"
        hint="Past it, the step fails."
        onChange={(value) =>
          change({ type: "set-field", step: step.id, field: "timeout", value }, `timeout ${step.id}`)
        }
      />
      <FailureField step={step} label="When it does not come" />
    </>
  );
}
