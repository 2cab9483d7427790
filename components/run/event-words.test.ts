import { describe, expect, test } from "vitest";
import type { Transition } from "@/engine/run/transition";
import { toEventLines } from "./event-lines";
import { eventWords } from "./event-words";

const error = { code: "declined", message: "No" };
const attempt = { step: "pay", attempt: 1 } as const;
const started = { ...attempt, generation: 1, timeoutAt: 9_000 } as const;

/** One of every type of transition, and what is said of it. */
const said = {
  EventHeard: [
    {
      type: "EventHeard",
      event: { id: "e", source: "PaymentService", type: "PaymentFailed", data: null },
      unexpected: true,
    },
    "Event PaymentFailed, not expected | from PaymentService",
  ],
  ReactionFired: [
    { type: "ReactionFired", reaction: "refund", step: "pay", half: "compensation", event: 3 },
    "Take payment: is to be undone",
  ],
  EventExplained: [{ type: "EventExplained", event: 2 }, "An event came too early, and is accounted for now"],
  EndHeard: [
    { type: "EndHeard", as: "failed", event: "OrderFailed", number: 3 },
    "The end was heard: failed | OrderFailed",
  ],
  RunStarted: [
    {
      type: "RunStarted",
      run: "r",
      saga: "Order",
      version: 1,
      data: null,
      businessKey: null,
      exposure: null,
      deadlineAt: null,
      startedBy: null,
      parent: null,
      restartOf: "0193a2c4-7b1f-7c3d-8a2b-00000000c41f",
    },
    "Run started | again, after run 0193…c41f",
  ],
  StepStarted: [{ type: "StepStarted", ...started, item: 2 }, "Take payment, item 2: attempt 1 sent"],
  StepWaits: [
    { type: "StepWaits", step: "pay", generation: 1, dueAt: null },
    "Take payment: waits | for as long as it takes",
  ],
  ItemsListed: [
    { type: "ItemsListed", step: "pay", generation: 1, items: [1, 2, 3] },
    "Take payment: 3 items to go through",
  ],
  CallAccepted: [
    { type: "CallAccepted", ...attempt, half: "action" },
    "Take payment: taken by the service, its reply comes later",
  ],
  ProbeStarted: [
    { type: "ProbeStarted", ...attempt, timeoutAt: 9_000, after: { error, unsettled: true } },
    "Take payment: asked whether it happened | declined: No",
  ],
  ProbeRetryScheduled: [
    { type: "ProbeRetryScheduled", ...attempt, error, retryAt: 3_000 },
    "Take payment: the question whether it happened went unanswered | declined: No; next attempt after 2.0 s",
  ],
  StepCompleted: [
    { type: "StepCompleted", ...attempt, result: null, by: "probe" },
    "Take payment: completed | the service says that it happened",
  ],
  StepRetryScheduled: [
    { type: "StepRetryScheduled", ...attempt, error, retryAt: 3_000, unsettled: true },
    "Take payment: attempt 1 ended unknown | declined: No; next attempt after 2.0 s",
  ],
  StepFailed: [
    { type: "StepFailed", ...attempt, error, effect: "unknown", handling: "hold", unsettled: true },
    "Take payment: failed, outcome unknown | declined: No",
  ],
  StepSkipped: [
    { type: "StepSkipped", step: "pay", by: "dead_path" },
    "Take payment: skipped | its path was not taken",
  ],
  StepOutcomeSettled: [
    { type: "StepOutcomeSettled", step: "pay", effect: "happened" },
    "Take payment: happened after all",
  ],
  ChildResidueReported: [
    { type: "ChildResidueReported", step: "pay", residue: ["mail", "fax"] },
    "Take payment: its run leaves something standing | mail, fax",
  ],
  EdgesPassed: [{ type: "EdgesPassed", step: "pay" }, "Take payment: goes on"],
  EdgesFailed: [
    { type: "EdgesFailed", step: "pay", error },
    "Take payment: a condition behind it could not be evaluated | declined: No",
  ],
  UnwindRequested: [
    { type: "UnwindRequested", cause: "cancelled" },
    "Stop requested; waits for the pivot in flight | the run was cancelled",
  ],
  UnwindWithdrawn: [
    { type: "UnwindWithdrawn", cause: "cancelled" },
    "Stop withdrawn; the pivot was passed | the run was cancelled",
  ],
  UnwindStarted: [
    {
      type: "UnwindStarted",
      cause: "operator",
      downTo: "pay",
      leaveOut: [{ step: "ship", reason: "It has left" }],
    },
    "Unwind began | a person asked for it; down to Take payment, which stays; leaves out ship: It has left",
  ],
  UnwindContinued: [{ type: "UnwindContinued" }, "Unwind goes on | everything else is undone"],
  CompensationStarted: [
    { type: "CompensationStarted", ...started, generation: 2, order: 3 },
    "Take payment: undo 3 sent, attempt 1 | done anew",
  ],
  CompensationRetryScheduled: [
    { type: "CompensationRetryScheduled", ...attempt, error, retryAt: 3_000, unsettled: false },
    "Take payment: undo attempt 1 failed | declined: No; next attempt after 2.0 s",
  ],
  CompensationCompleted: [
    { type: "CompensationCompleted", ...attempt, result: null, evidence: "ticket 7" },
    "Take payment: undone | by hand: ticket 7",
  ],
  CompensationFailed: [
    { type: "CompensationFailed", ...attempt, error, handling: "hold", unsettled: false },
    "Take payment: undo failed | declined: No",
  ],
  AttentionRaised: [
    { type: "AttentionRaised", reason: "unwind_stopped", step: "pay" },
    "Needs attention: Take payment | Unwind stopped",
  ],
  AttentionCleared: [
    { type: "AttentionCleared", reason: "log_full", step: null },
    "Attention cleared: the run | it said “Log full”",
  ],
  LateReplyRecorded: [
    { type: "LateReplyRecorded", ...attempt, half: "action", error },
    "Take payment: a reply came too late to change anything | declined: No",
  ],
  ReplyIgnored: [
    { type: "ReplyIgnored", step: "pay", id: "e", half: "action", why: "other_generation" },
    "Take payment: a reply changed nothing | it answers an earlier request",
  ],
  SignalReceived: [
    { type: "SignalReceived", id: "e", signal: "Paid", data: { by: "card" } },
    'Signal Paid received | {"by":"card"}',
  ],
  SignalRefused: [
    { type: "SignalRefused", id: "e", signal: "Paid", code: "run_ended", detail: "The run has ended" },
    "Signal Paid refused | The run has ended",
  ],
  ApprovalDecided: [
    { type: "ApprovalDecided", id: "e", step: "pay", decision: "reject", form: null, comment: "Too much" },
    "Take payment: rejected | Too much",
  ],
  DecisionRefused: [
    { type: "DecisionRefused", id: "e", step: "pay", code: "four_eyes", detail: "Another must decide" },
    "Take payment: a decision was refused | Another must decide",
  ],
  ParentAsked: [{ type: "ParentAsked", ask: "undo", generation: 1 }, "The parent run asks this one to be undone"],
  RunPaused: [{ type: "RunPaused" }, "Run paused"],
  RunResumed: [{ type: "RunResumed" }, "Run resumed"],
  RunReopened: [{ type: "RunReopened", step: "pay" }, "Run reopened | Take payment"],
  RunCompleted: [{ type: "RunCompleted" }, "Run completed"],
  RunFailed: [{ type: "RunFailed", rollback: "clean", residue: [] }, "Run failed: rolled back clean"],
  OperationAccepted: [
    {
      type: "OperationAccepted",
      id: "e",
      operation: { operation: "retry", step: "pay", item: 1, input: { n: 2 }, reason: "Wrong amount" },
    },
    "Asked: retry step, Take payment, item 1 | Wrong amount; with an edited input",
  ],
  OperationRefused: [
    {
      type: "OperationRefused",
      id: "e",
      operation: { operation: "cancel", reason: "No use" },
      code: "past_pivot",
      detail: "It can only go forward",
    },
    "Refused: cancel | It can only go forward",
  ],
} as const satisfies { readonly [T in Transition["type"]]: readonly [Extract<Transition, { type: T }>, string] };

