"use client";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";

type StopFieldProps = {
  /** The steps at which the unwind could stop, in the saga's order. */
  choices: readonly string[];
  value: string | null;
  onChange: (downTo: string | null) => void;
  titleOf: (step: string) => string;
};

const BEGINNING = "*";

/** How far the unwind goes: to the beginning, or down to a step, which stays with all that came before it. */
export function StopField({ choices, value, onChange, titleOf }: StopFieldProps) {
  if (choices.length === 0) return null;
  return (
    <Field
      label="Down to"
      hint={
        value === null
          ? undefined
          : "It stays, with all that came before it. The run then rests until a person goes on."
      }
    >
      <Select
        value={value ?? BEGINNING}
        onValueChange={(next) => onChange(next === BEGINNING ? null : next)}
        options={[
          { value: BEGINNING, label: "The beginning: everything is undone" },
          ...choices.map((step) => ({ value: step, label: titleOf(step) })),
        ]}
      />
    </Field>
  );
}
