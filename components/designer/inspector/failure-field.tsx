"use client";
import { kindOf } from "@/components/canvas/step-kind";
import type { StepDocument } from "@/engine/definition/document";
import { choicesOf } from "../document/choices";
import { ChoiceField } from "../fields/choice-field";
import { useDesigner } from "../state/designer-context";

const options = [
  { value: "compensate", label: "Compensate", meaning: "The run unwinds: what was done is undone." },
  { value: "hold", label: "Hold", meaning: "The run waits for a person; siblings go on." },
  { value: "continue", label: "Continue", meaning: "The run goes on without this step." },
] as const;

/** What a failure of the step does to the run, among what its kind allows. `label` names what counts as one. */
export function FailureField({ step, label = "When it fails" }: { step: StepDocument; label?: string }) {
  const { change } = useDesigner();
  const choices = choicesOf(kindOf(step), "onFailure");
  return (
    <ChoiceField
      label={label}
      value={step.onFailure ?? "compensate"}
      options={options.filter(({ value }) => choices.includes(value))}
      onChange={(value) => change({ type: "set-field", step: step.id, field: "onFailure", value })}
    />
  );
}
