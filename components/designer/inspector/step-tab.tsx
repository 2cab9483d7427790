"use client";
import type { ComponentType } from "react";
import { hasKind, kindOf, type StepOf } from "@/components/canvas/step-kind";
import type { StepDocument } from "@/engine/definition/document";
import type { StepKind } from "@/engine/definition/saga";
import { ActionForm } from "./kinds/action-form";
import { ApprovalForm } from "./kinds/approval-form";
import { DecisionForm } from "./kinds/decision-form";
import { ForEachForm } from "./kinds/for-each-form";
import { SagaForm } from "./kinds/saga-form";
import { SignalForm } from "./kinds/signal-form";
import { TransformForm } from "./kinds/transform-form";
import { WaitForm } from "./kinds/wait-form";
import { StepNames } from "./step-names";

const forms = {
  action: ActionForm,
  decision: DecisionForm,
  wait: WaitForm,
  signal: SignalForm,
  approval: ApprovalForm,
  transform: TransformForm,
  forEach: ForEachForm,
  saga: SagaForm,
} satisfies { readonly [K in StepKind]: ComponentType<{ step: StepOf<K> }> };

/** What the step is called and what it does: the form of its kind. */
export function StepTab({ step }: { step: StepDocument }) {
  const Form = forms[kindOf(step)] as ComponentType<{ step: StepDocument }>;
  return (
    <>
      <StepNames step={step} />
      {hasKind(step) && <Form step={step} />}
    </>
  );
}
