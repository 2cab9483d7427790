"use client";
import { MoveRight, Plus, Trash2 } from "lucide-react";
import { type CanvasEdge, titlesOf } from "@/components/canvas/canvas-model";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/switch";
import { edgesOf } from "@/engine/definition/edges";
import { previewCondition } from "../document/preview";
import { ExpressionField } from "../fields/expression-field";
import { useDesigner } from "../state/designer-context";
import { useEdits } from "../state/use-edits";
import { PanelHeader } from "./panel-header";
import { StepProblems } from "./step-problems";

const edgeHint =
  "A CEL condition such as data.total > 500. Empty: always. A step runs once all its incoming edges are settled and one was taken; when none was, it is skipped.";
const decisionHint = "A CEL condition. Of a decision's ways, the first whose condition is true is taken, and no other.";

/** An edge: from where to where, and under which condition it is taken. */
export function EdgeInspector({ edge }: { edge: CanvasEdge }) {
  const { document, change, readOnly, problems } = useDesigner();
  const edits = useEdits();
  const titles = titlesOf(document);
  const { when, otherwise = false } = edgesOf(document)[edge.index] ?? {};
  const decides = document.steps.some((step) => step.id === edge.source && step.kind === "decision");
  const own = problems.filter((problem) => problem.path.startsWith(`/edges/${edge.index}`));
  return (
    <>
      <PanelHeader icon={MoveRight} title={`${titles.get(edge.source)} → ${titles.get(edge.target)}`} />
      <div className="flex flex-col gap-4 overflow-y-auto p-4">
        <StepProblems problems={own} />
        {decides && (
          <span className="flex items-start justify-between gap-3">
            <span className="flex flex-col">
              <span id="edge-otherwise" className="text-sm">
                Otherwise
              </span>
              <span className="text-ink-3 text-xs">Taken when no other way out of {titles.get(edge.source)} is.</span>
            </span>
            <Switch
              aria-labelledby="edge-otherwise"
              checked={otherwise}
              onCheckedChange={(on) => change({ type: "set-otherwise", edge: edge.index, otherwise: on })}
            />
          </span>
        )}
        {!otherwise && (
          <ExpressionField
            label="Taken when"
            value={when}
            placeholder={decides ? "data.total > 500" : "always"}
            writing="expression"
            place={{ kind: "edge", from: edge.source }}
            preview={when ? previewCondition(document, when) : null}
            onChange={(value) => change({ type: "set-condition", edge: edge.index, when: value }, `when ${edge.index}`)}
            hint={decides ? decisionHint : edgeHint}
          />
        )}
        {!readOnly && (
          <div className="flex gap-2">
            <Button onClick={() => edits.add({ kind: "action" }, { edge: edge.index })}>
              <Plus aria-hidden /> Insert a step
            </Button>
            <Button variant="danger" onClick={edits.remove}>
              <Trash2 aria-hidden /> Delete edge
            </Button>
          </div>
        )}
      </div>
    </>
  );
}
