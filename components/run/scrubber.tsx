"use client";
import { Pause, Play, SkipBack } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from "react";
import { stateLooks } from "@/components/canvas/status";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { formatClock } from "@/components/ui/format";
import { Tooltip } from "@/components/ui/tooltip";
import type { LogEntry } from "@/engine/run/transition";
import { LiveChip } from "./live-chip";
import { type Mark, type Track, thinMarks, toTrack } from "./scrubber-marks";
import { type Replay, speeds } from "./use-replay";

type ScrubberProps = {
  entries: readonly LogEntry[];
  replay: Replay;
  ended: boolean;
  /** What the decision at a place of the log did, in words. */
  wordsOf: (entry: LogEntry) => string;
};

const MOST_MARKS = 120;
const PAGE = 10;

/** The log as a track: drag, step with the arrow keys, or play it. */
export function Scrubber({ entries, replay, ended, wordsOf }: ScrubberProps) {
  const track = useMemo(() => toTrack(entries), [entries]);
  const nextSpeed = speeds[(speeds.indexOf(replay.speed) + 1) % speeds.length] ?? 1;
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 border-b px-3">
      <Tooltip content="To the beginning">
        <Button variant="ghost" size="icon-sm" aria-label="To the beginning" onClick={() => replay.seek(1)}>
          <SkipBack aria-hidden />
        </Button>
      </Tooltip>
      <Tooltip content={replay.playing ? "Pause the replay" : "Replay the log"}>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={replay.playing ? "Pause the replay" : "Replay the log"}
          onClick={replay.toggle}
        >
          {replay.playing ? <Pause aria-hidden /> : <Play aria-hidden />}
        </Button>
      </Tooltip>
      <Button
        variant="ghost"
        size="sm"
        className="min-w-9 tabular-nums"
        aria-label={`Replay speed ${replay.speed} times. Change to ${nextSpeed} times`}
        onClick={() => replay.setSpeed(nextSpeed)}
      >
        {replay.speed}×
      </Button>
      <TrackSlider track={track} entries={entries} replay={replay} wordsOf={wordsOf} />
      <LiveChip replay={replay} ended={ended} />
    </div>
  );
}

type TrackSliderProps = Pick<ScrubberProps, "entries" | "replay" | "wordsOf"> & { track: Track };

function TrackSlider({ track, entries, replay, wordsOf }: TrackSliderProps) {
  const line = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => thinMarks(track.marks, MOST_MARKS), [track]);
  const here = track.marks[replay.count - 1];
  const offset = here?.offset ?? 0;
  const go = (count: number) => (count >= entries.length ? replay.toEnd() : replay.seek(count));

  const drag = (event: PointerEvent<HTMLElement>) => {
    if (event.type === "pointerdown") event.currentTarget.setPointerCapture(event.pointerId);
    else if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = line.current?.getBoundingClientRect();
    if (box) go(nearest(track.marks, (event.clientX - box.left) / box.width));
  };
  const press = (event: KeyboardEvent) => {
    const to = keyTarget(event.key, replay.count, entries.length);
    if (event.key === " ") replay.toggle();
    else if (to !== null) go(to);
    else return;
    event.preventDefault();
  };
  const entry = entries[replay.count - 1];
  const start = entries[0]?.at ?? 0;
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Place in the log"
      aria-valuemin={1}
      aria-valuemax={entries.length}
      aria-valuenow={replay.count}
      aria-valuetext={
        entry && `Decision ${replay.count} of ${entries.length}, ${formatClock(entry.at - start)}, ${wordsOf(entry)}`
      }
      onPointerDown={drag}
      onPointerMove={drag}
      onKeyDown={press}
      className="group relative mx-3 h-8 min-w-24 flex-1 cursor-pointer touch-none rounded-sm"
    >
      <div ref={line} className="absolute inset-x-1 inset-y-0">
        <div className="absolute inset-x-0 top-1/2 h-0.5 -translate-y-1/2 rounded-full bg-line-strong" />
        {track.stretches.map((stretch) => (
          <div
            key={stretch.from}
            className={cn("absolute top-1/2 h-0.5 -translate-y-1/2", stateLooks[stretch.tone].solid)}
            style={{
              left: percent(stretch.from),
              width: percent(Math.max(0, Math.min(stretch.to, offset) - stretch.from)),
            }}
          />
        ))}
        {shown.map((mark) => (
          <span
            key={mark.seq}
            className={cn("absolute top-1/2 h-2.5 w-0.5 -translate-x-1/2 -translate-y-1/2", toneOf(mark, offset))}
            style={{ left: percent(mark.offset) }}
          />
        ))}
        <span
          className={cn(
            "absolute top-1/2 size-3 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 bg-panel",
            here ? stateLooks[here.tone].border : "border-ink-3",
          )}
          style={{ left: percent(offset) }}
        />
      </div>
    </div>
  );
}

const percent = (share: number) => `${share * 100}%`;
const toneOf = (mark: Mark, offset: number) => (mark.offset > offset ? "bg-line-strong" : stateLooks[mark.tone].solid);

function nearest(marks: readonly Mark[], at: number): number {
  let best: Mark | undefined;
  for (const mark of marks) if (!best || Math.abs(mark.offset - at) < Math.abs(best.offset - at)) best = mark;
  return best?.count ?? 1;
}

function keyTarget(key: string, count: number, last: number): number | null {
  if (key === "ArrowRight" || key === "ArrowUp") return count + 1;
  if (key === "ArrowLeft" || key === "ArrowDown") return count - 1;
  if (key === "PageUp") return count + PAGE;
  if (key === "PageDown") return count - PAGE;
  if (key === "Home") return 1;
  return key === "End" ? last : null;
}
