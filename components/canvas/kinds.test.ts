import { describe, expect, test } from "vitest";
import { compile } from "@/engine/definition/compile";
import type { SagaDocument } from "@/engine/definition/document";
import { fold } from "@/engine/evolve";
import { isUndoOwed } from "@/engine/rules";
import type { StepState } from "@/engine/run/state";
import type { LogEntry, Transition } from "@/engine/run/transition";
import { toCanvasModel } from "./canvas-model";
import { chipPoint } from "./chip-point";
import { toFlow } from "./flow";
import { isOwedUndo, undoProgress } from "./owed-undos";
import { toStepFace } from "./step-face";
import { momentWords } from "./when-words";

const trip: SagaDocument = {
  saga: "GroupTrip",
  steps: [
    { id: "price", kind: "transform", set: { amount: "${data.total}", rooms: 2 } },
    { id: "choose", kind: "decision" },
    { id: "agree", kind: "approval", approvers: { role: "operator" }, due: "P2D", fourEyes: true },
    {
      id: "seats",
      kind: "forEach",
      items: "${data.passengers}",
      as: "passenger",
      concurrency: 4,
      action: "Flight.Book",
      compensation: "Flight.Cancel",
    },
    { id: "paid", kind: "signal", signal: "PaymentReceived", timeout: "P3D" },
    { id: "cool_off", kind: "wait", for: "PT1H" },
    { id: "cover", kind: "saga", saga: "Insurance", timeout: "P1D" },
    { id: "book", action: "Hotel.Book", compensation: "Hotel.Cancel", probe: "Hotel.Find" },
  ],
  edges: [
    { from: "price", to: "choose" },
    { from: "choose", to: "agree", when: "data.total > 500" },
    { from: "choose", to: "paid", when: "data.later" },
    { from: "choose", to: "seats", otherwise: true },
    { from: "seats", to: "cool_off" },
    { from: "cool_off", to: "cover" },
    { from: "cover", to: "book" },
  ],
};
const model = toCanvasModel(trip);
const saga = compile(trip, 1);
const shownOf = (id: string) => model.stepOf.get(id) ?? expect.fail(`no ${id}`);

const started: Transition = {
  type: "RunStarted",
  run: "r",
  saga: "GroupTrip",
  version: 1,
  data: {},
  businessKey: null,
  exposure: null,
  deadlineAt: null,
  startedBy: null,
  parent: null,
};
const NOON = Date.UTC(2026, 11, 24, 12);

function stateAfter(...transitions: readonly Transition[]) {
  const entry: LogEntry = { seq: 1, at: NOON, actor: null, transitions: [started, ...transitions] };
  return fold(saga, [entry]) ?? expect.fail("no state");
}

/** What a card says of a step once these things happened. */
function faceOf(id: string, ...transitions: readonly Transition[]) {
  const state = stateAfter(...transitions).steps.find((step) => step.id === id) as StepState;
  return toStepFace(shownOf(id), state, null);
}

const begin = (step: string, item?: number): Transition => ({
  type: "StepStarted",
  step,
  attempt: 1,
  generation: 1,
  timeoutAt: NOON,
  ...(item === undefined ? {} : { item }),
});
const done = (step: string, item?: number): Transition => ({
  type: "StepCompleted",
  step,
  attempt: 1,
  result: {},
  ...(item === undefined ? {} : { item }),
});
const undo = (step: string, order: number, item?: number): Transition => ({
  type: "CompensationStarted",
  step,
  attempt: 1,
  generation: 1,
  timeoutAt: NOON,
  order,
  ...(item === undefined ? {} : { item }),
});
const waits = (step: string, dueAt: number | null): Transition => ({ type: "StepWaits", step, generation: 1, dueAt });
const listed: Transition = { type: "ItemsListed", step: "seats", generation: 1, items: ["a", "b", "c"] };
const error = { code: "declined", message: "No" };

