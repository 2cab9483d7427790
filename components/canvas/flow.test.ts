import { describe, expect, test } from "vitest";
import { compile } from "@/engine/definition/compile";
import type { SagaDocument } from "@/engine/definition/document";
import { fold } from "@/engine/evolve";
import { isUndoOwed } from "@/engine/rules";
import type { LogEntry, Transition } from "@/engine/run/transition";
import { toCanvasModel } from "./canvas-model";
import { reuseFlow, toFlow } from "./flow";
import { CARD, freeSpot, layeredPositions, mergePositions, pivotLine } from "./geometry";
import { neighbourOf } from "./neighbour";
import { isOwedUndo, undoProgress } from "./owed-undos";
import { takenEdges } from "./taken-edges";

const trip: SagaDocument = {
  saga: "TripBooking",
  steps: [
    { id: "flight", class: "compensable", action: "Flight.Book", compensation: "Flight.Cancel" },
    { id: "hotel", class: "compensable", action: "Hotel.Book", compensation: "Hotel.Cancel" },
    { id: "pay", class: "pivot", action: "Payment.Charge", compensation: "Payment.Refund" },
    { id: "issue_tickets", class: "retriable", action: "Ticket.Issue" },
  ],
  edges: [
    { from: "flight", to: "pay" },
    { from: "hotel", to: "pay", when: "data.hotel" },
    { from: "pay", to: "issue_tickets" },
  ],
};
const saga = compile(trip, 1);

const started: Transition = {
  type: "RunStarted",
  run: "r",
  saga: "TripBooking",
  version: 1,
  data: {},
  businessKey: null,
  exposure: null,
  deadlineAt: null,
  startedBy: null,
  parent: null,
};
const start = (step: string, attempt = 1): Transition => ({
  type: "StepStarted",
  step,
  attempt,
  generation: 1,
  timeoutAt: 9_000,
});
const done = (step: string, taken?: readonly string[]): Transition => ({
  type: "StepCompleted",
  step,
  attempt: 1,
  result: {},
  ...(taken ? { taken } : {}),
});
const error = { code: "declined", message: "No" };
const failed: Transition = {
  type: "StepFailed",
  step: "pay",
  attempt: 1,
  error,
  effect: "none",
  handling: "compensate",
  unsettled: false,
};
const unwind: Transition = { type: "UnwindStarted", cause: "step_failed", step: "pay", error };
const undo = (step: string, order: number): Transition => ({
  type: "CompensationStarted",
  step,
  attempt: 1,
  generation: 1,
  timeoutAt: 9_000,
  order,
});
const undone = (step: string): Transition => ({ type: "CompensationCompleted", step, attempt: 1, result: {} });
const log = (...decisions: readonly (readonly Transition[])[]): LogEntry[] =>
  decisions.map((transitions, index) => ({ seq: index + 1, at: 1_000 * index, actor: null, transitions }));

const at = (...decisions: readonly (readonly Transition[])[]) => {
  const entries = log(...decisions);
  const state = fold(saga, entries);
  const flow = toFlow(trip, state, { taken: takenEdges(entries) });
  return { state, flow, tones: Object.fromEntries(flow.edges.map((edge) => [edge.source, edge.data?.tone])) };
};
const begun = [started, start("flight"), start("hotel")];

