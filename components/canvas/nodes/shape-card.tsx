"use client";
import type { NodeProps } from "reactflow";
import { cn } from "@/components/ui/cn";
import { type Distance, useCanvas } from "../canvas-context";
import type { StepNode } from "../flow";
import type { StateLook } from "../status";
import { toStepFace } from "../step-face";
import { kindIcons } from "../step-kind";
import { AboutLine } from "./about-line";
import { CardTitle } from "./card-title";
import { FarCard } from "./far-card";
import { NodeHandles } from "./node-handles";
import { clipId, type ShapedKind, silhouettes } from "./silhouettes";

type ShapeCardProps = Pick<NodeProps<StepNode>, "data" | "selected"> & { kind: ShapedKind };

/** A step that does nothing to undo: one half, in the shape of its kind. The side it begins at has the state's hue. */
export function ShapeCard({ data, selected, kind }: ShapeCardProps) {
  const { distance } = useCanvas();
  const { step, state, progress } = data;
  const face = toStepFace(step, state, progress);
  const far = distance === "far" || distance === "map";
  const large = distance === "middle";
  return (
    <NodeHandles kind={kind}>
      <div data-status={state?.status} className="absolute inset-x-0 top-[14px] h-[68px]">
        <Outline kind={kind} look={face.edge} distance={distance} selected={selected} />
        <div className={cn("relative size-full", silhouettes[kind].padding)}>
          {far ? (
            <FarCard title={step.title} look={face.edge} distance={distance} bare />
          ) : (
            <div
              className={cn("flex size-full flex-col justify-center", face.edge?.token === "skipped" && "opacity-80")}
            >
              <CardTitle data={data} face={face} large={large} icon={kindIcons[kind]} alone={face.about === null} />
              {!large && face.about && <AboutLine about={face.about} className="ml-[22px] max-h-8 leading-4" />}
            </div>
          )}
        </div>
      </div>
    </NodeHandles>
  );
}

type OutlineProps = { kind: ShapedKind; look: StateLook | null; distance: Distance; selected: boolean };

function Outline({ kind, look, distance, selected }: OutlineProps) {
  const { path, side, ...more } = silhouettes[kind];
  const skipped = look?.token === "skipped";
  const ground = groundOf(look, distance);
  return (
    <svg aria-hidden="true" viewBox="0 0 240 68" className="absolute inset-0 size-full overflow-visible">
      <path d={path} className="saga-shape-ring" data-selected={selected} />
      <path d={path} className="saga-shape-gap" />
      <path d={path} transform="translate(0 1)" className="fill-ink/10" />
      <path
        d={path}
        strokeDasharray={skipped ? "4 3" : undefined}
        className={cn("fill-raised", skipped ? "stroke-line-strong" : "stroke-line")}
        {...(ground ? { style: { fill: ground } } : {})}
      />
      {"fold" in more && <path d={more.fold} className="fill-panel stroke-line" />}
      {look && <path d={side} fill="none" strokeWidth={6} stroke={look.color} clipPath={`url(#${clipId(kind)})`} />}
    </svg>
  );
}

/** From afar the whole shape has the state's colour. */
function groundOf(look: StateLook | null, distance: Distance): string | null {
  if (distance === "map") return look?.color ?? "var(--color-line-strong)";
  return distance === "far" && look ? `var(--color-state-${look.token}-soft)` : null;
}