const failedOf = (step: string, effect: "none" | "unknown" = "none") =>
  ({
    type: "StepFailed",
    step,
    attempt: 1,
    error,
    effect,
    handling: "compensate",
    unsettled: effect === "unknown",
  }) as const satisfies Transition;

test("a definition says of each step what it is about", () => {
  expect(toFlow(trip, null).nodes.map(({ type, ariaLabel }) => [type, ariaLabel])).toEqual([
    ["transform", "Price, transform, sets amount, rooms"],
    ["decision", "Choose, decision"],
    ["approval", "Agree, approval, by operators · four eyes · due in 2 d"],
    ["forEach", "Seats, for each, for each passenger · 4 at once, undo Cancel"],
    ["signal", "Paid, signal, PaymentReceived · within 3 d"],
    ["wait", "Cool off, wait, for 1 h"],
    ["saga", "Cover, child saga · Insurance, within 1 d, undo unwinds that run"],
    ["action", "Book, undo Cancel"],
  ]);
});

test("a child saga that is never unwound says so", () => {
  const step = { id: "cover", kind: "saga", saga: "Insurance", class: "irreversible" } as const;
  const [node] = toFlow({ saga: "Trip", steps: [step] }, null).nodes;
  expect(node?.ariaLabel).toBe("Cover, child saga · Insurance, irreversible, never unwound");
});

test("the conditions of a decision are numbered in the order they are asked; the rest stand as they are", () => {
  expect(model.edges.map(({ label, turn }) => [label, turn])).toEqual([
    [null, null],
    ["data.total > 500", 1],
    ["data.later", 2],
    ["otherwise", null],
    [null, null],
    [null, null],
    [null, null],
  ]);
});

test("the chip of a long edge stands beside its source, on the curve; of a short one in its middle", () => {
  const middle = { x: 1, y: 2 };
  expect(chipPoint({ sourceX: 0, sourceY: 0, targetX: 168, targetY: 90 }, middle, 104)).toBe(middle);
  expect(chipPoint({ sourceX: 10, sourceY: 5, targetX: 600, targetY: 5 }, middle, 104)).toEqual({ x: 114, y: 5 });
  const { x, y } = chipPoint({ sourceX: 0, sourceY: 0, targetX: 1000, targetY: 100 }, middle, 104);
  expect(x).toBe(104);
  expect(y).toBeGreaterThan(0);
  expect(y).toBeLessThan(10);
});