describe("toFlow", () => {
  test("a definition alone has plain edges, titles in words and labels that speak", () => {
    const { nodes, edges } = toFlow(trip, null);
    expect(nodes.map((node) => node.ariaLabel)).toEqual([
      "Flight, undo Cancel",
      "Hotel, undo Cancel",
      "Pay, pivot, undo Refund",
      "Issue tickets, retriable, no compensation",
    ]);
    expect(edges.map((edge) => [edge.data?.tone, edge.data?.label])).toEqual([
      ["plain", null],
      ["plain", "data.hotel"],
      ["plain", null],
    ]);
  });

  test("going forward, the edges into what executes run and what lies ahead waits", () => {
    const { tones } = at(begun, [done("flight")], [done("hotel"), start("pay")]);
    expect(tones).toEqual({ flight: "running", hotel: "running", pay: "waiting" });
  });

  test("an edge whose condition was false is dead, as the log says", () => {
    const { tones } = at(begun, [done("flight")], [done("hotel", []), start("pay")]);
    expect(tones).toMatchObject({ flight: "running", hotel: "dead" });
  });

  test("the unwind runs back along the same edges, and done undos are numbered in their real order", () => {
    const { tones, flow } = at(
      begun,
      [done("flight")],
      [done("hotel"), start("pay")],
      [failed, unwind, undo("hotel", 1)],
      [undone("hotel"), undo("flight", 2)],
    );
    expect(tones).toEqual({ flight: "unwinding", hotel: "compensated", pay: "dead" });
    expect(flow.nodes.map((node) => node.ariaLabel)).toEqual([
      "Flight, completed, undoing",
      "Hotel, completed, undo 1 of 2 done",
      "Pay, failed, pivot, attempt 1 of 3",
      "Issue tickets, pending, retriable",
    ]);
  });

  test("what did not change is the same object, so it is not drawn again", () => {
    const { flow: before, state } = at(begun);
    const entries = log(begun, [done("flight")]);
    const next = fold(saga, entries.slice(1), state);
    const after = reuseFlow(before, toFlow(trip, next, { taken: takenEdges(entries) }));
    expect(after.nodes.map((node, index) => node === before.nodes[index])).toEqual([false, true, false, true]);
  });
});

test("what is owed an undo is what the engine says is owed", () => {
  const states = [
    at(begun, [done("flight")]).state,
    at(begun, [done("flight")], [done("hotel"), start("pay")], [failed, unwind, undo("hotel", 1)]).state,
  ];
  const model = toCanvasModel(trip);
  for (const state of states)
    for (const [index, step] of (state?.steps ?? []).entries()) {
      const [shown, spec] = [model.steps[index], saga.steps[index]];
      if (shown && spec) expect(isOwedUndo(shown, step)).toBe(isUndoOwed(spec, step));
    }
});

test("undo progress counts what is owed, and is nothing before the unwind", () => {
  const model = toCanvasModel(trip);
  expect(undoProgress(model, at(begun).state)).toBeNull();
  const unwinding = at(
    begun,
    [done("flight")],
    [done("hotel"), start("pay")],
    [failed, unwind, undo("hotel", 1)],
    [undone("hotel")],
  );
  expect(undoProgress(model, unwinding.state)).toEqual({ done: 1, total: 2 });
});

describe("positions", () => {
  const model = toCanvasModel(trip);
  const positions = layeredPositions(model);

  test("columns follow the longest path and no two cards overlap", () => {
    expect(positions.get("pay")?.x).toBeGreaterThan(positions.get("flight")?.x ?? 0);
    expect(positions.get("issue_tickets")?.x).toBeGreaterThan(positions.get("pay")?.x ?? 0);
    expect(Math.abs((positions.get("flight")?.y ?? 0) - (positions.get("hotel")?.y ?? 0))).toBeGreaterThanOrEqual(
      CARD.height,
    );
  });

  test("a cycle in a draft still gives every step a place", () => {
    const cyclic = { ...trip, edges: [...(trip.edges ?? []), { from: "issue_tickets", to: "pay" }] };
    expect(layeredPositions(toCanvasModel(cyclic)).size).toBe(4);
  });

  test("written positions win, and a new step goes beside its predecessor without covering anything", () => {
    const written = new Map([
      ["flight", { x: 0, y: 0 }],
      ["hotel", { x: 0, y: 200 }],
      ["pay", { x: 336, y: 0 }],
    ]);
    const merged = mergePositions(model, written, positions);
    expect(merged.get("flight")).toEqual({ x: 0, y: 0 });
    expect(merged.get("issue_tickets")).toEqual({ x: 672, y: 0 });
    expect(freeSpot({ x: 336, y: 10 }, merged).y).toBeGreaterThanOrEqual(CARD.height);
  });

  test("the point of no return lies between the pivot and what follows it", () => {
    const x = pivotLine("pay", model, positions) ?? 0;
    expect(x).toBeGreaterThan((positions.get("pay")?.x ?? 0) + CARD.width);
    expect(x).toBeLessThan(positions.get("issue_tickets")?.x ?? 0);
  });

  test("arrow keys follow the edges sideways and the columns up and down", () => {
    expect(neighbourOf("flight", "ArrowRight", model, positions)).toBe("pay");
    expect(neighbourOf("flight", "ArrowDown", model, positions)).toBe("hotel");
    expect(neighbourOf("issue_tickets", "ArrowRight", model, positions)).toBeNull();
  });
});
