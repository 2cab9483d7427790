/** The pure engine alone: what deciding and folding one transition costs, by the length of the saga. No database, no calls. */
import { applyEntry, compile, decide, type LogEntry, type RunEvent, type RunState, type Saga } from "@/engine";

const lengths = [4, 50, 500] as const;
const runId = "01890000-0000-7000-8000-000000000001";
const milliseconds = 1_500;

export type EngineCost = { readonly name: string; readonly micros: number };

/** Microseconds of processor time of one decision and its fold, forward along a line of steps and back again. */
export function engineCosts(): readonly EngineCost[] {
  return lengths.flatMap((length) => {
    const saga = line(length);
    return (["forward", "unwind"] as const).map((way) => ({
      name: `Engine, ${length} steps, ${way}`,
      micros: measure(saga, eventsOf(saga, way)),
    }));
  });
}

function line(length: number): Saga {
  const steps = Array.from({ length }, (_, i) => ({
    id: `step_${i}`,
    action: "Bench.Do",
    compensation: "Bench.Undo",
  }));
  return compile({ saga: "Line", steps }, 1);
}

/** Every reply of a run that completes, or whose last step is refused so that all others are undone. */
function eventsOf(saga: Saga, way: "forward" | "unwind"): readonly RunEvent[] {
  const last = saga.steps.length - 1;
  const reply = (i: number, half: "action" | "compensation", ok = true): RunEvent => ({
    type: "ReplyReceived",
    at: 1,
    step: `step_${i}`,
    half,
    outcome: ok
      ? { kind: "success", result: { ok: true } }
      : { kind: "terminal", error: { code: "declined", message: "Declined" } },
  });
  const start: RunEvent = { type: "RunRequested", at: 1, run: runId, data: { order: 1 }, actor: null };
  const there = saga.steps.map((_, i) => reply(i, "action", way === "forward" || i < last));
  const back = way === "forward" ? [] : saga.steps.slice(0, last).map((_, i) => reply(last - 1 - i, "compensation"));
  return [start, ...there, ...back];
}

function measure(saga: Saga, events: readonly RunEvent[]): number {
  once(saga, events);
  let decisions = 0;
  const end = performance.now() + milliseconds;
  const before = process.cpuUsage().user;
  while (performance.now() < end) decisions += once(saga, events);
  // Processor time stays comparable on a busy machine.
  return (process.cpuUsage().user - before) / decisions;
}

/** Decides every event, and folds each decision once more from its log entry, as whoever replays it does. */
function once(saga: Saga, events: readonly RunEvent[]): number {
  let state: RunState | null = null;
  let folded: RunState | null = null;
  let seq = 0;
  for (const event of events) {
    const decision = decide(saga, state, event);
    state = decision.state;
    seq += 1;
    const entry: LogEntry = { seq, at: event.at, actor: null, transitions: decision.transitions };
    folded = applyEntry(saga, folded, entry);
  }
  if (folded?.endedAt == null) throw new Error("The run of the benchmark has not ended");
  return events.length;
}
