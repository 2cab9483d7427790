"use client";
import { Dock } from "@/components/ui/dock";
import { isChoreography } from "@/engine/definition/document";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";
import { EdgeInspector } from "./edge-inspector";
import { ManyInspector } from "./many-inspector";
import { ChoreographyInspector } from "./reactions/choreography-inspector";
import { EventEdgeInspector, TerminalInspector } from "./reactions/event-inspector";
import { ReactionInspector } from "./reactions/reaction-inspector";
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
  const { steps, edges, terminals } = useEdits();
  const step = document.steps.find((other) => other.id === steps[0]);
  const [edge] = edges;
  const [terminal] = terminals;
  const place = document.reactions?.findIndex((other) => other.id === steps[0]) ?? -1;
  const reaction = document.reactions?.[place];
  if (steps.length + edges.length > 1) return <ManyInspector />;
  if (step) return <StepInspector key={step.id} step={step} />;
  // Its id may follow its title while that is being typed: the form stays.
  if (reaction) return <ReactionInspector key={`reaction ${place}`} reaction={reaction} />;
  if (edge && edge.events.length > 0) return <EventEdgeInspector key={edge.id} edge={edge} />;
  if (edge) return <EdgeInspector key={edge.id} edge={edge} />;
  if (terminal) return <TerminalInspector key={terminal.id} terminal={terminal} />;
  return isChoreography(document) ? <ChoreographyInspector /> : <SagaInspector />;
}
