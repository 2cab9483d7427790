/** A plan is honest: the undos that it lists are the undos that are sent when the operation is asked for and all succeed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "./decide";
import type { Saga } from "./definition/saga";
import { type PlannedUndo, plan } from "./plan";
import type { Command } from "./run/command";
import type { Operation, RunEvent } from "./run/event";
import { isEnded, type RunState, type WorkState } from "./run/state";
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

type Sent = Pick<PlannedUndo, "step" | "item" | "service" | "command" | "input">;
const asSent = ({ step, item, service, command, input }: Sent): Sent => ({
  step,
  ...(item === undefined ? {} : { item }),
  service,
  command,
  input,
});

/** What a command undoes: by a call, or by what it asks of the run of a saga step. */
function undoOf(saga: Saga, state: RunState, c: Command): readonly Sent[] {
  if (c.type === "InvokeCommand") return c.half === "compensation" ? [asSent(c)] : [];
  if (c.type !== "TellRun" || c.message.kind !== "parent" || c.message.ask !== "undo") return [];
  return state.steps.flatMap((s, i) => {
    const spec = saga.steps[i];
    return s.child === c.run && spec?.kind === "saga"
      ? [{ step: s.id, service: "saga", command: spec.saga, input: null }]
      : [];
  });
}

/** What is really sent from the operation on, when whatever is in flight stays unanswered and every undo succeeds. */
function sentUndos(saga: Saga, before: RunState, operation: Operation, at: number): Sent[] {
  const sent: Sent[] = [];
  let state = before;
  const happen = (event: RunEvent) => {
    const decision = decide(saga, state, event);
    state = decision.state as RunState;
    for (const command of decision.commands) sent.push(...undoOf(saga, state, command));
  };
  const ask = (o: Operation) => happen({ type: "OperationRequested", at, id: "x", actor: "grace", operation: o });
  const places = () =>
    state.steps.flatMap((s): { readonly named: { step: string; item?: number }; readonly w: WorkState }[] =>
      s.items ? s.items.map((w, item) => ({ named: { step: s.id, item }, w })) : [{ named: { step: s.id }, w: s }],
    );
  ask(operation);
  if (state.paused) ask({ operation: "resume", reason: "go on" });
  const lost = { kind: "unknown", error: { code: "lost", message: "" } } as const;
  for (const half of ["action", "probe"] as const) {
    for (const { named, w } of places()) {
      const child = saga.steps[saga.indexOf.get(named.step) ?? -1]?.kind === "saga" ? { residue: [] } : {};
      if (w[half]?.open) happen({ type: "ReplyReceived", at, ...named, half, outcome: lost, ...child });
    }
  }
  const done = { kind: "success", result: null } as const;
  for (let turn = 0; turn < 50 && !isEnded(state); turn++) {
    for (const { named, w } of places()) {
      if (w.status === "compensating")
        happen({ type: "ReplyReceived", at, ...named, half: "compensation", outcome: done });
      else if (w.status === "compensation_failed" && w.handling === "hold")
        ask({ operation: "markCompensated", ...named, reason: "r", evidence: "e" });
    }
  }
  return sent;
}

const operations: readonly Operation[] = [
  { operation: "compensate", reason: "r" },
  { operation: "cancel", reason: "r" },
  { operation: "resume", reason: "r" },
  { operation: "note", reason: "r" },
  { operation: "compensate", downTo: "a", reason: "r" },
  { operation: "compensate", leaveOut: [{ step: "b", reason: "sent" }], reason: "r" },
];

const byStep = (a: Sent, b: Sent) => a.step.localeCompare(b.step) || (a.item ?? 0) - (b.item ?? 0);

const data = { big: true, passengers: ["ann", "bob"] };

it("lists exactly the undos that are then sent, with their inputs, whatever happened before", () => {
  const histories = fc.tuple(fc.constantFrom(...Object.values(small)), fc.array(fc.nat(), { maxLength: 14 }));
  fc.assert(
    fc.property(histories, fc.constantFrom(...operations), ([saga, choices], operation) => {
      const start: RunEvent = { type: "RunRequested", at: startOfTime, run: runId, data, actor: null };
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
