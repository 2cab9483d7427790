/**
 * Every state of nine small definitions that services, time, a dying worker, signals, decisions and a cancel can bring
 * about, with the invariants held in each (engine.md section 7). Every operation is tried in every state; where people lead
 * a run from there, random histories follow (histories.test.ts, simulation/).
 */
import { describe, expect, it } from "vitest";
import { decide } from "./decide";
import type { Saga } from "./definition/saga";
import type { RunEvent } from "./run/event";
import type { HalfState, RunState, WorkState } from "./run/state";
import { checkDecision } from "./testing/invariants";
import { everyOperation, happenings, words } from "./testing/possible";
import { small } from "./testing/sagas";
import { runId, startOfTime } from "./testing/specification";

/** Two states that differ only in their times, their numbers and their texts have the same futures. */
function shapeOf(state: RunState): string {
  const half = (h: HalfState) => [
    h.generation,
    h.attempt,
    h.open && h.open.accepted === true,
    h.retryAt !== null,
    h.unsettled,
    h.inDoubt,
  ];
  const work = (w: WorkState) => [
    w.status,
    w.effect,
    w.handling,
    w.undoOrder !== null,
    w.settledOrder,
    half(w.action),
    half(w.undo),
    w.probe && half(w.probe),
  ];
  const steps = state.steps.map((s) => [
    work(s),
    s.passed,
    s.takenIn,
    s.waiting !== null,
    s.child !== null,
    s.childResidue,
    s.items?.map(work),
  ]);
  const late = state.deadlineAt !== null && state.updatedAt >= state.deadlineAt;
  const attention = state.attention.map((a) => `${a.reason}:${a.step}`).sort();
  return JSON.stringify([
    state.state,
    state.cause,
    state.rollback,
    state.unwind?.phase,
    state.unwind?.cause,
    late,
    attention,
    state.signals.length > 0,
    steps,
  ]);
}

function tried(saga: Saga, before: RunState | null, event: RunEvent): RunState {
  const decision = decide(saga, before, event);
  checkDecision({ saga, before, event, decision });
  return decision.state as RunState;
}

/** How every walk from this start ended, as state/rollback. */
function walk(saga: Saga, big: boolean): Set<string> {
  const data = { big, passengers: ["ann", "bob"] };
  const open = [
    tried(saga, null, { type: "RunRequested", at: startOfTime, run: runId, data, actor: "ada", persons: ["ada"] }),
  ];
  const seen = new Set(open.map(shapeOf));
  const ends = new Set<string>();
  for (let before = open.pop(); before !== undefined; before = open.pop()) {
    if (before.endedAt !== null) ends.add(`${before.state}/${before.rollback}`);
    const operations = everyOperation(before).map((event) => ({
      event,
      after: tried(saga, before as RunState, event),
    }));
    const cancelled = operations.filter(
      ({ event }) => event.type === "OperationRequested" && event.operation.operation === "cancel",
    );
    for (const after of [
      ...[...happenings(saga, before), ...heard(saga, before)].map((event) => tried(saga, before as RunState, event)),
      ...cancelled.map((c) => c.after),
    ]) {
      const shape = shapeOf(after);
      if (seen.has(shape)) continue;
      seen.add(shape);
      open.push(after);
    }
  }
  return ends;
}

/** What is kept for nobody is one signal as much as many. */
function heard(saga: Saga, state: RunState): RunEvent[] {
  return words(saga, state).filter((event) => event.type !== "SignalReceived" || state.signals.length === 0);
}

const everyEnd = ["completed/null", "failed/clean", "failed/incomplete", "failed/nothing_to_undo"];
const ends: Record<keyof typeof small, readonly string[]> = {
  sequence: everyEnd,
  diamond: everyEnd,
  choice: everyEnd.slice(0, 3),
  pointOfNoReturn: everyEnd,
  tolerant: everyEnd,
  items: everyEnd,
  probed: everyEnd,
  waiting: everyEnd,
  withChild: everyEnd,
};

describe("every reachable state", () => {
  for (const [name, saga] of Object.entries(small)) {
    it(`of ${name} keeps the invariants`, () => {
      const starts = saga === small.choice || saga === small.waiting ? [true, false] : [true];
      const reached = new Set(starts.flatMap((big) => [...walk(saga, big)]));
      expect([...reached].sort()).toEqual(ends[name as keyof typeof small]);
    }, 60_000);
  }
});
