"use client";
import { type ReactNode, useId } from "react";
import { Label } from "@/components/ui/field";
import { Segmented } from "@/components/ui/segmented";

type Choice<Value extends string> = { readonly value: Value; readonly label: ReactNode; readonly meaning: string };

type ChoiceFieldProps<Value extends string> = {
  label: string;
  value: Value;
  options: readonly Choice<Value>[];
  onChange: (value: Value) => void;
};

/** One of a few, with what the chosen one means below. */
export function ChoiceField<Value extends string>({ label, value, options, onChange }: ChoiceFieldProps<Value>) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <Label id={id}>{label}</Label>
      <Segmented<Value> aria-labelledby={id} value={value} options={options} onValueChange={onChange} />
      <p className="text-ink-3 text-xs">{options.find((option) => option.value === value)?.meaning}</p>
    </div>
  );
}
