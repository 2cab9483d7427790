import type { StateToken } from "@/components/canvas/status";
import { formatClock, formatDuration } from "@/components/ui/format";
import { assertNever } from "@/engine/json";
import { isEnded, type RunState, type StepState, unitsOf } from "@/engine/run/state";
import type { LogEntry } from "@/engine/run/transition";
import { type Attempt, attemptsOf, outcomeWord } from "./attempts";
import { isTermination } from "./event-words";
import { itemCount } from "./item-counts";
import { itemTitle } from "./item-title";
import { eventIn, lateUndosOf } from "./late-undos";
import { causeWords } from "./plain-words";
import { type Span, spansOf } from "./spans";

/** What a bar stands for, and so how it is drawn. */
export type BarShape = "action" | "undo" | "probe" | "wait" | "instant";

/** A bar of the timeline; `from` and `to` in milliseconds since the run's start. */
export type Bar = {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly tone: StateToken;
  readonly shape: BarShape;
  /** Still under way: drawn striped, up to now. */
  readonly open: boolean;
  readonly label: string;
};

/** A wait for the next attempt. */
export type Wait = { readonly key: string; readonly from: number; readonly to: number };

export type TimelineRow = {
  readonly key: string;
  readonly step: string;
  /** Null: the step itself. */
  readonly item: number | null;
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly waits: readonly Wait[];
  /** Of a forEach: how far it is, and whether its items have rows of their own. */
  readonly items: { readonly count: string; readonly open: boolean } | null;
};

export type Timeline = {
  readonly rows: readonly TimelineRow[];
  /** What the axis spans, in milliseconds since the run's start. */
  readonly span: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly unwinds: readonly UnwindMark[];
};

/** Where an unwind began, or an effect was undone late. */
export type UnwindMark = { readonly at: number; readonly label: string; readonly tone: "failed" | "compensated" };

export type TimelineOf = {
  readonly steps: readonly { readonly id: string; readonly title: string }[];
  readonly state: RunState;
  readonly entries: readonly LogEntry[];
  /** Where the axis ends, in epoch milliseconds. */
  readonly now: number;
  /** Which steps a person unfolded (true) or folded (false); short lists of items are unfolded by themselves. */
  readonly folds?: ReadonlyMap<string, boolean>;
};

type Drawn = { readonly bars: Bar[]; readonly waits: Wait[] };

/** The timeline of a log up to `now`: a row a step in the definition's order, its items below it, a bar an attempt. */
export function toTimeline({ steps, state, entries, now, folds }: TimelineOf): Timeline {
  const start = entries[0]?.at ?? now;
  const end = Math.max(now, entries.at(-1)?.at ?? now, start + 1);
  const drawn = draw(entries, start, end);
  const states = new Map(state.steps.map((step) => [step.id, step]));
  const rows = steps.flatMap(({ id, title }): TimelineRow[] => rowsOf(id, title, states.get(id), drawn, folds));
  const span = end - start;
  return { rows, span, ticks: ticksOf(span), unwinds: unwindsOf(entries, start) };
}

/** Up to so many items are shown without being asked for. */
const FEW = 8;

function rowsOf(
  step: string,
  title: string,
  state: StepState | undefined,
  drawn: ReadonlyMap<string, Drawn>,
  folds: TimelineOf["folds"],
): TimelineRow[] {
  const nothing: Drawn = { bars: [], waits: [] };
  const at = (item: number | null) => drawn.get(rowKey(step, item)) ?? nothing;
  const count = state ? itemCount(state) : null;
  const items = state?.items ?? [];
  const open = folds?.get(step) ?? items.length <= FEW;
  const own = { key: rowKey(step, null), step, item: null, title, ...at(null) };
  if (count === null) return [{ ...own, items: null }];
  const below = open ? items.map(({ value }, item) => ({ value, item })) : [];
  return [
    { ...own, items: { count, open } },
    ...below.map(({ value, item }) => ({
      key: rowKey(step, item),
      step,
      item,
      title: itemTitle(value, item),
      ...at(item),
      items: null,
    })),
  ];
}

const rowKey = (step: string, item: number | null) => (item === null ? step : `${step}:${item}`);

function draw(entries: readonly LogEntry[], start: number, end: number): ReadonlyMap<string, Drawn> {
  const rows = new Map<string, Drawn>();
  const rowAt = (key: string) => {
    const row = rows.get(key) ?? { bars: [], waits: [] };
    rows.set(key, row);
    return row;
  };
  for (const [index, span] of spansOf(entries).entries())
    rowAt(rowKey(span.step, null)).bars.push(spanBar(span, index, start, end));
  for (const attempt of attemptsOf(entries)) {
    const row = rowAt(rowKey(attempt.step, attempt.item));
    const bar = attemptBar(attempt, start, end);
    row.bars.push(bar, ...lateBar(attempt, bar, start));
    const retryAt = attempt.end && "retryAt" in attempt.end ? attempt.end.retryAt : null;
    if (retryAt !== null) row.waits.push({ key: bar.key, from: bar.to, to: Math.min(retryAt, end) - start });
  }
  return rows;
}

