"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { type StateToken, stateLooks } from "@/components/canvas/status";
import { cn } from "@/components/ui/cn";
import type { Moment } from "./moment";
import { axisEnd, type Timeline, type TimelineRow, toTimeline } from "./timeline";

type TimelineTabProps = { moment: Moment; selected: string | null; onSelect: (step: string) => void };

const ROW = 26;
const LABEL = "w-[150px] shrink-0";

/** Rows are steps, bars are attempts: actions first, undos when the unwind comes back to them. */
export function TimelineTab({ moment, selected, onSelect }: TimelineTabProps) {
  const { saga, entries } = moment;
  const now = axisEnd(moment.state, moment.now);
  const timeline = useMemo(() => toTimeline(saga.steps, entries, now), [saga, entries, now]);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: timeline.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  return (
    <section aria-label="Timeline" ref={scroller} className="h-full overflow-y-auto px-4">
      <Axis timeline={timeline} />
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        <Grid timeline={timeline} />
        <ul aria-label="Steps">
          {rows.getVirtualItems().map((item) => {
            const row = timeline.rows[item.index];
            return (
              row && (
                <li key={row.step} className="absolute inset-x-0" style={{ top: item.start, height: ROW }}>
                  <Row row={row} span={timeline.span} selected={row.step === selected} onSelect={onSelect} />
                </li>
              )
            );
          })}
        </ul>
      </div>
      <UnwindLabels timeline={timeline} />
    </section>
  );
}

const at = (value: number, span: number) => `${(value / span) * 100}%`;

function Axis({ timeline }: { timeline: Timeline }) {
  return (
    <div aria-hidden className="sticky top-0 z-20 flex h-6 items-center bg-panel text-ink-3 text-xs">
      <span className={LABEL} />
      <div className="relative mr-8 h-full flex-1">
        {timeline.ticks.map((tick) => (
          <span key={tick.at} className="absolute top-1 whitespace-nowrap" style={{ left: at(tick.at, timeline.span) }}>
            {tick.label}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The lines behind the bars: one at the start, one wherever an unwind began. */
function Grid({ timeline }: { timeline: Timeline }) {
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 flex">
      <span className={LABEL} />
      <div className="relative mr-8 flex-1 border-line border-l">
        {timeline.unwinds.map((unwind) => (
          <span
            key={unwind.at}
            className="absolute inset-y-0 w-px bg-state-failed-solid"
            style={{ left: at(unwind.at, timeline.span) }}
          />
        ))}
      </div>
    </div>
  );
}

function UnwindLabels({ timeline }: { timeline: Timeline }) {
  if (timeline.unwinds.length === 0) return null;
  return (
    <div className="sticky bottom-0 z-10 flex h-5 bg-panel text-state-failed text-xs">
      <span className={LABEL} />
      <div className="relative mr-8 flex-1">
        {timeline.unwinds.map((unwind) => (
          <span
            key={unwind.at}
            className={cn(
              "absolute whitespace-nowrap",
              unwind.at > timeline.span * 0.7 ? "-translate-x-full pr-1" : "pl-1",
            )}
            style={{ left: at(unwind.at, timeline.span) }}
          >
            {unwind.label}
          </span>
        ))}
      </div>
    </div>
  );
}

type RowProps = { row: TimelineRow; span: number; selected: boolean; onSelect: (step: string) => void };

function Row({ row, span, selected, onSelect }: RowProps) {
  return (
    <div className={cn("relative flex h-full items-center rounded-sm", selected && "bg-selected/60")}>
      <button
        type="button"
        onClick={() => onSelect(row.step)}
        aria-pressed={selected}
        title={row.title}
        className={cn(
          LABEL,
          "truncate rounded-sm pr-3 text-left text-xs hover:underline",
          row.bars.length === 0 ? "text-ink-3" : "text-ink",
          selected && "font-semibold",
        )}
      >
        {row.title}
      </button>
      <div className="relative mr-8 h-full flex-1">
        {row.waits.map((wait) => (
          <span
            key={wait.key}
            className="absolute top-1/2 border-line-strong border-t border-dashed"
            style={{ left: at(wait.from, span), width: at(Math.max(0, wait.to - wait.from), span) }}
          />
        ))}
        {row.bars.map((bar) => (
          <span
            key={bar.key}
            role="img"
            aria-label={bar.label}
            title={bar.label}
            className={cn(
              "absolute top-1/2 h-3 min-w-[3px] -translate-y-1/2 rounded-[3px]",
              bar.half === "compensation" && undoOutline,
            )}
            style={{
              left: at(bar.from, span),
              width: at(bar.to - bar.from, span),
              background: fill(bar.tone, bar.open),
              outlineColor: stateLooks[bar.tone].color,
            }}
          />
        ))}
      </div>
    </div>
  );
}

/** Tells an undo from an action, also where both failed. */
const undoOutline = "outline-1 outline-offset-1";

function fill(tone: StateToken, open: boolean): string {
  const { color } = stateLooks[tone];
  if (!open) return color;
  const light = `color-mix(in oklab, ${color} 45%, var(--color-panel))`;
  return `repeating-linear-gradient(-55deg, ${color} 0 6px, ${light} 6px 12px)`;
}

type LegendItem = { readonly tone: StateToken; readonly word: string; readonly open?: true; readonly undo?: true };

const legend: readonly LegendItem[] = [
  { tone: "completed", word: "action" },
  { tone: "executing", word: "running", open: true },
  { tone: "failed", word: "failed" },
  { tone: "compensated", word: "undo done", undo: true },
  { tone: "compensating", word: "undoing", open: true, undo: true },
  { tone: "compensation-failed", word: "undo failed", undo: true },
];

/** What the bars' colours mean. */
export function TimelineLegend() {
  return (
    <ul aria-label="Legend" className="flex items-center gap-3 text-ink-2 text-xs max-xl:hidden">
      {legend.map(({ tone, word, open, undo }) => (
        <li key={tone} className="flex items-center gap-1.5 whitespace-nowrap">
          <span
            aria-hidden
            className={cn("size-2.5 rounded-[2px]", undo && undoOutline)}
            style={{ background: fill(tone, open === true), outlineColor: stateLooks[tone].color }}
          />
          {word}
        </li>
      ))}
    </ul>
  );
}
