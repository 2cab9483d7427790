/** What a broker could not take: the command waits, and that costs time but no attempt (engine.md F3, F4). */
import { describe, expect, it } from "vitest";
import { saga, step } from "./testing/sagas";
import {
  type Happening,
  lost,
  replied,
  requested,
  specification,
  succeeded,
  undone,
  wait,
} from "./testing/specification";

const minute = 60_000;
const error = { code: "broker_unreachable", message: "The broker cannot be reached" };
const retry = { attempts: 2, initial: "PT1S", factor: 2, max: "PT1M", jitter: 0, maxElapsed: "PT10M" } as const;

const undelivered = (name: string, half: "action" | "compensation" = "action"): Happening =>
  replied(name, { kind: "retryable", error, whenSpent: "none", undelivered: true }, half);

function times(count: number, name: string, half?: "action" | "compensation"): Happening[] {
  return Array.from({ length: count }, () => [undelivered(name, half), wait(minute)]).flat();
}

describe("a command that cannot be delivered", () => {
  const spec = specification(saga({ steps: [step("a", {}, retry), step("b", {}, retry)] }));

  it("is sent again more often than its policy has attempts, and says why it waits", () => {
    const waiting = spec.given(requested(), ...times(5, "a")).when(undelivered("a"));
    waiting.thenStep("a", { status: "executing" });
    expect(waiting.state.steps[0]?.action).toMatchObject({ attempt: 6, spent: 6, error });
    spec
      .given(requested(), ...times(5, "a"))
      .when(succeeded("a"))
      .thenStep("a", { status: "completed" })
      .thenCalls("DoB");
  });

  it("is given up when the policy's time is over, and is known not to have happened", () => {
    spec
      .given(requested(), ...times(9, "a"), wait(minute))
      .when(undelivered("a"))
      .thenStep("a", { status: "failed", effect: "none" });
  });

  it("leaves the attempts that were delivered their number", () => {
    spec
      .given(requested(), ...times(3, "a"), lost("a"), wait(minute))
      .when(lost("a"))
      .thenStep("a", { effect: "unknown" });
  });

  it("waits in an unwind as well", () => {
    const failing = [requested(), succeeded("a"), replied("b", { kind: "terminal", error })];
    spec
      .given(...failing, ...times(4, "a", "compensation"))
      .when(undone("a"))
      .thenStep("a", { status: "compensated" });
  });
});
