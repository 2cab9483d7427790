"use client";
import { hasKind, kindIcons, kindOf, stepKindNames } from "@/components/canvas/step-kind";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { StepDocument } from "@/engine/definition/document";
import type { StepKind } from "@/engine/definition/saga";
import { stepKinds } from "@/engine/steps";
import { newStep } from "../changes/new-step";
import { useDesigner } from "../state/designer-context";

const options = stepKindNames.map((kind) => ({ value: kind, label: <KindName kind={kind} /> }));

/** What the step is. Another kind keeps its place, its names and what both kinds have. */
export function KindField({ step }: { step: StepDocument }) {
  const { document, change, readOnly } = useDesigner();
  return (
    <Field label="Kind">
      <Select<StepKind>
        value={hasKind(step) ? kindOf(step) : undefined}
        options={options}
        disabled={readOnly}
        onValueChange={(next) => change({ type: "set-kind", step: step.id, as: newStep(document, { kind: next }) })}
      />
    </Field>
  );
}

function KindName({ kind }: { kind: StepKind }) {
  const Icon = kindIcons[kind];
  return (
    <span className="flex items-center gap-2">
      <Icon aria-hidden className="size-3.5 shrink-0 text-ink-2" strokeWidth={1.75} />
      {stepKinds[kind].title}
    </span>
  );
}
