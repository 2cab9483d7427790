import { CircleDot, Eye, RotateCw, TriangleAlert, XCircle } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { plural } from "@/components/ui/format";
import { StatusIcon } from "@/components/ui/status-badge";
import type { CanvasStep } from "./canvas-model";
import type { StepFace } from "./step-face";

type ActionHalfProps = {
  step: CanvasStep;
  face: StepFace;
  errors: number;
  warnings: number;
  attention: boolean;
  /** Letters for a smaller zoom: the title takes the command's line too. */
  large: boolean;
};

/** The upper half of a card: title, how it went, the command, the class's mark. */
export function ActionHalf({ step, face, errors, warnings, attention, large }: ActionHalfProps) {
  return (
    <div
      className={cn("flex min-h-0 flex-1 flex-col justify-center gap-0.5 pr-3 pl-3.5", isQuiet(face) && "opacity-80")}
    >
      <div className="flex items-center gap-2">
        <span
          className={cn(
            "min-w-0 flex-1 font-semibold text-ink",
            large ? "line-clamp-2 text-lg leading-[22px]" : "truncate text-sm",
          )}
          title={step.title}
        >
          {step.title}
        </span>
        <span className="flex shrink-0 items-center gap-1.5 text-ink-2 text-xs tabular-nums">
          {face.tries && <span className={cn(large && "text-base")}>{face.tries}</span>}
          {face.duration && !large && <span>{face.duration}</span>}
          {attention && (
            <CircleDot
              aria-label="Needs attention"
              className={cn("text-state-attention", large ? "size-5" : "size-3.5")}
            />
          )}
          {errors > 0 && <XCircle aria-label={plural(errors, "error")} className="size-3.5 text-state-failed" />}
          {errors === 0 && warnings > 0 && (
            <TriangleAlert aria-label={plural(warnings, "warning")} className="size-3.5 text-state-compensating" />
          )}
          {face.look && (
            <>
              <span className="sr-only">{face.look.word}</span>
              <StatusIcon look={face.look} className={large ? "size-6" : "size-4"} />
            </>
          )}
        </span>
      </div>
      {!large && (
        <div className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate font-mono text-ink-2 text-xs" title={step.command}>
            {step.command || "no command yet"}
          </span>
          <ClassMark step={step} />
        </div>
      )}
    </div>
  );
}

const isQuiet = (face: StepFace) => face.edge?.token === "skipped";

const markClass = "flex h-[18px] shrink-0 items-center rounded-sm border border-line-strong px-1 text-ink-2 text-xs";

/** Pivot in a word; retriable and readonly as their signs; the common class says nothing. */
function ClassMark({ step }: { step: CanvasStep }) {
  if (step.class === "pivot") return <span className={markClass}>pivot</span>;
  if (step.class === "retriable")
    return <RotateCw aria-label="Retriable" className="size-3.5 shrink-0 text-ink-3" strokeWidth={2} />;
  if (step.class === "readonly")
    return <Eye aria-label="Read-only" className="size-3.5 shrink-0 text-ink-3" strokeWidth={2} />;
  return step.class === "irreversible" && step.classSaid ? <span className={markClass}>irreversible</span> : null;
}
