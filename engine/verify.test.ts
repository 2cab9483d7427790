import { describe, expect, it } from "vitest";
import { decide } from "./decide";
import type { Saga } from "./definition/saga";
import type { RunEvent } from "./run/event";
import { isEnded, type RunState } from "./run/state";
import type { LogEntry, Transition } from "./run/transition";
import { possibleEvents } from "./testing/possible";
import { choice, diamond, pointOfNoReturn, sequence } from "./testing/sagas";
import { declined, type Happening, requested, startOfTime, succeeded, undone } from "./testing/specification";
import { verifyLog } from "./verify";

/** The log that the engine itself writes of these events. */
function logOf(saga: Saga, happenings: readonly Happening[]): LogEntry[] {
  let state: RunState | null = null;
  const log: LogEntry[] = [];
  for (const happening of happenings) {
    const event = { at: startOfTime, ...happening } as RunEvent;
    const decision = decide(saga, state, event);
    state = decision.state;
    const { transitions } = decision;
    if (transitions.length > 0) log.push({ seq: log.length + 1, at: event.at, actor: null, transitions });
  }
  return log;
}

const done = () => logOf(sequence, [requested(), succeeded("a"), succeeded("b"), succeeded("c")]);
const unwound = () =>
  logOf(sequence, [requested(), succeeded("a"), succeeded("b"), declined("c"), undone("b"), undone("a")]);

function numbers(saga: Saga, log: readonly LogEntry[]): readonly (number | null)[] {
  return [...new Set(verifyLog(saga, log).map((violation) => violation.invariant))].sort();
}

/** The log with each transition replaced by what `change` makes of it. */
function changed(log: readonly LogEntry[], change: (t: Transition) => readonly Transition[]): LogEntry[] {
  return log.map((entry) => ({ ...entry, transitions: entry.transitions.flatMap(change) }));
}

function without(log: readonly LogEntry[], is: (t: Transition) => boolean): LogEntry[] {
  return changed(log, (t) => (is(t) ? [] : [t])).filter((entry) => entry.transitions.length > 0);
}

function renumbered(log: readonly LogEntry[]): LogEntry[] {
  return log.map((entry, i) => ({ ...entry, seq: i + 1 }));
}

const more = (log: readonly LogEntry[], ...transitions: Transition[]): LogEntry[] => [
  ...log,
  { seq: log.length + 1, at: log.at(-1)?.at ?? 0, actor: null, transitions },
];

const sent = (step: string): Transition => ({ type: "StepStarted", step, attempt: 2, generation: 1, timeoutAt: 1 });

describe("a log of the engine's own", () => {
  it("violates nothing, whatever happened", () => {
    let logs = 0;
    for (const saga of [sequence, diamond, choice, pointOfNoReturn]) {
      for (let seed = 1; seed <= 500; seed++, logs++) {
        const log = wander(saga, seed);
        expect({ seed, found: verifyLog(saga, log) }).toEqual({ seed, found: [] });
      }
    }
    expect(logs).toBe(2_000);
  }, 60_000);
});

/** A run to which one possible thing after another happens, drawn by `seed`. */
function wander(saga: Saga, seed: number): LogEntry[] {
  let random = seed;
  const below = (n: number) => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((random / 2 ** 32) * n);
  };
  const first = decide(saga, null, { at: startOfTime, ...requested({ big: seed % 2 === 0 }) } as RunEvent);
  let state = first.state;
  const log: LogEntry[] = [{ seq: 1, at: startOfTime, actor: null, transitions: first.transitions }];
  for (let i = 0; i < 40 && state; i++) {
    const events = possibleEvents(state).filter((e) => !isPause(e));
    const event = events[below(events.length)];
    if (!event) break;
    const unique = event.type === "OperationRequested" ? { ...event, id: `${event.id}/${i}` } : event;
    const decision = decide(saga, state, unique);
    if (decision.transitions.length === 0) continue;
    state = decision.state;
    log.push({ seq: log.length + 1, at: event.at, actor: null, transitions: decision.transitions });
    if (state && isEnded(state) && below(4) === 0) break;
  }
  return log;
}

function isPause(event: RunEvent): boolean {
  return event.type === "OperationRequested" && event.operation.operation === "pause";
}

