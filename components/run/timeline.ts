import type { StateToken } from "@/components/canvas/status";
import { formatClock, formatDuration } from "@/components/ui/format";
import { type Half, isEnded, type RunState } from "@/engine/run/state";
import type { LogEntry } from "@/engine/run/transition";
import { type Attempt, attemptsOf, outcomeWord } from "./attempts";
import { isTermination } from "./event-words";
import { causeWords } from "./plain-words";

/** A bar of the timeline; `from` and `to` in milliseconds since the run's start. */
export type Bar = {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly tone: StateToken;
  readonly half: Half;
  /** Still under way: drawn striped, up to now. */
  readonly open: boolean;
  readonly label: string;
};

/** A wait for the next attempt. */
export type Wait = { readonly key: string; readonly from: number; readonly to: number };

export type TimelineRow = {
  readonly step: string;
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly waits: readonly Wait[];
};

export type Timeline = {
  readonly rows: readonly TimelineRow[];
  /** What the axis spans, in milliseconds since the run's start. */
  readonly span: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly unwinds: readonly { readonly at: number; readonly label: string }[];
};

type Titled = { readonly id: string; readonly title: string };

/** The timeline of a log up to `now`: a row a step in the definition's order, a bar an attempt. */
export function toTimeline(steps: readonly Titled[], entries: readonly LogEntry[], now: number): Timeline {
  const start = entries[0]?.at ?? now;
  const last = entries.at(-1)?.at ?? now;
  const end = Math.max(now, last, start + 1);
  const rows = new Map(steps.map(({ id, title }) => [id, { step: id, title, bars: [] as Bar[], waits: [] as Wait[] }]));
  for (const attempt of attemptsOf(entries)) {
    const row = rows.get(attempt.step);
    if (!row) continue;
    const bar = toBar(attempt, start, end);
    row.bars.push(bar);
    const retryAt = attempt.end?.kind === "succeeded" ? null : attempt.end?.retryAt;
    if (retryAt) row.waits.push({ key: bar.key, from: bar.to, to: Math.min(retryAt, end) - start });
  }
  const span = end - start;
  return { rows: [...rows.values()], span, ticks: ticksOf(span), unwinds: unwindsOf(entries, start) };
}

function toBar(attempt: Attempt, start: number, end: number): Bar {
  const to = attempt.end?.at ?? end;
  const half = attempt.half === "action" ? "Action" : "Undo";
  return {
    key: `${attempt.step}:${attempt.half}:${attempt.generation}:${attempt.attempt}:${attempt.startedAt}`,
    from: attempt.startedAt - start,
    to: to - start,
    tone: toneOf(attempt),
    half: attempt.half,
    open: attempt.end === null,
    label: `${half}, attempt ${attempt.attempt}: ${outcomeWord(attempt)}, ${formatDuration(to - attempt.startedAt)}`,
  };
}

function toneOf({ half, end }: Attempt): StateToken {
  if (end === null) return half === "action" ? "executing" : "compensating";
  if (end.kind === "succeeded") return half === "action" ? "completed" : "compensated";
  return half === "action" ? "failed" : "compensation-failed";
}

function unwindsOf(entries: readonly LogEntry[], start: number) {
  return entries.flatMap((entry) =>
    entry.transitions.flatMap((t) => {
      if (t.type !== "UnwindStarted") return [];
      const began = `${t.error?.code ?? causeWords(t.cause)} → unwind began`;
      return [{ at: entry.at - start, label: isTermination(entry) ? "terminated" : began }];
    }),
  );
}

/** Where the axis ends: now, or just after the last event while nothing but a person moves the run. */
export function axisEnd(state: RunState, now: number): number {
  const moving = state.steps.some(({ action, undo }) =>
    [action, undo].some((half) => half.open !== null || (!state.paused && half.retryAt !== null)),
  );
  const waits = state.paused || state.attention.length > 0;
  if (moving || !waits || isEnded(state)) return now;
  return Math.min(now, state.updatedAt + (state.updatedAt - state.startedAt) * 0.1);
}

const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5,
  432e5, 864e5, 1728e5, 6048e5, 2592e6, 7776e6, 31536e6,
];
const MOST_TICKS = 6;

function ticksOf(span: number) {
  const step = STEPS.find((candidate) => span / candidate <= MOST_TICKS) ?? span;
  const count = Math.floor(span / step) + 1;
  return Array.from({ length: count }, (_, index) => ({ at: index * step, label: tickLabel(index * step, step) }));
}

function tickLabel(at: number, step: number): string {
  if (step >= 1e3 && step < 864e5) return formatClock(at);
  return formatDuration(at);
}
