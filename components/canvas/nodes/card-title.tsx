import { CircleDot, type LucideIcon, TriangleAlert, XCircle } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { plural } from "@/components/ui/format";
import { StatusIcon } from "@/components/ui/status-badge";
import type { StepNodeData } from "../flow";
import type { StepFace } from "../step-face";

type CardTitleProps = {
  data: StepNodeData;
  face: StepFace;
  /** Letters for a smaller zoom: the title takes the next line too. */
  large: boolean;
  icon?: LucideIcon;
  /** Nothing stands below it. */
  alone?: boolean;
};

/** The first line of a card: the sign of its kind, its title, and how it went. */
export function CardTitle({ data, face, large, icon: Icon, alone = false }: CardTitleProps) {
  const { step, errors, warnings, attention } = data;
  return (
    <div className="flex items-center gap-2">
      {Icon && (
        <Icon aria-hidden strokeWidth={1.75} className={cn("shrink-0 text-ink-2", large ? "size-5" : "size-3.5")} />
      )}
      <span
        className={cn(
          "min-w-0 flex-1 font-semibold text-ink",
          large
            ? ["line-clamp-2 leading-[22px]", face.tries ? "text-lg" : "text-xl"]
            : ["text-sm", alone ? "line-clamp-2" : "truncate"],
        )}
        title={step.title}
      >
        {step.title}
      </span>
      <span className="flex shrink-0 items-center gap-1.5 text-ink-2 text-xs tabular-nums">
        {face.count && (
          <span className={cn(large && "text-base")} title="Items done">
            {face.count.done}/{face.count.total}
          </span>
        )}
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
  );
}
