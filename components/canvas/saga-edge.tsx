"use client";
import { memo } from "react";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "reactflow";
import { cn } from "@/components/ui/cn";
import { useCanvas } from "./canvas-context";
import { chipPoint } from "./chip-point";
import { EventChips } from "./event-chips";
import type { SagaEdge } from "./flow";
import { undoCurve } from "./undo-curve";

const backwards = new Set(["unwinding", "compensated", "compensation-failed"]);

const plain = { tone: "plain", label: null, turn: null, index: 0, events: [], marks: "", undo: false } as const;

/** The card at the end of an edge names its one event itself. */
const isTerminal = (id: string) => id.startsWith("event:");

/** A condition, short: `steps.price.result.amount` is read as "price.amount". */
const chipWords = (condition: string) => condition.replaceAll(/\bsteps\.(\w+)\.result\b/g, "$1");

/** An edge in its tone: the same path forward in blue and, when the saga unwinds, backward in amber. */
export const SagaEdgeLine = memo(function SagaEdgeLine(props: EdgeProps<SagaEdge>) {
  const { id, source, target, data = plain, selected } = props;
  const { editable, edgeTools, distance } = useCanvas();
  const far = distance === "far" || distance === "map";
  const below = data.undo || source === target;
  const fails = data.events.length > 0 && data.events.every((event) => event.fails);
  const { path, x, y } = below ? undoCurve(props, isTerminal(source)) : forwardCurve(fails ? lowered(props) : props);
  const marker = `url(#saga-arrow-${fails && data.tone === "plain" ? "fails" : data.tone})`;
  const back = below || backwards.has(data.tone);
  const chips = data.events.length > 0 && !far && !isTerminal(source) && !isTerminal(target);
  const tools = edgeTools?.({ id, source, target, data });
  return (
    <>
      <BaseEdge
        path={path}
        className={cn(
          "saga-edge",
          `saga-edge-${data.tone}`,
          fails && "saga-edge-fails",
          data.undo && "saga-edge-undo",
          selected && "saga-edge-selected",
        )}
        interactionWidth={editable ? 20 : 0}
        {...(back ? { markerStart: marker } : { markerEnd: marker })}
      />
      {((data.label && !far) || chips || tools) && (
        <EdgeLabelRenderer>
          <div
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            className="nopan pointer-events-auto absolute flex items-center gap-1"
          >
            {chips && <EventChips events={data.events} marks={data.marks} selected={selected ?? false} />}
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

/** Tidings of a failure leave a card by its lower half. */
const LOWER = 36;
const lowered = (props: EdgeProps<SagaEdge>) =>
  isTerminal(props.source) ? props : { ...props, sourceY: props.sourceY + LOWER };

function forwardCurve(props: EdgeProps<SagaEdge>) {
  const [path, middleX, middleY] = getBezierPath({ ...props, curvature: 0.32 });
  return { path, ...chipPoint(props, { x: middleX, y: middleY }) };
}
