"use client";
import { memo } from "react";
import { Handle, type NodeProps, Position } from "reactflow";
import { cn } from "@/components/ui/cn";
import { useCanvas } from "../canvas-context";
import { chipLines, SHORT_LINE } from "../chip-words";
import type { TerminalNode } from "../flow";
import { TERMINAL } from "../geometry";
import { terminalFaces } from "../terminal-words";
import { BrokenWords } from "./broken-words";
import { EventMark } from "./event-mark";

/** An event that begins a run, ends it, or comes from outside: a pill. Its border is whole once it was heard. */
export const EventNode = memo(function EventNode({ data, selected }: NodeProps<TerminalNode>) {
  const { distance, editable } = useCanvas();
  const { terminal, mark } = data;
  const { icon: Icon, word, tone } = terminalFaces[terminal.role];
  const heard = mark === "h" || mark === "u";
  const handle = cn("saga-handle", !editable && "saga-handle-quiet");
  const isEnd = terminal.role === "completed" || terminal.role === "failed";
  const small = distance === "near";
  return (
    <>
      <Handle type="target" position={Position.Left} className={cn(handle, !isEnd && "saga-handle-quiet")} />
      <div
        data-mark={mark}
        style={TERMINAL}
        className={cn(
          "flex items-center rounded-full border bg-raised shadow-card",
          small ? "gap-2.5 px-4" : "gap-1.5 px-3",
          mark === "-" && "border-line-strong border-dashed",
          heard && "border-ink",
          mark === "." && "border-line-strong",
          selected && "outline-2 outline-ink outline-offset-2",
        )}
      >
        <Icon
          aria-hidden
          strokeWidth={2}
          className={cn(
            "shrink-0",
            small ? "size-4" : "size-6",
            heard ? tone : mark === "-" ? "text-ink-3" : "text-ink-2",
          )}
        />
        {distance !== "map" && (
          <span className="flex min-w-0 flex-1 flex-col leading-[15px]">
            {small && <span className="text-ink-3 text-xs">{word}</span>}
            <span
              className={cn(
                "font-mono",
                small ? "truncate text-xs" : "text-lg leading-[19px]",
                heard && "font-semibold",
              )}
              title={terminal.event}
            >
              {small ? terminal.event : <BrokenWords words={chipLines(terminal.event, SHORT_LINE)} />}
            </span>
          </span>
        )}
        {distance !== "map" && <EventMark mark={mark} large={!small} />}
      </div>
      <Handle type="source" position={Position.Right} className={cn(handle, isEnd && "saga-handle-quiet")} />
    </>
  );
});
