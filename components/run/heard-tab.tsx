"use client";
import { Check, ChevronRight, CircleDashed, CornerDownRight, History, TriangleAlert, Undo2 } from "lucide-react";
import { useMemo, useState } from "react";
import { titlesOf } from "@/components/canvas/canvas-model";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { CodeBlock } from "@/components/ui/code-block";
import { formatDateTime } from "@/components/ui/format";
import { formatOffset } from "./format-offset";
import { type Awaited, awaitedEvents, type HeardRow, heardEvents } from "./heard-events";
import type { Moment } from "./moment";
import type { Selection } from "./selection";
import { dueIn } from "./waiting-words";

type HeardTabProps = { moment: Moment; onSeek: (seq: number) => void; onSelect: (selection: Selection) => void };

/** The events of a choreography's run in the order in which they were heard, what each set off, and what must still come. */
export function HeardTab({ moment, onSeek, onSelect }: HeardTabProps) {
  const { saga, state, entries, document } = moment;
  const rows = useMemo(() => heardEvents(entries, state), [entries, state]);
  const awaited = useMemo(() => awaitedEvents(saga, state), [saga, state]);
  const titles = titlesOf(document);
  return (
    <section
      aria-label="Events heard"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="h-full overflow-y-auto focus-visible:-outline-offset-2"
    >
      <ol>
        {rows.map((row) => (
          <li key={row.number} className="border-b">
            <HeardLine row={row} moment={moment} titles={titles} onSeek={onSeek} onSelect={onSelect} />
          </li>
        ))}
      </ol>
      {awaited.length > 0 && (
        <ul aria-label="Still awaited">
          {awaited.map((one) => (
            <li key={`${one.step}:${one.item}:${one.undo}`} className="border-b border-dashed">
              <AwaitedLine awaited={one} now={moment.now} titles={titles} onSelect={onSelect} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type LineProps = HeardTabProps & { row: HeardRow; titles: ReadonlyMap<string, string> };

function HeardLine({ row, moment, titles, onSeek, onSelect }: LineProps) {
  const [open, setOpen] = useState(false);
  const Icon = row.unexpected ? TriangleAlert : Check;
  return (
    <>
      <div className="group flex min-h-8 items-center gap-2 pr-4 pl-2 text-xs hover:bg-hover">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex h-8 min-w-0 shrink-0 items-center gap-2 rounded-sm text-left focus-visible:-outline-offset-2"
        >
          <ChevronRight
            aria-hidden
            className={cn("size-3.5 shrink-0 text-ink-3 transition-transform", open && "rotate-90")}
          />
          <time
            dateTime={new Date(row.at).toISOString()}
            title={formatDateTime(row.at)}
            className="w-[92px] shrink-0 font-mono text-ink-2 tabular-nums"
          >
            {formatOffset(row.at - moment.state.startedAt)}
          </time>
          <Icon
            aria-hidden
            className={cn("size-3.5 shrink-0", row.unexpected ? "text-state-attention" : "text-state-completed")}
          />
          <code className="font-mono text-ink">{row.type}</code>
          {row.unexpected && <span className="font-semibold text-state-attention">not expected</span>}
          <span className="text-ink-3">{row.by === null ? `from ${row.source}` : "said here"}</span>
        </button>
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-1">
          {row.setOff.map(({ reaction, step, undo }) => (
            <button
              key={reaction}
              type="button"
              onClick={() => onSelect({ step, item: null })}
              className="flex items-center gap-1 rounded-full border px-2 text-ink-2 leading-5 hover:border-ink hover:text-ink"
            >
              {undo ? (
                <Undo2 aria-label="undoes" className="size-3 text-state-compensating" />
              ) : (
                <CornerDownRight aria-label="sets off" className="size-3" />
              )}
              {titles.get(step) ?? step}
            </button>
          ))}
        </span>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={`Go to the moment of ${row.type}`}
          onClick={() => onSeek(row.seq)}
          className="size-6 opacity-0 focus-visible:opacity-100 group-hover:opacity-100"
        >
          <History aria-hidden />
        </Button>
      </div>
      {open && (
        <div className="flex flex-col gap-2 px-8 pt-1 pb-3">
          <p className="break-all font-mono text-ink-3 text-xs">{row.id}</p>
          <CodeBlock label={`Data of ${row.type}`} value={row.data} maxHeight={240} />
        </div>
      )}
    </>
  );
}

type AwaitedLineProps = Pick<HeardTabProps, "onSelect"> & {
  awaited: Awaited;
  now: number;
  titles: ReadonlyMap<string, string>;
};

function AwaitedLine({ awaited: { step, item, undo, types, dueAt }, now, titles, onSelect }: AwaitedLineProps) {
  const due = dueIn({ since: now, dueAt }, now);
  return (
    <div className="flex min-h-8 items-center gap-2 pr-4 pl-[30px] text-ink-3 text-xs">
      <span className="w-[92px] shrink-0 tabular-nums" title={dueAt === null ? undefined : formatDateTime(dueAt)}>
        {due ?? "no limit"}
      </span>
      <CircleDashed aria-hidden className="size-3.5 shrink-0" />
      <span>
        awaited: <code className="font-mono text-ink-2">{types.join(" or ")}</code>
      </span>
      <button
        type="button"
        onClick={() => onSelect({ step, item })}
        className="rounded-sm text-ink-2 hover:text-ink hover:underline"
      >
        {undo ? "by the undo of" : "by"} {titles.get(step) ?? step}
      </button>
    </div>
  );
}
