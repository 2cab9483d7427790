import { describe, expect, test } from "vitest";
import type { OperationRequest } from "@/contract/runs";
import { compile } from "@/engine/definition/compile";
import type { Json } from "@/engine/json";
import { plan } from "@/engine/plan";
import { isEnded } from "@/engine/run/state";
import { lookAfterwards } from "./afterwards";
import { attemptsOf, outcomeWord } from "./attempts";
import { toEventLines } from "./event-lines";
import { offersOf, wayOut } from "./offers";
import { actorWords, exposureWord, generationWords } from "./plain-words";
import { asks, declines, started, succeeds, tell } from "./testing";
import { axisEnd, toTimeline } from "./timeline";
import { whatStays } from "./what-stays";

const saga = compile(
  {
    saga: "Order",
    steps: [
      { id: "look", class: "readonly", action: "Stock.Look" },
      { id: "reserve", class: "compensable", action: "Stock.Reserve", compensation: "Stock.Release" },
      { id: "pay", class: "compensable", action: "Bank.Pay", compensation: "Bank.Refund", onFailure: "hold" },
    ],
  },
  1,
);

const terminate = asks({ operation: "terminate", reason: "no use" });
const inFlight = [started, succeeds("look"), succeeds("reserve")] as const;

describe("ending a run by hand", () => {
  const before = tell(saga, ...inFlight).state;
  const ended = tell(saga, ...inFlight, terminate);

  test("says what stays done and what nobody knows, and leaves out what only reads", () => {
    expect(whatStays(saga, before)).toEqual({ done: ["reserve"], unknown: ["pay"] });
  });

  test("is told as an end, not as an unwind", () => {
    expect(toEventLines(ended.entries, new Map(), null).map(({ words }) => words.what)).toContain("Ended by a person");
    expect(toTimeline({ steps: saga.steps, ...ended, now: 9_000 }).unwinds.map(({ label }) => label)).toEqual([
      "terminated",
    ]);
  });

  test("a reply that comes later settles the bar as it settles the card", () => {
    const settled = tell(saga, ...inFlight, terminate, succeeds("pay"));
    expect(attemptsOf(settled.entries).map(outcomeWord)).toEqual(["succeeded", "succeeded", "happened after all"]);
    expect(toTimeline({ steps: saga.steps, ...settled, now: 9_000 }).rows[2]?.bars).toMatchObject([
      { tone: "completed" },
    ]);
  });
});

test("a plan tells the end in the words of the header", () => {
  const { state } = tell(saga, ...inFlight);
  const word = (operation: OperationRequest) => {
    const planned = plan(saga, state, operation, state.updatedAt);
    if ("refused" in planned) throw new Error(planned.refused.detail);
    return lookAfterwards(saga, state, { ...planned, undos: [], forward: [], gaps: [] }, operation)?.word ?? null;
  };
  expect(word({ operation: "terminate", reason: "r" })).toBe("Rollback incomplete");
  expect(word({ operation: "pause", reason: "" })).toBe("Paused");
  expect(word({ operation: "cancel", reason: "r" })).toBe("Compensating");
  expect(word({ operation: "note", reason: "r" })).toBeNull();
});

test("a held step is first tried again, and a run that needs nobody has no way out pressed on it", () => {
  const held = tell(saga, ...inFlight, declines("pay")).state;
  expect(wayOut(held, offersOf(saga, held))).toBe("retry");
  const completed = tell(saga, ...inFlight, succeeds("pay")).state;
  expect(isEnded(completed)).toBe(true);
  expect(wayOut(completed, offersOf(saga, completed))).toBeNull();
});

test("the axis ends near the last event while only a person is waited for", () => {
  const held = tell(saga, ...inFlight, declines("pay")).state;
  expect(axisEnd(held, 900_000)).toBe(4_300);
  expect(axisEnd(tell(saga, ...inFlight).state, 900_000)).toBe(900_000);
});

test("nothing is at stake once a run has ended clean", () => {
  const ended = { attention: [], rollback: null };
  expect(exposureWord({ ...ended, state: "completed" })).toBe("Amount");
  expect(exposureWord({ ...ended, state: "failed", rollback: "incomplete" })).toBe("At stake");
  expect(exposureWord({ ...ended, state: "pending" })).toBe("At stake");
});

test("a retry with the same input is done anew, and only an edited input is called one", () => {
  const held = [...inFlight, declines("pay")] as const;
  const retry = { operation: "retry", step: "pay", reason: "the card was renewed" } as const;
  const again = (input?: Json) => {
    const { entries } = tell(saga, ...held, asks(input === undefined ? retry : { ...retry, input }), declines("pay"));
    const last = attemptsOf(entries).at(-1);
    const line = toEventLines(entries, new Map(), "pay").findLast(({ raw }) => raw.type === "StepStarted");
    return [last && generationWords(last.generation, last.isEdited), line?.words.why];
  };
  expect(again()).toEqual(["done anew", "done anew"]);
  expect(again({ card: 7 })).toEqual(["with an edited input", "with an edited input"]);
});

test("keys and later inputs are named in words", () => {
  expect(actorWords("key:Installation")).toBe("API key Installation");
  expect(actorWords("ada@example.com")).toBe("ada@example.com");
  expect([1, 2, 4].map((generation) => generationWords(generation, generation === 4))).toEqual([
    null,
    "done anew",
    "with an edited input",
  ]);
});
