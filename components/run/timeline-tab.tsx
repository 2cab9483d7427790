"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { cn } from "@/components/ui/cn";
import type { Moment } from "./moment";
import type { Selection } from "./selection";
import { axisEnd, type Timeline, type TimelineRow, toTimeline } from "./timeline";
import { BarMark } from "./timeline-bar";

type TimelineTabProps = {
  moment: Moment;
  selection: Selection | null;
  onSelect: (selection: Selection) => void;
};

const ROW = 26;
const LABEL = "w-[184px] shrink-0 max-lg:w-[152px]";

/** Rows are steps, the items of a list below theirs; bars are attempts and waits, forward first, undos when the unwind comes back. */
export function TimelineTab({ moment, selection, onSelect }: TimelineTabProps) {
  const { saga, entries, state } = moment;
  const now = axisEnd(state, moment.now);
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map());
  const timeline = useMemo(
    () => toTimeline({ steps: saga.steps, state, entries, now, folds }),
    [saga, state, entries, now, folds],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: timeline.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => timeline.rows[index]?.key ?? index,
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
                <li key={row.key} className="absolute inset-x-0" style={{ top: item.start, height: ROW }}>
                  <Row
                    row={row}
                    span={timeline.span}
                    selected={row.step === selection?.step && row.item === selection.item}
                    onSelect={onSelect}
                    onFold={(open) => setFolds(new Map(folds).set(row.step, open))}
                  />
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
        {timeline.ticks.map((tick, index) => (
          <span
            key={tick.at}
            className={cn("absolute top-1 whitespace-nowrap", index % 2 === 1 && "max-lg:hidden")}
            style={{ left: at(tick.at, timeline.span) }}
          >
            {tick.label}
          </span>
        ))}
      </div>
    </div>
  );
}

const unwindLines = { failed: "bg-state-failed-solid", compensated: "bg-state-compensated-solid" } as const;
const unwindWords = { failed: "text-state-failed", compensated: "text-state-compensated" } as const;

/** The lines behind the bars: one at the start, one wherever an unwind began. */
function Grid({ timeline }: { timeline: Timeline }) {
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 flex">
      <span className={LABEL} />
      <div className="relative mr-8 flex-1 border-line border-l">
        {timeline.unwinds.map((unwind) => (
          <span
            key={unwind.at}
            className={cn("absolute inset-y-0 w-px", unwindLines[unwind.tone])}
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
    <div className="sticky bottom-0 z-10 flex h-5 bg-panel text-xs">
      <span className={LABEL} />
      <div className="relative mr-8 flex-1">
        {timeline.unwinds.map((unwind) => (
          <span
            key={unwind.at}
            className={cn(
              "absolute whitespace-nowrap",
              unwindWords[unwind.tone],
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

type RowProps = {
  row: TimelineRow;
  span: number;
  selected: boolean;
  onSelect: (selection: Selection) => void;
  onFold: (open: boolean) => void;
};

function Row({ row, span, selected, onSelect, onFold }: RowProps) {
  const { step, item, title, bars, waits, items } = row;
  return (
    <div className={cn("relative flex h-full items-center rounded-sm", selected && "bg-selected/60")}>
      <div className={cn(LABEL, "flex items-center gap-1 pr-3", item !== null && "pl-5")}>
        <button
          type="button"
          onClick={() => onSelect({ step, item })}
          aria-pressed={selected}
          title={title}
          className={cn(
            "min-w-0 truncate rounded-sm text-left text-xs hover:underline",
            bars.length === 0 ? "text-ink-3" : item === null ? "text-ink" : "text-ink-2",
            selected && "font-semibold",
          )}
        >
          {title}
        </button>
        {items && (
          <button
            type="button"
            aria-expanded={items.open}
            aria-label={`Items of ${title}, ${items.count}`}
            onClick={() => onFold(!items.open)}
            className="ml-auto flex shrink-0 items-center gap-0.5 rounded-sm text-ink-3 text-xs tabular-nums hover:text-ink"
          >
            {items.count}
            <ChevronRight aria-hidden className={cn("size-3.5 transition-transform", items.open && "rotate-90")} />
          </button>
        )}
      </div>
      <div className="relative mr-8 h-full flex-1">
        {waits.map((wait) => (
          <span
            key={wait.key}
            className="absolute top-1/2 border-line-strong border-t border-dashed"
            style={{ left: at(wait.from, span), width: at(Math.max(0, wait.to - wait.from), span) }}
          />
        ))}
        {bars.map((bar) => (
          <BarMark key={bar.key} bar={bar} left={at(bar.from, span)} width={at(bar.to - bar.from, span)} />
        ))}
      </div>
    </div>
  );
}
