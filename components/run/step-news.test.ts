import { expect, test } from "vitest";
import { compile } from "@/engine/definition/compile";
import { newsOf } from "./step-news";
import { asks, declines, type Happening, lost, replies, started, succeeds, tell, timePasses } from "./testing";

const twice = { attempts: 2, initial: "PT1S", factor: 2, max: "PT1S", jitter: 0, maxElapsed: "PT1H" };
const saga = compile(
  {
    saga: "Order",
    steps: [
      {
        id: "pay",
        onFailure: "hold",
        action: { command: "Bank.Pay", retry: twice },
        compensation: { command: "Bank.Refund", retry: twice },
      },
      { id: "ship", class: "irreversible", action: { command: "Carrier.Ship", retry: { ...twice, attempts: 1 } } },
    ],
    edges: [{ from: "pay", to: "ship" }],
  },
  1,
);
const away = (half: "action" | "compensation") =>
  replies(
    "pay",
    {
      kind: "retryable",
      error: { code: "broker_unreachable", message: "It cannot be reached", detail: { broker: "main" } },
      whenSpent: "none",
      undelivered: true,
    },
    half,
  );
const refused = replies("pay", { kind: "terminal", error: { code: "no_refund", message: "No" } }, "compensation");

const newsAfter = (...events: readonly Happening[]) => {
  const { state } = tell(saga, started, ...events);
  const [spec] = saga.steps;
  const [step] = state.steps;
  if (!spec || !step) throw new Error("There is a step");
  return newsOf(spec, step, step).map(({ tone, title }) => `${tone}: ${title}`);
};

test("a failure is news while the step is failed, and no longer once a person had it tried again", () => {
  expect(newsAfter(declines("pay"))).toEqual(["failed: declined"]);
  expect(newsAfter(declines("pay"), asks({ operation: "retry", step: "pay", reason: "the card was renewed" }))).toEqual(
    [],
  );
  const skip = asks({ operation: "skip", step: "pay", reason: "paid in cash", result: {} });
  expect(newsAfter(declines("pay"), skip)).toEqual([]);
});

test("between two attempts it is said calmly what the last one came to", () => {
  expect(newsAfter(lost("pay"))).toEqual(["neutral: Attempt 1 ended without an answer; it is tried again"]);
  expect(newsAfter(lost("pay"), timePasses)).toEqual([]);
});

test("a command that its broker does not take waits for it, and nothing has failed", () => {
  expect(newsAfter(away("action"))).toEqual(["neutral: The command waits for the broker main"]);
  expect(newsAfter(away("action"), timePasses)).toEqual(["neutral: The command waits for the broker main"]);
  const unwinding = [succeeds("pay"), declines("ship")];
  expect(newsAfter(...unwinding, away("compensation"))).toEqual(["neutral: The undo waits for the broker main"]);
});

test("an undo's failure is news until it is tried again", () => {
  const failed = [succeeds("pay"), declines("ship"), refused];
  expect(newsAfter(...failed)).toEqual(["failed: Undo: no_refund"]);
  const again = asks({ operation: "retryCompensation", step: "pay", reason: "the ledger is open" });
  expect(newsAfter(...failed, again)).toEqual([]);
});
