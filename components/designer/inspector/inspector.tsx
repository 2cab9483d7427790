"use client";
import { Dock } from "@/components/ui/dock";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";
import { EdgeInspector } from "./edge-inspector";
import { ManyInspector } from "./many-inspector";
import { SagaInspector } from "./saga-inspector";
import { StepInspector } from "./step-inspector";

/** Beside the canvas: what is selected, as a form. Nothing selected: the saga itself. */
export function Inspector() {
  const { readOnly } = useDesigner();
  return (
    <Dock side="right" name="Inspector" initial={364} min={300} max={560} className="max-lg:max-w-[300px]">
      <fieldset disabled={readOnly} className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Selected />
      </fieldset>
    </Dock>
  );
}

function Selected() {
  const { document } = useDesigner();
  const { steps, edges } = useEdits();
  const step = document.steps.find((other) => other.id === steps[0]);
  const [edge] = edges;
  if (steps.length + edges.length > 1) return <ManyInspector />;
  if (step) return <StepInspector key={step.id} step={step} />;
  if (edge) return <EdgeInspector key={edge.id} edge={edge} />;
  return <SagaInspector />;
}
