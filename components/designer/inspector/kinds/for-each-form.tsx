"use client";
import { useState } from "react";
import type { StepOf } from "@/components/canvas/step-kind";
import { Field } from "@/components/ui/field";
import { plural } from "@/components/ui/format";
import { Input } from "@/components/ui/input";
import type { SagaDocument } from "@/engine/definition/document";
import { variableName } from "@/engine/definition/fields";
import { type Preview, previewTemplate } from "../../document/preview";
import { ExpressionField } from "../../fields/expression-field";
import { NumberField } from "../../fields/text-field";
import { useDesigner } from "../../state/designer-context";
import { ClassField } from "../class-field";
import { CommandFieldset } from "../command-fields";
import { Part } from "../panel-header";

/** Which list is gone through, how many items at once, and the command that each of them is sent. */
export function ForEachForm({ step }: { step: StepOf<"forEach"> }) {
  const { document, change } = useDesigner();
  return (
    <>
      <ExpressionField
        label="Items"
        value={step.items}
        placeholder="${data.items}"
        writing="template"
        place={{ kind: "step", step: step.id }}
        preview={step.items ? previewList(document, step.items) : null}
        hint="An expression that gives a list; it is evaluated once."
        onChange={(value) => change({ type: "set-field", step: step.id, field: "items", value }, `items ${step.id}`)}
      />
      <div className="grid grid-cols-2 items-start gap-3">
        <ItemName step={step} />
        <NumberField
          label="At once"
          whole
          min={1}
          max={100}
          value={step.concurrency}
          placeholder="1"
          onChange={(value) =>
            change({ type: "set-field", step: step.id, field: "concurrency", value }, `concurrency ${step.id}`)
          }
        />
      </div>
      <Part title={`For each ${step.as || "item"}`}>
        <ClassField step={step} />
        <CommandFieldset step={step} part="action" />
      </Part>
    </>
  );
}

/** A list in so many words: it may be long. */
function previewList(document: SagaDocument, items: string): Preview {
  const preview = previewTemplate(document, items);
  if (!preview.ok) return preview;
  if (Array.isArray(preview.value)) return { ...preview, value: plural(preview.value.length, "item") };
  if (preview.guessed) return { ok: false, wrong: false, message: "It reads what only a run can answer." };
  return { ok: false, wrong: true, message: "For the sample it gives no list." };
}

/** The name changes when the field is left, in every expression that reads an item. */
function ItemName({ step }: { step: StepOf<"forEach"> }) {
  const { change } = useDesigner();
  const [typed, setTyped] = useState<string>();
  const name = typed ?? step.as;
  const fault = variableName.safeParse(name).error?.issues[0]?.message;
  const commit = () => {
    if (fault === undefined && name !== step.as) change({ type: "rename-item", step: step.id, to: name });
    setTyped(undefined);
  };
  return (
    <Field label="Called" error={fault && `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`}>
      <Input
        mono
        value={name}
        maxLength={80}
        placeholder="passenger"
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
