import type { CSSProperties } from "react";
import { type StateToken, stateLooks } from "@/components/canvas/status";
import { cn } from "@/components/ui/cn";
import type { Bar, BarShape } from "./timeline";

/** How each shape stands in its row: an undo has a rim, a question is thin, a wait is only outlined. */
const shapes = {
  action: "h-3 rounded-[3px]",
  undo: "h-3 rounded-[3px] outline-1 outline-offset-1",
  probe: "h-1 rounded-full",
  wait: "h-3 rounded-[3px] border border-current",
  instant: "size-2 rotate-45 rounded-[1px]",
} as const satisfies Record<BarShape, string>;

/** One bar of the timeline; what it stands for is said in words too. */
export function BarMark({ bar, left, width }: { bar: Bar; left: string; width: string }) {
  return (
    <span
      role="img"
      aria-label={bar.label}
      title={bar.label}
      className={cn("-translate-y-1/2 absolute top-1/2 min-w-[3px]", shapes[bar.shape])}
      style={{ left, ...(bar.shape === "instant" ? {} : { width }), ...paint(bar) }}
    />
  );
}

function paint({ tone, open, shape }: Pick<Bar, "tone" | "open" | "shape">): CSSProperties {
  const { color } = stateLooks[tone];
  if (shape === "wait") return { borderColor: color, background: hatched(color, open) };
  return { background: open ? striped(color) : color, outlineColor: color };
}

function striped(color: string): string {
  const light = `color-mix(in oklab, ${color} 45%, var(--color-panel))`;
  return `repeating-linear-gradient(-55deg, ${color} 0 6px, ${light} 6px 12px)`;
}

/** A wait is empty while it lasts but for thin lines, and lightly filled afterwards. */
function hatched(color: string, open: boolean): string {
  const light = `color-mix(in oklab, ${color} 22%, var(--color-panel))`;
  return open ? `repeating-linear-gradient(-55deg, ${light} 0 2px, transparent 2px 6px)` : light;
}

type LegendItem = {
  readonly tone: StateToken;
  readonly word: string;
  readonly shape: BarShape;
  readonly open?: true;
};

const legend: readonly LegendItem[] = [
  { tone: "completed", word: "action", shape: "action" },
  { tone: "executing", word: "running", shape: "action", open: true },
  { tone: "executing", word: "waiting", shape: "wait", open: true },
  { tone: "failed", word: "failed", shape: "action" },
  { tone: "compensated", word: "undo done", shape: "undo" },
  { tone: "compensating", word: "undoing", shape: "undo", open: true },
  { tone: "compensation-failed", word: "undo failed", shape: "undo" },
];

/** What the bars' colours and shapes mean, where there is room beside the tabs. */
export function TimelineLegend() {
  return (
    <ul aria-label="Legend" className="@4xl:flex hidden items-center gap-3 text-ink-2 text-xs">
      {legend.map(({ word, open = false, ...look }) => (
        <li key={word} className="flex items-center gap-1.5 whitespace-nowrap">
          <span aria-hidden className={cn(shapes[look.shape], "size-2.5")} style={paint({ ...look, open })} />
          {word}
        </li>
      ))}
    </ul>
  );
}
