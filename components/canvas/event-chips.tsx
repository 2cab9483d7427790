import { CircleX } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { EdgeEvent } from "./canvas-model";
import type { Mark } from "./choreography-face";
import { EventMark } from "./nodes/event-mark";

type EventChipsProps = { events: readonly EdgeEvent[]; marks: string; selected: boolean };

/** The events that an edge stands for: whole once they were heard, and those that tell of a failure say so by a sign. */
export function EventChips({ events, marks, selected }: EventChipsProps) {
  return (
    <span className="flex flex-col items-center gap-1">
      {events.map(({ type, fails }, index) => {
        const mark = (marks[index] ?? ".") as Mark;
        return (
          <code
            key={type}
            title={type}
            data-event={type}
            data-mark={mark}
            className={cn(
              "flex h-5 max-w-[236px] items-center gap-1 rounded-full border px-2 font-mono text-xs",
              fails
                ? "border-state-failed/50 bg-state-failed-soft text-state-failed"
                : "border-line-strong bg-raised text-ink-2",
              mark === "-" && "border-dashed",
              mark === "-" && !fails && "text-ink-3",
              (mark === "h" || mark === "u") && "border-ink font-semibold",
              (mark === "h" || mark === "u") && !fails && "text-ink",
              mark === "u" && "border-state-attention",
              selected && "border-ink",
            )}
          >
            {fails && <CircleX aria-label="failure" strokeWidth={2.25} className="size-3 shrink-0" />}
            <span className="truncate">{type}</span>
            <EventMark mark={mark} />
          </code>
        );
      })}
    </span>
  );
}
