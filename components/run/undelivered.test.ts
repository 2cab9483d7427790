import { expect, test } from "vitest";
import { toCanvasModel } from "@/components/canvas/canvas-model";
import { toStepFace } from "@/components/canvas/step-face";
import { compile } from "@/engine/definition/compile";
import { parseDefinition } from "@/engine/definition/parse";
import type { Outcome } from "@/engine/run/event";
import { attemptName } from "./attempt-name";
import { attemptsOf, outcomeWord } from "./attempts";
import { toEventLines } from "./event-lines";
import { eventWords } from "./event-words";
import { nextThings } from "./next-things";
import { entryTone } from "./scrubber-marks";
import { declines, type Happening, replies, started, succeeds, type Told, tell, timePasses } from "./testing";
import { toTimeline } from "./timeline";

const text = `
saga: Order
steps:
  - id: pay
    title: Pay
    action: { command: Shop.Pay, retry: { attempts: 5, initial: PT1S, max: PT1S, jitter: 0 } }
    compensation: { command: Shop.Refund, retry: { attempts: 5, initial: PT1S, max: PT1S, jitter: 0 } }
  - { id: ship, title: Ship, class: irreversible, action: Shop.Ship }
edges: [{ from: pay, to: ship }]
`;
const parsed = parseDefinition(text);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const document = parsed.value;
const saga = compile(document, 1);

const away: Outcome = {
  kind: "retryable",
  error: { code: "broker_unreachable", message: "It cannot be reached", detail: { broker: "main" } },
  whenSpent: "none",
  undelivered: true,
};
const busy: Outcome = { kind: "retryable", error: { code: "busy", message: "Not now" }, whenSpent: "none" };

const times = (count: number, half: "action" | "compensation" = "action") =>
  Array.from({ length: count }, () => [replies("pay", away, half), timePasses]).flat();
const after = (...events: readonly Happening[]) => tell(saga, started, ...events);

const lines = ({ state }: Told) => nextThings(saga, state, state.updatedAt).map((thing) => thing.text);
const barsOf = (told: Told) => {
  const { state, entries } = told;
  const steps = saga.steps.map(({ id, title }) => ({ id, title }));
  return toTimeline({ steps, state, entries, now: state.updatedAt }).rows[0]?.bars ?? [];
};
const faceOf = ({ state }: Told) => {
  const step = toCanvasModel(document).steps.find(({ id }) => id === "pay");
  const its = state.steps.find(({ id }) => id === "pay");
  if (!step || !its) throw new Error("There is no such step");
  return toStepFace(step, its, null);
};

test("a step whose command cannot be delivered says that it waits for the broker, and counts no attempt", () => {
  const told = after(...times(4), replies("pay", away));
  expect(lines(told)[0]).toBe("Pay, waits for the broker main");
  expect(faceOf(told)).toMatchObject({ about: "waits for the broker main", tries: null });
  expect(attemptsOf(told.entries).map(outcomeWord)).toEqual(
    Array.from({ length: 5 }, () => "not sent, waits for the broker main"),
  );
});

test("what was not delivered is no failure in the timeline, nor in the log", () => {
  const told = after(...times(2), replies("pay", busy));
  expect(barsOf(told).map(({ tone }) => tone)).toEqual(["pending", "pending", "failed"]);
  const scheduled = told.entries.filter(({ transitions }) => transitions[0]?.type === "StepRetryScheduled");
  expect(scheduled.map(entryTone)).toEqual(["pending", "pending", "failed"]);
  const words = scheduled.map(({ at, transitions: [t] }) => {
    if (!t) throw new Error("Nothing happened");
    return eventWords(t, { at, titleOf: () => "Pay", terminated: false });
  });
  expect(words[0]).toEqual({
    what: "Pay: not sent, waits for the broker main",
    why: "no attempt is spent; sent again after 1.0 s",
  });
  expect(words[2]?.what).toBe("Pay: attempt 3 failed");
});

test("once the broker is back the attempts are counted from where they stood", () => {
  const told = after(...times(3), replies("pay", busy), timePasses);
  expect(faceOf(told).tries).toBe("2 of 5");
  expect(lines(told)[0]).toBe("Pay, attempt 2 of 5");
});

test("an undo that cannot be delivered waits as calmly", () => {
  const told = after(
    succeeds("pay"),
    declines("ship"),
    ...times(2, "compensation"),
    replies("pay", away, "compensation"),
  );
  expect(lines(told)[0]).toBe("Undoing Pay, waits for the broker main");
  expect(faceOf(told).undo).toMatchObject({ kind: "begun", word: "Waits for the broker main" });
});

const namesOf = ({ entries }: Told) => attemptsOf(entries).map((attempt, _, all) => attemptName(all, attempt));

test("what did not leave is not said to be sent, and what leaves at last says why its number is so high", () => {
  const sends = (told: Told) =>
    toEventLines(told.entries, new Map(), null)
      .map(({ words: { what, why } }) => [what, why].filter(Boolean).join(" | "))
      .filter((line) => /sent, attempt|attempt \d+ sent|tried/.test(line));
  const taken: Happening = (at) => ({
    type: "CallAccepted",
    at,
    step: "pay",
    half: "action",
    attempt: 3,
    generation: 1,
  });
  expect(sends(after(replies("pay", away), timePasses))).toEqual(["pay: tried to send it", "pay: tried to send it"]);
  expect(sends(after(...times(2), taken))).toEqual([
    "pay: tried to send it",
    "pay: tried to send it",
    "pay: attempt 3 sent | the 2 before were not sent",
  ]);
  expect(sends(after(replies("pay", busy), timePasses))).toEqual(["pay: attempt 1 sent", "pay: attempt 2 sent"]);
  expect(sends(after(...times(1), replies("pay", busy), timePasses)).slice(1)).toEqual([
    "pay: attempt 2 sent | the one before was not sent",
    "pay: attempt 3 sent",
  ]);
  expect(namesOf(after(replies("pay", away), timePasses))).toEqual(["Not sent", "Trying to send"]);
  expect(namesOf(after(...times(2), taken))).toEqual(["Not sent", "Not sent", "Attempt 3, the 2 before were not sent"]);
  expect(namesOf(after(replies("pay", busy), timePasses))).toEqual(["Attempt 1", "Attempt 2"]);
  const undos = [succeeds("pay"), declines("ship"), ...times(1, "compensation"), replies("pay", busy, "compensation")];
  expect(sends(after(...undos)).slice(2)).toEqual([
    "pay: tried to send undo 1",
    "pay: undo 1 sent, attempt 2 | the one before was not sent",
  ]);
});
