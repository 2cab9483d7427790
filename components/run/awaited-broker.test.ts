import { expect, test } from "vitest";
import { compile } from "@/engine/definition/compile";
import { parseDefinition } from "@/engine/definition/parse";
import type { Outcome } from "@/engine/run/event";
import { awaitedBroker } from "./awaited-broker";
import { type Happening, replies, started, succeeds, tell, timePasses } from "./testing";

const text = `
saga: Order
steps:
  - { id: pay, class: irreversible, action: { command: Shop.Pay, retry: { attempts: 1, initial: PT1S, jitter: 0 } } }
`;

function order() {
  const parsed = parseDefinition(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compile(parsed.value, 1);
}

const unreachable: Outcome = {
  kind: "retryable",
  error: { code: "broker_unreachable", message: "It cannot be reached", detail: { broker: "main" } },
  whenSpent: "none",
  undelivered: true,
};
const accepted: Happening = (at) => ({
  type: "CallAccepted",
  at,
  step: "pay",
  half: "action",
  attempt: 2,
  generation: 1,
});

const after = (...events: readonly Happening[]) => awaitedBroker(tell(order(), started, ...events).state);

test("a run whose command could not be handed over waits for that broker, also while it is tried again", () => {
  const waits = { broker: "main", since: 1_000 };
  expect(after(replies("pay", unreachable))).toEqual(waits);
  expect(after(replies("pay", unreachable), timePasses)).toEqual(waits);
});

test("nothing waits for a broker before, once it took the command, or when the run has ended", () => {
  expect(after()).toBeNull();
  expect(after(replies("pay", unreachable), timePasses, accepted)).toBeNull();
  expect(after(replies("pay", unreachable), timePasses, succeeds("pay"))).toBeNull();
});

test("another failure is no waiting for a broker", () => {
  const other: Outcome = { kind: "retryable", error: { code: "econnrefused", message: "No" }, whenSpent: "none" };
  expect(after(replies("pay", other))).toBeNull();
});