const titles = new Map([["pay", "Take payment"]]);
const titleOf = (step: string) => titles.get(step) ?? step;

test.each(Object.entries(said))("%s is told in words", (_type, [transition, words]) => {
  const { what, why } = eventWords(transition, { titleOf, at: 1_000, terminated: false });
  expect([what, why].filter(Boolean).join(" | ")).toBe(words);
});

describe("a wait", () => {
  test("says until when, and how long that is at most", () => {
    const waits = { type: "StepWaits", step: "pay", generation: 1, dueAt: 3_601_000 } as const;
    expect(eventWords(waits, { titleOf, at: 1_000, terminated: false }).why).toMatch(/^until .*, 1 h at most$/);
  });
});

test("starting again says which run that is", () => {
  const again = { operation: "startAgain", reason: "Open again", input: {}, result: { run: "0193a2c4-c41f" } } as const;
  const words = eventWords(
    { type: "OperationAccepted", id: "e", operation: again },
    { titleOf, at: 0, terminated: false },
  );
  expect(words).toEqual({ what: "Asked: start again", why: "Open again; with edited data; as run 0193…c41f" });
});

test("a line of the log knows the item that it is about", () => {
  const transitions = [said.StepStarted[0], said.OperationAccepted[0], said.RunPaused[0]];
  const lines = toEventLines([{ seq: 1, at: 0, actor: "ada", transitions }], titles, null);
  expect(lines.map(({ step, item }) => [step, item])).toEqual([
    ["pay", 2],
    ["pay", 1],
    [null, null],
  ]);
});
