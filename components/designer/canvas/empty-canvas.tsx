"use client";
import { Play, Workflow } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";

/** Over a canvas without steps: one sentence and one action. */
export function EmptyCanvas() {
  const { readOnly } = useDesigner();
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
