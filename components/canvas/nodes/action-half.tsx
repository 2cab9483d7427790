import { Eye, type LucideIcon, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import type { CanvasStep } from "../canvas-model";
import type { StepNodeData } from "../flow";
import type { StepFace } from "../step-face";
import { AboutLine } from "./about-line";
import { CardTitle } from "./card-title";

type ActionHalfProps = {
  data: StepNodeData;
  face: StepFace;
  /** Letters for a smaller zoom: the title takes the other lines too. */
  large: boolean;
  icon?: LucideIcon;
  /** At the end of the command's line. */
  aside?: ReactNode;
};

/** The upper half of a card: title, how it went, the command, the class's mark, and what goes on. */
export function ActionHalf({ data, face, large, icon, aside }: ActionHalfProps) {
  const { step } = data;
  const quiet = face.edge?.token === "skipped";
  return (
    <div
      className={cn(
        "flex min-h-0 flex-1 flex-col justify-center pr-3 pl-3.5",
        !face.about && "gap-0.5",
        quiet && "opacity-80",
      )}
    >
      <CardTitle data={data} face={face} large={large} {...(icon ? { icon } : {})} />
      {!large && (
        <div className="flex items-center gap-2">
          <span
            className={cn("min-w-0 flex-1 truncate font-mono text-ink-2 text-xs", face.about && "leading-[15px]")}
            title={step.about.command ?? ""}
          >
            {step.about.command || `no ${step.kind === "saga" ? "saga" : "command"} yet`}
          </span>
          <ClassMark step={step} />
          {aside}
        </div>
      )}
      {!large && face.about && <AboutLine about={face.about} className="h-[15px] leading-[15px]" />}
    </div>
  );
}

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
