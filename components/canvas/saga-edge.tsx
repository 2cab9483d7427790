"use client";
import { memo } from "react";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath } from "reactflow";
import { cn } from "@/components/ui/cn";
import { useCanvas } from "./canvas-context";
import { chipPoint } from "./chip-point";
import { isTerminal, tellsFailure } from "./choreography-model";
import { EventChips } from "./event-chips";
import type { SagaEdge } from "./flow";
import { undoCurve } from "./undo-curve";

const backwards = new Set(["unwinding", "compensated", "compensation-failed"]);

const plain = {
  tone: "plain",
  label: null,
  turn: null,
  index: 0,
  events: [],
  marks: "",
  undo: false,
  beside: 104,
  cut: false,
} as const;

/** A condition, short: `steps.price.result.amount` is read as "price.amount". */
const chipWords = (condition: string) => condition.replaceAll(/\bsteps\.(\w+)\.result\b/g, "$1");

/** An edge in its tone: the same path forward in blue and, when the saga unwinds, backward in amber. */
export const SagaEdgeLine = memo(function SagaEdgeLine(props: EdgeProps<SagaEdge>) {
  const { id, source, target, data = plain, selected } = props;
  const { editable, edgeTools, distance, chips: chipLook } = useCanvas();
  const far = distance === "far" || distance === "map";
  const below = data.undo || source === target;
  const fails = tellsFailure(data);
  const { path, x, y } = below ? undoCurve(props, isTerminal(source)) : forwardCurve(fails ? lowered(props) : props);
  const marker = data.cut ? undefined : `url(#saga-arrow-${fails && data.tone === "taken" ? "fails" : data.tone})`;
  const back = below || backwards.has(data.tone);
  const chips = data.events.length > 0 && !isTerminal(source) && !isTerminal(target);
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
        {...(marker && (back ? { markerStart: marker } : { markerEnd: marker }))}
      />
      {((data.label && !far) || chips || tools) && (
        <EdgeLabelRenderer>
          <div
            style={{
              transform: `translate(${x}px, ${y}px) translate(-50%, ${chips ? standing(below, fails) : "-50%"}) scale(${chips ? "var(--chip-scale)" : 1})`,
            }}
            className="nopan pointer-events-auto absolute flex items-center gap-1"
          >
            {chips && (
              <EventChips
                events={data.events}
                marks={data.marks}
                selected={selected ?? false}
                small={chipLook === "dots"}
              />
            )}
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

/** Chips of what goes well stand rather above their edge, those of failures rather below theirs: they share a gap. */
const standing = (below: boolean, fails: boolean) => (below ? "-50%" : fails ? "-34%" : "-66%");

/** Tidings of a failure leave a card by its lower half. */
const LOWER = 44;
const lowered = (props: EdgeProps<SagaEdge>) =>
  isTerminal(props.source) ? props : { ...props, sourceY: props.sourceY + LOWER };

function forwardCurve(props: EdgeProps<SagaEdge>) {
  const { data = plain, sourceX, sourceY, targetX } = props;
  if (data.cut) return { path: `M${sourceX},${sourceY} h${data.beside}`, x: sourceX + data.beside, y: sourceY };
  if (data.events.length > 0 && targetX < sourceX) return wayBack(props);
  const [path, middleX, middleY] = getBezierPath({ ...props, curvature: 0.32 });
  return { path, ...chipPoint(props, { x: middleX, y: middleY }, data.beside) };
}

/** How far below the middle of its card an edge turns back, and where its chip stands on it: under the card. */
const [TURN, UNDER] = [120, 72];

/** To the beginning of the next row, or round a circle: between the rows, and behind no card. */
function wayBack(props: EdgeProps<SagaEdge>) {
  const centerY = props.sourceY + TURN;
  const [path] = getSmoothStepPath({ ...props, borderRadius: 24, offset: 28, centerY });
  return { path, x: props.sourceX - UNDER, y: centerY };
}
