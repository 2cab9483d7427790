"use client";
import { memo } from "react";
import { Handle, type NodeProps, Position } from "reactflow";
import { cn } from "@/components/ui/cn";
import { ActionHalf } from "./action-half";
import { useCanvas } from "./canvas-context";
import { FarCard } from "./far-card";
import type { StepNode } from "./flow";
import { toStepFace } from "./step-face";
import { UndoHalf } from "./undo-half";

/** A step as a pair: what it does above, what undoes it below. Its left edge has the state's hue. */
export const StepCard = memo(function StepCard({ data, selected }: NodeProps<StepNode>) {
  const { distance, editable } = useCanvas();
  const { step, state, progress, errors, warnings, attention } = data;
  const face = toStepFace(step, state, progress);
  const handle = cn("saga-handle", !editable && "saga-handle-quiet");
  return (
    <>
      <Handle type="target" position={Position.Left} className={handle} />
      <div
        data-status={state?.status}
        className={cn(
          "relative flex size-full flex-col overflow-hidden rounded-lg border bg-raised shadow-card",
          face.edge?.token === "skipped" && "border-line-strong border-dashed",
          selected && "outline-2 outline-ink outline-offset-2",
        )}
      >
        <span
          aria-hidden
          className={cn("absolute inset-y-0 left-0 z-10 w-[3px]", face.edge ? face.edge.solid : "bg-transparent")}
        />
        {distance === "far" || distance === "map" ? (
          <FarCard title={step.title} look={face.edge} distance={distance} />
        ) : (
          <>
            <ActionHalf
              step={step}
              face={face}
              errors={errors}
              warnings={warnings}
              attention={attention}
              large={distance === "middle"}
            />
            <UndoHalf undo={face.undo} large={distance === "middle"} />
          </>
        )}
      </div>
      <Handle type="source" position={Position.Right} className={handle} />
    </>
  );
});
