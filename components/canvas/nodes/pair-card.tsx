"use client";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { NodeProps } from "reactflow";
import { cn } from "@/components/ui/cn";
import { useCanvas } from "../canvas-context";
import type { StepNode } from "../flow";
import { toStepFace } from "../step-face";
import { ActionHalf } from "./action-half";
import { FarCard } from "./far-card";
import { NodeHandles } from "./node-handles";
import { UndoHalf } from "./undo-half";

type PairCardProps = Pick<NodeProps<StepNode>, "data" | "selected"> & {
  icon?: LucideIcon;
  aside?: ReactNode;
  /** Drawn under the card, which leaves room for it by `className`. */
  behind?: ReactNode;
  className?: string;
  /** On a line of its own under what the undo is. */
  undoAside?: string | null;
};

/** A step as a pair: what it does above, what undoes it below. Its left edge has the state's hue. */
export function PairCard(props: PairCardProps) {
  const { data, selected, icon, aside, behind, className = "inset-0", undoAside = null } = props;
  const { distance } = useCanvas();
  const { step, state, progress } = data;
  const face = toStepFace(step, state, progress);
  const dashed = face.edge?.token === "skipped" && "border-line-strong border-dashed";
  const large = distance === "middle";
  return (
    <NodeHandles kind={step.kind}>
      <div
        data-status={state?.status}
        className={cn("relative size-full rounded-lg", selected && "outline-2 outline-ink outline-offset-2")}
      >
        {behind}
        <div
          className={cn(
            "absolute flex flex-col overflow-hidden rounded-lg border bg-raised shadow-card",
            dashed,
            className,
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
              <ActionHalf data={data} face={face} large={large} aside={aside} {...(icon ? { icon } : {})} />
              <UndoHalf undo={face.undo} large={large} low={face.about !== null} aside={undoAside} />
            </>
          )}
        </div>
      </div>
    </NodeHandles>
  );
}
