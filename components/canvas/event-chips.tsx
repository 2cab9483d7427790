import { CircleX } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { EdgeEvent } from "./canvas-model";
import { chipLines } from "./chip-words";
import type { Mark } from "./choreography-face";
import { BrokenWords } from "./nodes/broken-words";
import { EventMark } from "./nodes/event-mark";

type EventChipsProps = {
  events: readonly EdgeEvent[];
  marks: string;
  selected: boolean;
  /** Too far away for names. */
  small: boolean;
};

/**
 * The events that an edge stands for: whole once they were heard. Those that tell of a failure say so by a sign, which is
 * quiet until one was heard.
 */
export function EventChips({ events, marks, selected, small }: EventChipsProps) {
  return (
    <span className="flex flex-col items-center gap-1">
      {events.map(({ type, fails }, index) => {
        const mark = (marks[index] ?? ".") as Mark;
        const heard = mark === "h" || mark === "u";
        const look = cn(
          "border",
          heard && fails && "border-state-failed bg-state-failed-soft text-state-failed",
          heard && !fails && "border-ink bg-raised text-ink",
          heard && "font-semibold",
          !heard && "border-line-strong bg-raised",
          !heard && (fails || mark === "-" ? "text-ink-3" : "text-ink-2"),
          (mark === "-" || (fails && !heard)) && "border-dashed",
          mark === "u" && "border-state-attention",
          selected && "border-ink",
        );
        const said = [type, fails && "failure", heard && "heard"].filter(Boolean).join(", ");
        if (small)
          return (
            <span
              key={type}
              role="img"
              aria-label={said}
              title={type}
              data-event={type}
              data-mark={mark}
              className={cn("size-3.5 rounded-full", look, heard && "border-4")}
            />
          );
        return (
          <code
            key={type}
            title={type}
            data-event={type}
            data-mark={mark}
            className={cn(
              "relative flex min-h-5 max-w-[236px] items-center gap-1 rounded-[10px] px-1.5 font-mono text-xs leading-[14px]",
              look,
            )}
          >
            {fails && <CircleX aria-label="failure" strokeWidth={2} className="saga-chip-sign size-2.5 shrink-0" />}
            <span className="min-w-0 py-px">
              <BrokenWords words={chipLines(type)} />
            </span>
            {heard && (
              <span className="absolute -top-1.5 -right-1.5 grid size-3.5 place-items-center rounded-full bg-raised">
                <EventMark mark={mark} />
              </span>
            )}
          </code>
        );
      })}
    </span>
  );
}
