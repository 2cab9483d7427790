/** A plan is honest: the undos that it lists are the undos that are sent when the operation is asked for and all succeed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "./decide";
import type { Saga } from "./definition/saga";
import { type PlannedUndo, plan } from "./plan";
import type { InvokeCommand } from "./run/command";
import type { Operation, RunEvent } from "./run/event";
import { isEnded, type RunState } from "./run/state";
import { possibleEvents } from "./testing/possible";
import { diamond, saga, sequence, small, step, tickets } from "./testing/sagas";
import {
  asked,
  declined,
  type Happening,
  item,
  requested,
  runId,
  specification,
  startOfTime,
  succeeded,
  undoDeclined,
  undone,
} from "./testing/specification";

type Sent = Pick<PlannedUndo, "step" | "service" | "command" | "input">;
const asSent = ({ step, service, command, input }: Sent): Sent => ({ step, service, command, input });

/** What is really sent from the operation on, when calls in flight stay unanswered and every undo succeeds. */
function sentUndos(saga: Saga, before: RunState, operation: Operation, at: number): Sent[] {
  const sent: Sent[] = [];
  let state = before;
  const happen = (event: RunEvent) => {
    const decision = decide(saga, state, event);
    state = decision.state as RunState;
    sent.push(
      ...decision.commands
        .filter((c): c is InvokeCommand => c.type === "InvokeCommand" && c.half === "compensation")
        .map(asSent),
    );
  };
  const ask = (o: Operation) => happen({ type: "OperationRequested", at, id: "x", actor: "grace", operation: o });
  ask(operation);
  if (state.paused) ask({ operation: "resume", reason: "go on" });
  for (const s of state.steps) {
    if (!s.action.open) continue;
    const outcome = { kind: "unknown", error: { code: "lost", message: "" } } as const;
    happen({ type: "ReplyReceived", at, step: s.id, half: "action", outcome });
  }
  for (let turn = 0; turn < 50 && !isEnded(state); turn++) {
    for (const s of state.steps) {
      if (s.status === "compensating")
        happen({
          type: "ReplyReceived",
          at,
          step: s.id,
          half: "compensation",
          outcome: { kind: "success", result: null },
        });
      else if (s.status === "compensation_failed" && s.handling === "hold")
        ask({ operation: "markCompensated", step: s.id, reason: "r", evidence: "e" });
    }
  }
  return sent;
}

const operations: readonly Operation[] = [
  { operation: "compensate", reason: "r" },
  { operation: "cancel", reason: "r" },
  { operation: "resume", reason: "r" },
  { operation: "note", reason: "r" },
];

const byStep = (a: Sent, b: Sent) => a.step.localeCompare(b.step);

it("lists exactly the undos that are then sent, with their inputs, whatever happened before", () => {
  const histories = fc.tuple(fc.constantFrom(...Object.values(small)), fc.array(fc.nat(), { maxLength: 14 }));
  fc.assert(
    fc.property(histories, fc.constantFrom(...operations), ([saga, choices], operation) => {
      const start: RunEvent = { type: "RunRequested", at: startOfTime, run: runId, data: { big: true }, actor: null };
      let state = decide(saga, null, start).state as RunState;
      for (const choice of choices) {
        const events = possibleEvents(saga, state);
        state = decide(saga, state, events[choice % events.length] as RunEvent).state as RunState;
      }
      const at = state.updatedAt;
      const planned = plan(saga, state, operation, at);
      if ("refused" in planned || planned.forward.length > 0) return;
      const told = planned.undos.filter((u) => u.status === "planned");
      if (planned.undos.length === 0 && planned.state !== "compensating") return;
      const sent = sentUndos(saga, state, operation, at);
      expect(told.map(asSent).sort(byStep)).toEqual(sent.sort(byStep));
    }),
    { numRuns: 3000 },
  );
}, 60_000);

describe("a plan", () => {
  const at = startOfTime;
  const steps = (saga: Saga, history: readonly Happening[], operation: Operation) =>
    plan(
      saga,
      specification(saga)
        .given(...history)
        .state(),
      operation,
      at,
    );

  it("of a paused run lists the undos that wait for the resume", () => {
    const planned = steps(sequence, [requested(), succeeded("a"), asked("pause")], operations[1] as Operation);
    expect(planned).toMatchObject({ summary: "Cancel and undo 2 steps", undos: [{ step: "b" }, { step: "a" }] });
  });

  it("lists an undo that was given up as failed, not as one to come", () => {
    const history = [requested(), succeeded("a"), succeeded("b"), succeeded("c"), declined("d"), undoDeclined("c")];
    const planned = steps(diamond, history, { operation: "note", reason: "r" });
    expect(planned).toMatchObject({
      undos: [
        { step: "c", order: 0, status: "compensation_failed" },
        { step: "b", order: 1, status: "compensating" },
        { step: "a", order: 2, status: "planned" },
      ],
    });
  });

  it("lists each undo once, though one of them cannot even be sent", () => {
    const broken = saga({
      steps: [
        step("a"),
        step("b", { compensation: { command: "Test.UndoB", input: "${data.missing.x}" } }),
        step("c"),
        step("d"),
      ],
      edges: [
        { from: "a", to: "b" },
        { from: "a", to: "c" },
        { from: "c", to: "d" },
      ],
    });
    const history = [requested({}), succeeded("a"), succeeded("b"), succeeded("c"), succeeded("d")];
    const planned = steps(broken, history, { operation: "compensate", reason: "r" });
    expect(planned).toMatchObject({
      undos: [
        { step: "b", order: 1, status: "compensation_failed" },
        { step: "d", order: 1, status: "planned" },
        { step: "c", order: 2 },
        { step: "a", order: 3 },
      ],
    });
  });

  it("of a forEach lists every item in the turn in which it is undone, as many at once as were done", () => {
    const passengers = ["ada", "grace", "linus", "mary", "tim"];
    const bought = passengers.map((_, n) => item(n, succeeded("t")));
    const turns = (undoOrder: "graph" | "sequence") => {
      const history = [requested({ passengers }), ...bought, succeeded("b")];
      const planned = steps(tickets({ concurrency: 2, undoOrder }), history, { operation: "compensate", reason: "r" });
      return "undos" in planned && planned.undos.map((u) => [u.order, u.step, u.item ?? null]);
    };
    expect(turns("graph")).toEqual([
      [1, "b", null],
      [2, "t", 3],
      [2, "t", 4],
      [3, "t", 1],
      [3, "t", 2],
      [4, "t", 0],
    ]);
    expect(turns("sequence")).toEqual([
      [1, "b", null],
      [2, "t", 4],
      [3, "t", 3],
      [4, "t", 2],
      [5, "t", 1],
      [6, "t", 0],
    ]);
  });

  it("says what was undone before as done", () => {
    const history = [requested(), succeeded("a"), succeeded("b"), declined("c"), undone("b")];
    expect(steps(sequence, history, { operation: "note", reason: "r" })).toMatchObject({
      undos: [
        { step: "b", order: 0, status: "compensated" },
        { step: "a", order: 1, status: "compensating" },
      ],
    });
  });
});
