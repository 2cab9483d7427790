"use client";
import type { StepDocument } from "@/engine/definition/document";
import { ClassField } from "./class-field";
import { HalfFields, HttpFields } from "./half-fields";
import { StepNames } from "./step-names";

/** What the step does. */
export function ActionTab({ step }: { step: StepDocument }) {
  return (
    <>
      <StepNames step={step} />
      <ClassField step={step} />
      <HalfFields step={step} half="action" />
      <HttpFields step={step} half="action" />
    </>
  );
}
