"use client";
import { Undo2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { classOfStep } from "@/engine/steps";
import { ChoiceField } from "../fields/choice-field";
import { useDesigner } from "../state/designer-context";
import type { ActingStep } from "./class-field";
import { type CallingStep, CommandFieldset } from "./command-fields";

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
export function CompensationTab({ step }: { step: ActingStep }) {
  const { change, readOnly } = useDesigner();
  if (step.kind === "saga") return <ChildUnwind step={step} />;
  if (step.compensation === undefined) return <NoCompensation step={step} />;
  return (
    <>
      <CommandFieldset step={step} part="compensation" placeholder="Service.UndoCommand" />
      <UndoChoices step={step} />
      {!readOnly && (
        <Button
          variant="danger"
          className="self-start"
          onClick={() => change({ type: "set-command", step: step.id, part: "compensation", value: undefined })}
        >
          Remove compensation
        </Button>
      )}
    </>
  );
}

/** When the step itself is undone, and what a failed undo does. A child run that is known to have failed undid itself. */
function UndoChoices({ step }: { step: ActingStep }) {
  const { change } = useDesigner();
  const set = { type: "set-field", step: step.id } as const;
  const self = step.compensateSelf ?? "ifUnknown";
  return (
    <>
      <ChoiceField
        label={`When ${step.kind === "forEach" ? "an item" : "this step"} itself fails, it is undone`}
        value={self}
        options={selfOptions.filter(({ value }) => step.kind !== "saga" || value !== "always" || self === value)}
        onChange={(value) => change({ ...set, field: "compensateSelf", value })}
      />
      <ChoiceField
        label="When its undo fails"
        value={step.onCompensationFailure ?? "hold"}
        options={failureOptions}
        onChange={(value) => change({ ...set, field: "onCompensationFailure", value })}
      />
    </>
  );
}

/** A child run knows by itself how it is undone. */
function ChildUnwind({ step }: { step: ActingStep & { kind: "saga" } }) {
  if (classOfStep(step) === "irreversible")
    return (
      <EmptyState icon={Undo2} title="Never unwound" className="px-2 py-10">
        The class says that what {step.saga || "the child"} did stays as it is.
      </EmptyState>
    );
  return (
    <>
      <p className="text-ink-2 text-sm">
        The undo is the unwind of the run that this step began: each of its steps is undone by its own compensation.
        There is nothing to name here.
      </p>
      <UndoChoices step={step} />
    </>
  );
}

function NoCompensation({ step }: { step: CallingStep }) {
  const { change, readOnly } = useDesigner();
  const held = classOfStep(step);
  const needs = held === "compensable";
  return (
    <EmptyState
      icon={Undo2}
      title="No compensation"
      className="px-2 py-10"
      action={
        !readOnly && (
          <Button
            variant={needs ? "primary" : "secondary"}
            onClick={() => change({ type: "set-command", step: step.id, part: "compensation", value: "" })}
          >
            Add compensation
          </Button>
        )
      }
    >
      {needs
        ? `When a later step fails, nothing would undo ${step.kind === "forEach" ? "the items of this one" : "this one"}. Name the command that does.`
        : `A step of the class ${held} needs none.`}
    </EmptyState>
  );
}
