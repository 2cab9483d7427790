"use client";
import { Play, Plus, Workflow, Zap } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { isChoreography } from "@/engine/definition/document";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";

/** Over a canvas without steps: one sentence and one action. */
export function EmptyCanvas() {
  const { document, readOnly } = useDesigner();
  if (isChoreography(document)) return <NoReactions />;
  return <NoSteps readOnly={readOnly} />;
}

/** The cards of the events that begin and end a run are there already: the words stand below them. */
function NoReactions() {
  const { document, readOnly } = useDesigner();
  const edits = useEdits();
  return (
    <div className="pointer-events-none absolute inset-x-0 top-0 flex justify-center">
      <EmptyState
        icon={Zap}
        title="No reactions yet"
        className="pointer-events-auto py-4"
        action={
          !readOnly && (
            <Button variant="primary" onClick={() => edits.add({ does: "send" })}>
              <Plus aria-hidden /> React to {document.starts || "the first event"}
            </Button>
          )
        }
      >
        A reaction says what a service does on an event, and which events come of it. Nobody is in charge.
      </EmptyState>
    </div>
  );
}

function NoSteps({ readOnly }: { readOnly: boolean }) {
  const edits = useEdits();
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center">
      <EmptyState
        icon={Workflow}
        title="No steps yet"
        className="pointer-events-auto py-6"
        action={
          !readOnly && (
            <Button variant="primary" onClick={() => edits.add({ kind: "action" }, { at: { x: 0, y: 0 } })}>
              <Play aria-hidden /> Add the first step
            </Button>
          )
        }
      >
        A step is a pair: a command that does something, and the command that undoes it.
      </EmptyState>
    </div>
  );
}
