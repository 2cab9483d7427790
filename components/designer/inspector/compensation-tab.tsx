"use client";
import { Undo2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { classOf } from "@/engine/definition/defaults";
import type { StepDocument } from "@/engine/definition/document";
import { ChoiceField } from "../fields/choice-field";
import { useDesigner } from "../state/designer-context";
import { HalfFields, HttpFields } from "./half-fields";

const selfOptions = [
  { value: "ifUnknown", label: "If unknown", meaning: "Undone when nobody knows whether its effect happened." },
  { value: "always", label: "Always", meaning: "Undone even when it is known to have failed." },
  { value: "never", label: "Never", meaning: "Left as it is; an unknown effect ends the rollback incomplete." },
] as const;

const failureOptions = [
  { value: "hold", label: "Hold", meaning: "A person retries it, edits it or marks it undone; the unwind waits." },
  {
    value: "continue",
    label: "Continue",
    meaning: "The unwind goes on, and the run ends with its rollback incomplete.",
  },
] as const;

/** What undoes the step. */
export function CompensationTab({ step }: { step: StepDocument }) {
  const { change, readOnly } = useDesigner();
  if (step.compensation === undefined) return <NoCompensation step={step} />;
  const set = { type: "set-field", step: step.id } as const;
  return (
    <>
      <HalfFields step={step} half="compensation" placeholder="Service.UndoCommand" />
      <HttpFields step={step} half="compensation" />
      <ChoiceField
        label="When this step itself fails, it is undone"
        value={step.compensateSelf ?? "ifUnknown"}
        options={selfOptions}
        onChange={(value) => change({ ...set, field: "compensateSelf", value })}
      />
      <ChoiceField
        label="When its undo fails"
        value={step.onCompensationFailure ?? "hold"}
        options={failureOptions}
        onChange={(value) => change({ ...set, field: "onCompensationFailure", value })}
      />
      {!readOnly && (
        <Button
          variant="danger"
          className="self-start"
          onClick={() => change({ type: "set-half", step: step.id, half: "compensation", value: undefined })}
        >
          Remove compensation
        </Button>
      )}
    </>
  );
}

function NoCompensation({ step }: { step: StepDocument }) {
  const { change, readOnly } = useDesigner();
  const needs = classOf(step) === "compensable";
  return (
    <EmptyState
      icon={Undo2}
      title="No compensation"
      className="px-2 py-10"
      action={
        !readOnly && (
          <Button
            variant={needs ? "primary" : "secondary"}
            onClick={() => change({ type: "set-half", step: step.id, half: "compensation", value: "" })}
          >
            Add compensation
          </Button>
        )
      }
    >
      {needs
        ? "When a later step fails, nothing would undo this one. Name the command that does."
        : `A step of the class ${classOf(step)} needs none.`}
    </EmptyState>
  );
}
