"use client";
import { useId } from "react";
import { Label } from "@/components/ui/field";
import { Segmented } from "@/components/ui/segmented";
import { classOf } from "@/engine/definition/defaults";
import type { StepDocument } from "@/engine/definition/document";
import type { StepClass } from "@/engine/definition/saga";
import { useDesigner } from "../state/designer-context";

const meanings: Readonly<Record<StepClass, string>> = {
  compensable: "Has an undo, which runs when a later step fails.",
  pivot: "The point of no return: once it is done, the saga only goes forward.",
  retriable: "Comes after the pivot and succeeds in the end; a failure waits for a person.",
  readonly: "Changes nothing, so there is nothing to undo.",
  irreversible: "Has an effect that no undo exists for, and this is accepted.",
};

const options = [
  { value: "compensable", label: "Compensable" },
  { value: "pivot", label: "Pivot" },
  { value: "retriable", label: "Retriable" },
  { value: "readonly", label: "Read-only" },
  { value: "irreversible", label: "Irreversible" },
] as const;

/** What can be done about a step after it is done, with what that means. */
export function ClassField({ step }: { step: StepDocument }) {
  const { change } = useDesigner();
  const id = useId();
  const held = classOf(step);
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between">
        <Label id={id}>Class</Label>
        {step.class === undefined && <span className="text-ink-3 text-xs">assumed</span>}
      </div>
      <Segmented<StepClass>
        aria-labelledby={id}
        value={held}
        options={options}
        onValueChange={(value) => change({ type: "set-field", step: step.id, field: "class", value })}
        className="grid grid-cols-3 gap-px bg-line [&_button:last-child]:col-span-2 [&_button]:border-l-0 [&_button]:bg-raised"
      />
      <p className="text-ink-3 text-xs">{meanings[held]}</p>
    </div>
  );
}