describe("in a run", () => {
  test("a step that waits says for what and until when, and nothing flows to it", () => {
    const due = NOON + 3_600_000;
    const until = `until ${momentWords(due, NOON)}`;
    expect(faceOf("cool_off", waits("cool_off", due))).toMatchObject({ look: { word: "Waiting" }, about: until });
    expect(faceOf("paid", waits("paid", due)).about).toBe(`PaymentReceived · ${until}`);
    expect(faceOf("agree", waits("agree", due)).about).toBe(`by operators · four eyes · ${until}`);
    expect(faceOf("paid", waits("paid", null)).about).toBe("PaymentReceived · within 3 d");
    const state = stateAfter(begin("price"), done("price"), done("choose"), waits("agree", due));
    expect(
      toFlow(trip, state)
        .edges.map(({ data }) => data?.tone)
        .slice(0, 2),
    ).toEqual(["taken", "taken"]);
  });

  test("a forEach counts what is done, what failed, and what is undone", () => {
    const failed: Transition = { ...failedOf("seats"), item: 2 };
    const forward = [
      listed,
      begin("seats", 0),
      begin("seats", 1),
      begin("seats", 2),
      done("seats", 0),
      done("seats", 1),
    ];
    expect(faceOf("seats", ...forward)).toMatchObject({
      count: { done: 2, total: 3 },
      about: "for each passenger · 4 at once",
    });
    const begun: Transition = { type: "UnwindStarted", cause: "step_failed" };
    const unwinding = [...forward, failed, failedOf("seats"), begun, undo("seats", 1, 1)] as const;
    const undone: Transition = { type: "CompensationCompleted", step: "seats", item: 1, attempt: 1, result: null };
    expect(faceOf("seats", ...unwinding, undone, undo("seats", 2, 0))).toMatchObject({
      about: "1 failed",
      undo: { kind: "begun", word: "1 of 2 undone" },
    });
    const all: Transition = { type: "CompensationCompleted", step: "seats", attempt: 0, result: null };
    expect(faceOf("seats", ...unwinding, undone, undo("seats", 2, 0), { ...undone, item: 0 }, all).undo).toMatchObject({
      word: "2 of 2 undone",
      look: { word: "Compensated" },
    });
    const unwind: Transition = { type: "UnwindStarted", cause: "step_failed" };
    const state = stateAfter(...forward, failed, unwind, undo("seats", 1, 1), undone);
    expect(undoProgress(model, state)).toEqual({ done: 1, total: 2 });
  });

  test("a call that was taken waits for its reply; an unknown outcome is asked about", () => {
    const taken: Transition = { type: "CallAccepted", step: "book", half: "action", attempt: 1 };
    expect(faceOf("book", begin("book"), taken).about).toBe("waits for its reply");
    const asked: Transition = {
      type: "ProbeStarted",
      step: "book",
      attempt: 1,
      timeoutAt: NOON,
      after: { error, unsettled: true },
    };
    expect(faceOf("book", begin("book"), asked).about).toBe("asking whether it happened");
  });

  test("what calls nothing is not said to be tried", () => {
    const late: Transition = { ...failedOf("paid"), attempt: 1 };
    expect(faceOf("paid", waits("paid", NOON), late).tries).toBeNull();
    expect(faceOf("book", begin("book"), failedOf("book")).tries).toBe("1 of 3");
  });

  test("a child saga says that its run is under way, and its undo is owed by that run", () => {
    const child: Transition = { type: "CallAccepted", step: "cover", half: "action", attempt: 1, child: "c" };
    expect(faceOf("cover", begin("cover"), child)).toMatchObject({ about: "its run is under way" });
    expect(faceOf("cover", begin("cover"), child, done("cover"), undo("cover", 1)).undo).toMatchObject({
      text: "unwinds that run",
      word: "Undoing",
    });
  });

  test("an undo that a person left out says so, and is not counted", () => {
    const left: Transition = {
      type: "UnwindStarted",
      cause: "operator",
      leaveOut: [{ step: "book", reason: "The guest stays" }],
    };
    const log = [begin("cover"), done("cover"), begin("book"), done("book"), left];
    expect(faceOf("book", ...log).undo).toEqual({ kind: "left", text: "undo left out", why: "The guest stays" });
    expect(undoProgress(model, stateAfter(...log))).toEqual({ done: 0, total: 1 });
  });

  test("what stays when the unwind stops at a step is not counted", () => {
    const stop: Transition = { type: "UnwindStarted", cause: "operator", downTo: "cover" };
    const log = [
      listed,
      begin("seats", 0),
      done("seats", 0),
      begin("cover"),
      done("cover"),
      begin("book"),
      done("book"),
    ];
    expect(undoProgress(model, stateAfter(...log, stop))).toEqual({ done: 0, total: 1 });
  });

  test("what is owed an undo is what the engine says, in every kind", () => {
    const states = [
      stateAfter(done("price"), done("choose"), listed, begin("seats", 0), done("seats", 0), done("cover")),
      stateAfter(begin("cover"), failedOf("cover"), begin("book"), failedOf("book", "unknown")),
      stateAfter(begin("cover"), failedOf("cover", "unknown"), begin("book"), failedOf("book")),
    ];
    for (const state of states)
      for (const [index, step] of state.steps.entries()) {
        const [shown, spec] = [model.steps[index], saga.steps[index]];
        for (const work of step.items ?? [step])
          if (shown && spec) expect([step.id, isOwedUndo(shown, work)]).toEqual([step.id, isUndoOwed(spec, work)]);
      }
  });
});
