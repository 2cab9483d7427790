import { ChevronRight, History } from "lucide-react";
import { stateLooks } from "@/components/canvas/status";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { CodeBlock } from "@/components/ui/code-block";
import { formatDateTime, formatTime } from "@/components/ui/format";
import { StatusIcon } from "@/components/ui/status-badge";
import { EditedInput } from "./edited-input";
import type { EventLine } from "./event-lines";
import { formatOffset } from "./format-offset";
import type { Moment } from "./moment";
import type { Selection } from "./selection";

type EventRowProps = {
  line: EventLine;
  moment: Moment;
  clock: "relative" | "absolute";
  open: boolean;
  onToggle: () => void;
  onSeek: () => void;
  onSelect: (selection: Selection) => void;
};

/** One event: when, what, why, who; opened, as it is stored. */
export function EventRow({ line, moment, clock, open, onToggle, onSeek, onSelect }: EventRowProps) {
  const { words, step, item } = line;
  return (
    <div className="group border-b">
      <div className="flex h-[29px] items-center gap-2 pr-4 pl-2 text-xs hover:bg-hover">
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className="flex h-full min-w-0 flex-1 items-center gap-2 rounded-sm text-left focus-visible:-outline-offset-2"
        >
          <ChevronRight
            aria-hidden
            className={cn("size-3.5 shrink-0 text-ink-3 transition-transform", open && "rotate-90")}
          />
          <time
            dateTime={new Date(line.at).toISOString()}
            title={formatDateTime(line.at)}
            className="w-[92px] shrink-0 font-mono text-ink-2 tabular-nums"
          >
            {clock === "relative" ? formatOffset(line.at - moment.state.startedAt) : formatTime(line.at)}
          </time>
          <StatusIcon look={{ ...stateLooks[line.tone], token: "pending" }} className={stateLooks[line.tone].text} />
          <span className="shrink-0 truncate text-ink">{words.what}</span>
          {words.why && <span className="min-w-0 truncate text-ink-2">{words.why}</span>}
        </button>
        <span className="flex shrink-0 items-center gap-1 opacity-0 focus-within:opacity-100 group-hover:opacity-100">
          {step && (
            <Button variant="ghost" size="sm" className="h-6" onClick={() => onSelect({ step, item })}>
              Show step
            </Button>
          )}
          <Button variant="ghost" size="icon-sm" className="size-6" aria-label="Go to this moment" onClick={onSeek}>
            <History aria-hidden />
          </Button>
        </span>
        <span className="w-32 shrink-0 truncate text-right text-ink-3" title={line.actor ?? "The engine"}>
          {line.actor ?? "engine"}
        </span>
        <span className="w-12 shrink-0 text-right font-mono text-ink-3">
          {line.seq}.{line.n}
        </span>
      </div>
      {open && (
        <div className="flex flex-col gap-2 px-8 pt-1 pb-3">
          <EditedInput line={line} moment={moment} />
          <CodeBlock label={`Event ${line.seq}.${line.n}`} value={line.raw} maxHeight={240} />
        </div>
      )}
    </div>
  );
}
