"use client";
import type { StepOf } from "@/components/canvas/step-kind";
import { ClassField } from "../class-field";
import { CommandFieldset } from "../command-fields";

/** The command that is sent. */
export function ActionForm({ step }: { step: StepOf<"action"> }) {
  return (
    <>
      <ClassField step={step} />
      <CommandFieldset step={step} part="action" />
    </>
  );
}
