/**
 * The pure engine alone: what deciding and folding one transition costs, by the length of the saga, and along the events of
 * a choreography. No database, no calls.
 */
import {
  applyEntry,
  compile,
  decide,
  type LogEntry,
  type Outcome,
  type RunEvent,
  type RunState,
  type Saga,
} from "@/engine";

const lengths = [4, 50, 500] as const;
const reactions = 8;
const runId = "01890000-0000-7000-8000-000000000001";
const milliseconds = 1_500;

export type EngineCost = { readonly name: string; readonly micros: number };

/** Microseconds of processor time of one decision and its fold: along a line of steps and back again, and from event to event. */
export function engineCosts(): readonly EngineCost[] {
  const chain = choreography(reactions);
  const told = { name: `Engine, choreography of ${reactions} reactions`, micros: measure(chain, eventsTold()) };
  return [...lineCosts(), told];
}

function lineCosts(): readonly EngineCost[] {
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

/** Each reaction sends a command and waits for the event that the next one reacts to; the last says the end. */
function choreography(length: number): Saga {
  const each = Array.from({ length }, (_, i) => ({
    ...{ id: `reaction_${i}`, on: `Event${i}`, input: { key: "${run.key}" } },
    ...(i < length - 1
      ? { send: "Bench.Do", expect: [`Event${i + 1}`], class: "irreversible" as const }
      : { emit: "Ended" }),
  }));
  const about = {
    saga: "Chain",
    steps: [],
    style: "choreography",
    mode: "drive",
    correlation: "${event.data.order}",
  } as const;
  return compile(
    { ...about, steps: [], starts: "Event0", reactions: each, ends: { completed: ["Ended"], failed: [] } },
    1,
  );
}

/** The event that begins a run, and those that its reactions wait for, each after the reply to what was sent. */
function eventsTold(): readonly RunEvent[] {
  const data = { order: 1 };
  const told = (i: number) => ({ id: `event-${i}`, source: "Bench", type: `Event${i}`, data });
  const start: RunEvent = { type: "RunRequested", at: 1, run: runId, data, actor: null, event: told(0) };
  const later = Array.from({ length: reactions - 1 }, (_, i): readonly RunEvent[] => [
    reply(`reaction_${i}`, "action"),
    { type: "EventTold", at: 1, event: told(i + 1) },
  ]);
  return [start, ...later.flat()];
}

/** Every reply of a run that completes, or whose last step is refused so that all others are undone. */
function eventsOf(saga: Saga, way: "forward" | "unwind"): readonly RunEvent[] {
  const last = saga.steps.length - 1;
  const start: RunEvent = { type: "RunRequested", at: 1, run: runId, data: { order: 1 }, actor: null };
  const there = saga.steps.map((_, i) => reply(`step_${i}`, "action", way === "forward" || i < last));
  const undone = way === "forward" ? [] : saga.steps.slice(0, last);
  const back = undone.map((_, i) => reply(`step_${last - 1 - i}`, "compensation"));
  return [start, ...there, ...back];
}

function reply(step: string, half: "action" | "compensation", ok = true): RunEvent {
  const outcome: Outcome = ok
    ? { kind: "success", result: { ok: true } }
    : { kind: "terminal", error: { code: "declined", message: "Declined" } };
  return { type: "ReplyReceived", at: 1, step, half, outcome };
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