const partWords = { action: "Action", compensation: "Undo", probe: "Asked whether it happened" } as const;
const partShapes = { action: "action", compensation: "undo", probe: "probe" } as const;

function attemptBar(attempt: Attempt, start: number, end: number): Bar {
  const { half, startedAt } = attempt;
  const to = attempt.end?.at ?? end;
  return {
    key: `${attempt.step}:${attempt.item ?? ""}:${half}:${attempt.generation}:${attempt.attempt}:${startedAt}`,
    from: startedAt - start,
    to: to - start,
    tone: attemptTone(attempt),
    shape: partShapes[half],
    open: attempt.end === null,
    label: `${partWords[half]}, attempt ${attempt.attempt}: ${outcomeWord(attempt)}, ${formatDuration(to - startedAt)}`,
  };
}

/** An undo that had failed and was done after all: from there to where that was said. */
function lateBar({ late }: Attempt, failed: Bar, start: number): readonly Bar[] {
  if (late === null) return [];
  const to = late.at - start;
  const said = late.byHand ? "marked done by hand" : "done late";
  const label = `Undo: ${said}, ${formatDuration(to - failed.to)} after it had failed`;
  return [{ ...failed, key: `${failed.key}:late`, from: failed.to, to, tone: "compensated", label }];
}

function attemptTone({ half, end }: Attempt): StateToken {
  const back = half === "compensation";
  if (end === null) return back ? "compensating" : "executing";
  if (end.kind === "undelivered") return "pending";
  if (end.kind === "answered") return end.happened === null ? "pending" : end.happened ? "completed" : "failed";
  if (end.kind === "succeeded") return back ? "compensated" : "completed";
  return back ? "compensation-failed" : "failed";
}

function spanBar(span: Span, index: number, start: number, end: number): Bar {
  const to = span.to ?? end;
  return {
    key: `span:${index}`,
    from: span.from - start,
    to: to - start,
    tone: spanTone(span),
    shape: spanShape(span),
    open: span.to === null,
    label: `${spanWords(span)}${span.kind === "instant" ? "" : `, ${formatDuration(to - span.from)}`}`,
  };
}

function spanShape({ kind }: Span): BarShape {
  return kind === "items" ? "action" : kind === "undos" ? "undo" : kind;
}

function spanTone({ kind, end }: Span): StateToken {
  if (kind === "undos") return end === null ? "compensating" : end === "done" ? "compensated" : "compensation-failed";
  if (end === null) return "executing";
  return end === "done" ? "completed" : end;
}

function spanWords({ kind, end, from, dueAt }: Span): string {
  const due = dueAt === null ? "for as long as it takes" : `for ${formatDuration(dueAt - from)} at most`;
  switch (kind) {
    case "wait":
      if (end === null) return `Waits ${due}, so far`;
      return end === "done" ? "Waited" : end === "failed" ? "Waited in vain" : "Waited, then skipped";
    case "items":
      return end === null ? "Goes through its items" : end === "done" ? "Went through its items" : "Stopped at an item";
    case "undos":
      return end === null ? "Undoes its items" : end === "done" ? "Undid its items" : "Undoing its items failed";
    case "instant":
      return end === "done" ? "Done at once" : "Failed at once";
    default:
      return assertNever(kind);
  }
}

function unwindsOf(entries: readonly LogEntry[], start: number): readonly UnwindMark[] {
  const { done, reopened } = lateUndosOf(entries);
  return entries.flatMap((entry) =>
    entry.transitions.flatMap((t): readonly UnwindMark[] => {
      if (t.type !== "UnwindStarted") return [];
      const at = entry.at - start;
      const event = reopened.has(t) ? eventIn(entry) : null;
      if (event && entry.transitions.some((one) => done.has(one)))
        return [{ at, label: `undone late by ${event.type}`, tone: "compensated" }];
      const began = `${t.error?.code ?? event?.type ?? causeWords(t.cause)} → unwind began`;
      return [{ at, label: isTermination(entry) ? "terminated" : began, tone: "failed" }];
    }),
  );
}

/** Where the axis ends: now, or just after the last event while nothing but a person moves the run. */
export function axisEnd(state: RunState, now: number): number {
  const moving = state.steps.some(
    (step) =>
      step.waiting !== null ||
      unitsOf(step).some(({ action, undo, probe }) =>
        [action, undo, probe].some((half) => half && (half.open !== null || (!state.paused && half.retryAt !== null))),
      ),
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
