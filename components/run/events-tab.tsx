"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { titlesOf } from "@/components/canvas/canvas-model";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { choreographyWords } from "./choreography-words";
import { toEventLines } from "./event-lines";
import { EventRow } from "./event-row";
import type { Moment } from "./moment";
import type { Selection } from "./selection";

type EventsTabProps = { moment: Moment; onSeek: (seq: number) => void; onSelect: (selection: Selection) => void };

const ROW = 30;
const EVERY = "*";

/**
 * The log in words: who did what, and why. Only the rows in view are drawn; a row opens to what is stored. It follows
 * the newest event until the reader scrolls away from it.
 */
export function EventsTab({ moment, onSeek, onSelect }: EventsTabProps) {
  const { saga, state, document, entries } = moment;
  const titles = useMemo(() => titlesOf(document), [document]);
  const [step, setStep] = useState(EVERY);
  const [clock, setClock] = useState<"relative" | "absolute">("relative");
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const choreography = useMemo(() => choreographyWords(saga, state), [saga, state]);
  const lines = useMemo(
    () => toEventLines(entries, titles, step === EVERY ? null : step, choreography),
    [entries, titles, step, choreography],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 12,
  });
  const last = lines.length - 1;
  const atEnd = useRef(true);
  useEffect(() => {
    if (atEnd.current && last >= 0) rows.scrollToIndex(last, { align: "end" });
  }, [last, rows]);
  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex items-center gap-2 px-4 py-1.5">
        <Select
          aria-label="Events of"
          className="w-52"
          value={step}
          onValueChange={setStep}
          options={[{ value: EVERY, label: "All steps" }, ...[...titles].map(([value, label]) => ({ value, label }))]}
        />
        <Segmented
          aria-label="Time"
          value={clock}
          onValueChange={setClock}
          options={[
            { value: "relative", label: "Since start" },
            { value: "absolute", label: "Clock" },
          ]}
        />
        <span className="ml-auto text-ink-3 text-xs">{lines.length === 0 && "No event of this step yet"}</span>
      </div>
      <section
        aria-label="Events"
        ref={scroller}
        onScroll={({ currentTarget: box }) => {
          atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < ROW;
        }}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
      >
        <ul className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return (
              line && (
                <li
                  key={item.key}
                  ref={rows.measureElement}
                  data-index={item.index}
                  className="absolute inset-x-0 top-0"
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <EventRow
                    line={line}
                    moment={moment}
                    clock={clock}
                    open={open.has(line.key)}
                    onToggle={() => toggle(line.key)}
                    onSeek={() => onSeek(line.seq)}
                    onSelect={onSelect}
                  />
                </li>
              )
            );
          })}
        </ul>
      </section>
    </div>
  );
}
