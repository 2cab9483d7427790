"use client";
import { useState } from "react";
import { stepTitle } from "@/components/canvas/canvas-model";
import { hasKind, kindOf } from "@/components/canvas/step-kind";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { StepDocument } from "@/engine/definition/document";
import { stepIdPattern } from "@/engine/definition/fields";
import { limits } from "@/engine/limits";
import { stepKinds } from "@/engine/steps";
import { idFrom } from "../changes/free-id";
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

/** The id changes when the field is left, everywhere it is named; what is typed meanwhile is only checked. */
function StepId({ step }: { step: StepDocument }) {
  const { document, change, select } = useDesigner();
  const [typed, setTyped] = useState<string>();
  const id = typed ?? step.id;
  const taken = id !== step.id && document.steps.some((other) => other.id === id);
  const problem = taken
    ? "Another step has this id."
    : stepIdPattern.test(id)
      ? null
      : `Lower-case letters, digits and _, such as ${idFrom(id)}.`;
  const commit = () => {
    if (problem === null && id !== step.id) {
      change({ type: "rename-step", from: step.id, to: id });
      select([id]);
    }
    setTyped(undefined);
  };
  return (
    <Field label="Id" error={problem} hint={id === step.id ? undefined : "Expressions that read it follow."}>
      <Input
        mono
        value={id}
        maxLength={limits.name}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key !== "Escape" || typed === undefined) return;
          setTyped(undefined);
          event.stopPropagation();
        }}
      />
    </Field>
  );
}