describe("a broken log", () => {
  it("1: has a gap, no beginning, or two", () => {
    const log = done();
    expect(
      numbers(
        sequence,
        log.filter((entry) => entry.seq !== 3),
      ),
    ).toContain(1);
    expect(numbers(sequence, renumbered(log.slice(1)))).toContain(1);
    expect(numbers(sequence, [])).toEqual([1]);
    expect(numbers(sequence, more(done(), ...(log[0]?.transitions.slice(0, 1) ?? [])))).toContain(1);
    expect(
      numbers(
        sequence,
        changed(log, (t) => [t, { ...t, step: "nobody" } as Transition]),
      ),
    ).toContain(1);
  });

  it("2: sends an action after the unwind began", () => {
    const log = unwound();
    const broken = changed(log, (t) => (t.type === "UnwindStarted" ? [t, sent("c")] : [t]));
    expect(numbers(sequence, broken)).toContain(2);
  });

  it("3: undoes a step before the one after it", () => {
    const swap = (step: string) => (step === "a" ? "b" : step === "b" ? "a" : step);
    const broken = changed(unwound(), (t) =>
      t.type === "CompensationStarted" || t.type === "CompensationCompleted" ? [{ ...t, step: swap(t.step) }] : [t],
    );
    expect(numbers(sequence, broken)).toContain(3);
    const branches = logOf(diamond, [requested(), succeeded("a"), succeeded("b"), succeeded("c"), declined("d")]);
    const early = changed(branches, (t) =>
      t.type === "CompensationStarted" && t.step === "c" ? [{ ...t, step: "a" }] : [t],
    );
    expect(numbers(diamond, early)).toContain(3);
  });

  it("4: ends clean though an undo is missing, is done twice, or was not owed", () => {
    const ofA = (t: Transition) => t.type.startsWith("Compensation") && "step" in t && t.step === "a";
    expect(numbers(sequence, renumbered(without(unwound(), ofA)))).toContain(4);
    const twice = changed(unwound(), (t) => (t.type === "CompensationCompleted" ? [t, t] : [t]));
    expect(numbers(sequence, twice)).toContain(4);
    const unowed = changed(unwound(), (t) => (ofA(t) ? [t, { ...t, step: "c" } as Transition] : [t]));
    expect(numbers(sequence, unowed)).toContain(4);
    const early = changed(done(), (t) =>
      t.type === "StepStarted" && t.step === "c" ? [t, { type: "RunCompleted" }] : [t],
    );
    expect(numbers(sequence, early)).toContain(4);
    const silent = changed(unwound(), (t) => (t.type === "RunFailed" ? [{ ...t, rollback: "nothing_to_undo" }] : [t]));
    expect(numbers(sequence, silent)).toEqual([4]);
  });

  it("5: goes on after its end", () => {
    expect(numbers(sequence, more(done(), sent("c")))).toContain(5);
    expect(numbers(sequence, more(unwound(), { type: "RunCompleted" }))).toContain(5);
    expect(numbers(sequence, more(done(), { type: "AttentionRaised", reason: "late_effect", step: "c" }))).toEqual([]);
  });

  it("6: has an outcome or an operation twice", () => {
    const twice = changed(done(), (t) => (t.type === "StepCompleted" && t.step === "b" ? [t, t] : [t]));
    expect(numbers(sequence, twice)).toContain(6);
    const accepted: Transition = { type: "OperationAccepted", id: "1", operation: { operation: "note", reason: "x" } };
    expect(numbers(sequence, more(more(done(), accepted), accepted))).toEqual([6]);
  });

  it("7: is forgotten", () => {
    const forgotten = without(done(), (t) => t.type === "RunCompleted");
    expect(numbers(sequence, forgotten)).toEqual([7]);
    const held = more(forgotten, { type: "AttentionRaised", reason: "step_held", step: "c" });
    expect(numbers(sequence, held)).toEqual([]);
  });

  it("8: has one decision from two workers", () => {
    const log = done();
    expect(
      numbers(
        sequence,
        log.flatMap((entry) => (entry.seq === 4 ? [entry, entry] : [entry])),
      ),
    ).toContain(8);
  });

  it("9: is of another version than it began with", () => {
    expect(numbers({ ...sequence, version: 2 }, done())).toEqual([9]);
  });
});
