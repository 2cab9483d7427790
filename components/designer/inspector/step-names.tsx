"use client";
import { stepTitle } from "@/components/canvas/canvas-model";
import { hasKind, kindOf } from "@/components/canvas/step-kind";
import type { StepDocument } from "@/engine/definition/document";
import { stepIdPattern } from "@/engine/definition/fields";
import { limits } from "@/engine/limits";
import { stepKinds } from "@/engine/steps";
import { idFrom } from "../changes/free-id";
import { NameField } from "../fields/name-field";
import { TextField } from "../fields/text-field";
import { useDesigner } from "../state/designer-context";
import { KindField } from "./kind-field";

/** What a step is called, for people and in expressions, and what kind of step it is. */
export function StepNames({ step }: { step: StepDocument }) {
  const { change } = useDesigner();
  return (
    <>
      <TextField
        label="Title"
        value={step.title}
        placeholder={stepTitle({ id: step.id })}
        maxLength={120}
        onChange={(value) => change({ type: "set-field", step: step.id, field: "title", value }, `title ${step.id}`)}
      />
      <div className="grid grid-cols-2 items-start gap-x-3 gap-y-1.5">
        <StepId step={step} />
        <KindField step={step} />
        <p className="col-span-2 text-ink-3 text-xs">
          {hasKind(step) ? stepKinds[kindOf(step)].description : `There is no kind ${step.kind}. Choose one.`}
        </p>
      </div>
    </>
  );
}

function StepId({ step }: { step: StepDocument }) {
  const { document, change, select } = useDesigner();
  return (
    <NameField
      label="Id"
      value={step.id}
      maxLength={limits.name}
      hint="Expressions that read it follow."
      check={(id) => {
        if (document.steps.some((other) => other.id === id)) return "Another step has this id.";
        return stepIdPattern.test(id) ? null : `Lower-case letters, digits and _, such as ${idFrom(id)}.`;
      }}
      onChange={(to) => {
        change({ type: "rename-step", from: step.id, to });
        select([to]);
      }}
    />
  );
}
