"use client";
import { type ReactNode, useId } from "react";
import { toCanvasModel } from "@/components/canvas/canvas-model";
import { Label } from "@/components/ui/field";
import { Segmented } from "@/components/ui/segmented";
import type { StepClass } from "@/engine/definition/saga";
import { useDesigner } from "../state/designer-context";

type ClassChoiceProps<Value extends StepClass> = {
  /** Of the step or reaction. */
  id: string;
  /** As the document says it. */
  written: Value | undefined;
  options: readonly { readonly value: Value; readonly label: ReactNode }[];
  meanings: Readonly<Partial<Record<StepClass, string>>>;
  onChange: (value: Value) => void;
  className?: string | undefined;
};

/** The class of a card. One that is only assumed is told in words and looks chosen by nobody: a click or a key says it. */
export function ClassChoice<Value extends StepClass>(props: ClassChoiceProps<Value>) {
  const { id, written, options, meanings, onChange, className } = props;
  const { document } = useDesigner();
  const label = useId();
  const told = useId();
  const card = toCanvasModel(document).stepOf.get(id);
  const held = written ?? card?.class;
  const assumed = written === undefined && !card?.classSaid;

  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between">
        <Label id={label}>Class</Label>
        <span id={told} className="text-ink-3 text-xs">
          {assumed ? <>assumed: {held}</> : written === undefined && "default"}
        </span>
      </div>
      <Segmented<Value>
        aria-labelledby={label}
        aria-describedby={told}
        value={assumed ? null : (options.find(({ value }) => value === held)?.value ?? null)}
        options={options}
        onValueChange={onChange}
        {...(className ? { className } : {})}
      />
      <p className="text-ink-3 text-xs">
        {held && meanings[held]}
        {assumed && " Choose it to say so."}
      </p>
    </div>
  );
}
