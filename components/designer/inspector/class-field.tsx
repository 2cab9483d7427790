"use client";
import { kindOf, type StepOf } from "@/components/canvas/step-kind";
import { cn } from "@/components/ui/cn";
import type { StepClass } from "@/engine/definition/saga";
import { choicesOf } from "../document/choices";
import { useDesigner } from "../state/designer-context";
import { ClassChoice } from "./class-choice";

/** The kinds that may have an effect, and so a class. */
export type ActingStep = StepOf<"action" | "forEach" | "saga">;

const meanings: Readonly<Record<StepClass, string>> = {
  compensable: "Has an undo, which runs when a later step fails.",
  pivot: "The point of no return: once it is done, the saga only goes forward.",
  retriable: "Comes after the pivot and succeeds in the end; a failure waits for a person.",
  readonly: "Changes nothing, so there is nothing to undo.",
  irreversible: "Has an effect that no undo exists for, and this is accepted.",
};

const childMeanings: Partial<Record<StepClass, string>> = {
  compensable: "Its undo is the unwind of the run that it began.",
  irreversible: "The run that it began is never unwound, and this is accepted.",
};

const options = [
  { value: "compensable", label: "Compensable" },
  { value: "pivot", label: "Pivot" },
  { value: "retriable", label: "Retriable" },
  { value: "readonly", label: "Read-only" },
  { value: "irreversible", label: "Irreversible" },
] as const;

/** Two rows of three where there are five; fewer fill their rows. */
const columns: Readonly<Record<number, string>> = {
  3: "grid-cols-3",
  4: "grid-cols-2",
  5: "grid-cols-3 [&_button:last-child]:col-span-2",
};

/** What can be done about a step after it is done, with what that means, among what its kind allows. */
export function ClassField({ step }: { step: ActingStep }) {
  const { change } = useDesigner();
  const choices = choicesOf(kindOf(step), "class");
  return (
    <ClassChoice<StepClass>
      id={step.id}
      written={step.class}
      options={options.filter(({ value }) => choices.includes(value))}
      meanings={step.kind === "saga" ? { ...meanings, ...childMeanings } : meanings}
      onChange={(value) => change({ type: "set-field", step: step.id, field: "class", value })}
      className={cn("grid gap-px bg-line [&_button]:border-l-0 [&_button]:bg-raised", columns[choices.length])}
    />
  );
}
