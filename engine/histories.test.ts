/** Seeded random histories of random graphs: whatever happens, the invariants hold and every run can come to an end. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { decide } from "./decide";
import type { ActionDocument, SagaDocument } from "./definition/document";
import { fold } from "./evolve";
import type { OperationName, RunEvent } from "./run/event";
import { isEnded, type RunState, stepOf } from "./run/state";
import type { LogEntry } from "./run/transition";
import { checkDecision } from "./testing/invariants";
import { possibleEvents } from "./testing/possible";
import { saga as compiled, step } from "./testing/sagas";
import { runId, startOfTime } from "./testing/specification";
import { nextWake } from "./wake";

const policies = fc.record({
  onFailure: fc.constantFrom("compensate", "hold", "continue") as fc.Arbitrary<ActionDocument["onFailure"]>,
  compensateSelf: fc.constantFrom("ifUnknown", "always", "never") as fc.Arbitrary<ActionDocument["compensateSelf"]>,
  onCompensationFailure: fc.constantFrom("hold", "continue") as fc.Arbitrary<ActionDocument["onCompensationFailure"]>,
  kind: fc.constantFrom("compensable", "compensable", "compensable", "readonly", "irreversible"),
});

const documents: fc.Arbitrary<Omit<SagaDocument, "saga">> = fc
  .record({
    steps: fc.array(policies, { minLength: 1, maxLength: 9 }),
    edges: fc.array(
      fc.tuple(fc.nat(8), fc.nat(8), fc.constantFrom(undefined, "data.yes", "data.no", "data.broken > 1")),
      { maxLength: 14 },
    ),
    undoOrder: fc.constantFrom("graph" as const, "sequence" as const),
    deadline: fc.constantFrom(undefined, "PT10S"),
    pivot: fc.option(fc.nat(8)),
  })
  .map(({ steps, edges, undoOrder, deadline, pivot }) => {
    const pairs = new Map<string, { from: string; to: string; when?: string }>();
    for (const [x, y, when] of edges) {
      const [from, to] = [Math.min(x, y) % steps.length, Math.max(x, y) % steps.length];
      if (from < to) pairs.set(`${from}-${to}`, { from: `s${from}`, to: `s${to}`, ...(when ? { when } : {}) });
    }
    return {
      undoOrder,
      ...(deadline ? { deadline } : {}),
      steps: steps.map(({ kind, ...rest }, i) =>
        step(`s${i}`, {
          ...rest,
          ...(i === pivot
            ? { class: "pivot" as const }
            : kind === "compensable"
              ? {}
              : { class: kind as "readonly", compensation: undefined }),
        }),
      ),
      edges: [...pairs.values()],
    };
  });

it("keeps the invariants through any history, and any restart", () => {
  fc.assert(
    fc.property(documents, fc.array(fc.nat(), { maxLength: 60 }), (document, choices) => {
      const saga = compiled(document);
      const log: LogEntry[] = [];
      let state: RunState | null = null;
      const happen = (event: RunEvent) => {
        const decision = decide(saga, state, event);
        checkDecision({ saga, before: state, event, decision });
        state = decision.state;
        if (decision.transitions.length === 0 || state === null) return;
        log.push({ seq: state.seq, at: event.at, actor: null, transitions: decision.transitions });
        expect(fold(saga, log)).toEqual(state);
      };
      happen({
        type: "RunRequested",
        at: startOfTime,
        run: runId,
        data: { yes: true, no: false, broken: "x" },
        actor: null,
      });
      for (const choice of choices) {
        const events = possibleEvents(state as unknown as RunState);
        happen(events[choice % events.length] as RunEvent);
      }
    }),
    { numRuns: 400 },
  );
});

it("comes to an end when services answer and people repair", () => {
  fc.assert(
    fc.property(documents, fc.array(fc.nat(), { maxLength: 25 }), (document, choices) => {
      const saga = compiled(document);
      let state = decide(saga, null, {
        type: "RunRequested",
        at: startOfTime,
        run: runId,
        data: { yes: true, no: false, broken: "x" },
        actor: null,
      }).state as RunState;
      for (const choice of choices) {
        const events = possibleEvents(state);
        state = decide(saga, state, events[choice % events.length] as RunEvent).state as RunState;
      }
      for (let turn = 0; turn < 200 && !isEnded(state); turn++) state = helped(saga, state);
      expect(isEnded(state) ? "ended" : stuckness(state)).toBe("ended");
    }),
    { numRuns: 400 },
  );
});

/** What a run that will not end looks like, for whoever reads the failure. */
function stuckness(state: RunState): string {
  const steps = state.steps.map((s) => `${s.id} ${s.status}/${s.effect}/${s.handling}`);
  return JSON.stringify({ run: state.state, unwind: state.unwind, attention: state.attention, steps });
}

/** One thing that somebody well-meaning does next. */
function helped(saga: Parameters<typeof decide>[0], state: RunState): RunState {
  const at = state.updatedAt;
  const ask = (operation: OperationName, step?: string) =>
    decide(saga, state, {
      type: "OperationRequested",
      at,
      id: "help",
      actor: "grace",
      operation: { operation, reason: "help", ...(step ? { step } : {}), result: {}, evidence: "seen" },
    });
  if (state.paused) return ask("resume").state as RunState;
  for (const s of state.steps) {
    for (const [half, now] of [
      ["action", s.action],
      ["compensation", s.undo],
    ] as const) {
      if (!now.open) continue;
      const outcome = { kind: "success", result: {} } as const;
      return decide(saga, state, { type: "ReplyReceived", at, step: s.id, half, attempt: now.attempt, outcome })
        .state as RunState;
    }
  }
  const needs = (reason: string) => state.attention.find((a) => a.reason === reason);
  const stuck = needs("pivot_unknown") ?? needs("step_held") ?? needs("compensation_failed");
  if (stuck?.step) {
    const wanted = stuck.reason === "compensation_failed" ? "markCompensated" : "complete";
    const decision = ask(wanted, stuck.step);
    const edgesBroken = stepOf(state, stuck.step)?.status === "completed";
    if (!decision.refused && !edgesBroken) return decision.state as RunState;
    return ask(state.unwind?.phase === "running" ? "terminate" : "compensate").state as RunState;
  }
  return decide(saga, state, { type: "TimePassed", at: nextWake(state) ?? at }).state as RunState;
}
