"use client";
import { useStore } from "reactflow";
import { cn } from "@/components/ui/cn";
import type { StepStatus } from "@/engine/run/state";

/** What is said of a point of no return, by the pivot's status; null: the definition alone. */
const words = (status: StepStatus | null): string => {
  if (status === null) return "point of no return";
  if (status === "completed") return "point of no return — passed";
  if (status === "skipped") return "point of no return — not on this path";
  return "point of no return — not reached";
};

/** Room for the longest of the words beside the line; without it they stand on the other side. */
const LABEL_WIDTH = 230;

/** The bold line across the canvas after a pivot: right of it there is no going back. `x` in canvas coordinates. */
export function PivotRule({ x, status }: { x: number; status: StepStatus | null }) {
  const left = useStore((store) => store.transform[0] + x * store.transform[2]);
  const leftward = useStore((store) => store.width > 0 && left > store.width - LABEL_WIDTH);
  const passed = status === "completed";
  return (
    <div
      role="note"
      aria-label={words(status)}
      style={{ left: Math.round(left) }}
      className="pointer-events-none absolute inset-y-5 z-[2] -ml-px"
    >
      <div className={cn("h-full w-0.5", passed ? "bg-ink" : "bg-ink-3")} />
      <span
        className={cn(
          "absolute top-0 whitespace-nowrap rounded-sm bg-canvas px-1 text-xs",
          leftward ? "right-2" : "left-2",
          passed ? "font-semibold text-ink" : "text-ink-2",
        )}
      >
        {words(status)}
      </span>
    </div>
  );
}
