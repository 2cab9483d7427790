"use client";
import { memo } from "react";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "reactflow";
import { cn } from "@/components/ui/cn";
import { useCanvas } from "./canvas-context";
import { chipPoint } from "./chip-point";
import type { SagaEdge } from "./flow";

const backwards = new Set(["unwinding", "compensated", "compensation-failed"]);

const plain = { tone: "plain", label: null, turn: null, index: 0 } as const;

/** A condition, short: `steps.price.result.amount` is read as "price.amount". */
const chipWords = (condition: string) => condition.replaceAll(/\bsteps\.(\w+)\.result\b/g, "$1");

/** An edge in its tone: the same path forward in blue and, when the saga unwinds, backward in amber. */
export const SagaEdgeLine = memo(function SagaEdgeLine(props: EdgeProps<SagaEdge>) {
  const { id, source, target, data = plain, selected } = props;
  const { editable, edgeTools, distance } = useCanvas();
  const far = distance === "far" || distance === "map";
  const [path, middleX, middleY] = getBezierPath({ ...props, curvature: 0.32 });
  const { x, y } = chipPoint(props, { x: middleX, y: middleY });
  const marker = `url(#saga-arrow-${data.tone})`;
  const back = backwards.has(data.tone);
  const tools = edgeTools?.({ id, source, target, data });
  return (
    <>
      <BaseEdge
        path={path}
        className={cn("saga-edge", `saga-edge-${data.tone}`, selected && "saga-edge-selected")}
        interactionWidth={editable ? 20 : 0}
        {...(back ? { markerStart: marker } : { markerEnd: marker })}
      />
      {((data.label && !far) || tools) && (
        <EdgeLabelRenderer>
          <div
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            className="nopan pointer-events-auto absolute flex items-center gap-1"
          >
            {data.label && !far && (
              <code
                title={data.label}
                className={cn(
                  "max-w-[176px] truncate rounded-sm border border-line-strong bg-raised px-1.5 font-mono text-xs",
                  data.tone === "dead" ? "border-dashed text-ink-3" : "text-ink-2",
                  selected && "border-ink text-ink",
                )}
              >
                {data.turn !== null && <span className="mr-1.5 text-ink-3">{data.turn}</span>}
                {chipWords(data.label)}
              </code>
            )}
            {tools}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
