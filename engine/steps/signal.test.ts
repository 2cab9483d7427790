/** Signals: kept in the run, in order, and taken by the first ready step of that name (engine.md F13). */
import { describe, expect, it } from "vitest";
import { limits } from "../limits";
import { saga, step } from "../testing/sagas";
import {
  asked,
  declined,
  requested,
  signalled,
  specification,
  startOfTime,
  succeeded,
  takenOver,
  wait,
} from "../testing/specification";
import { isWaiting } from "../wake";

const minute = 60_000;
const paid = { id: "paid", kind: "signal", signal: "PaymentReceived", timeout: "PT5M" } as const;
const shop = specification(saga({ steps: [step("a"), paid, step("b")] }));
const atPaid = [requested(), succeeded("a")] as const;

describe("a signal step", () => {
  it("waits, and the signal's data are its result", () => {
    shop
      .given(requested())
      .when(succeeded("a"))
      .thenTransitions("StepCompleted", { type: "StepWaits", step: "paid", dueAt: startOfTime + 5 * minute })
      .thenCalls();
    shop
      .given(...atPaid)
      .when(signalled("PaymentReceived", { amount: 7 }))
      .thenTransitions(
        { type: "SignalReceived", signal: "PaymentReceived" },
        { type: "StepCompleted", step: "paid", result: { amount: 7 }, signal: "signal" },
        { type: "StepStarted", step: "b" },
      )
      .thenRun({ signals: [] });
  });

  it("takes a signal that came before it was ready", () => {
    shop
      .given(requested(), signalled("PaymentReceived", 7))
      .when(succeeded("a"))
      .thenStep("paid", { status: "completed", result: 7 })
      .thenRun({ signals: [] })
      .thenCalls("DoB");
  });

  it("does not take a signal of another name, which is kept", () => {
    const { state } = shop.given(...atPaid).when(signalled("PaymentFailed"));
    expect(state.signals).toMatchObject([{ signal: "PaymentFailed" }]);
    expect(state.steps[1]).toMatchObject({ status: "executing" });
  });

  it("fails for good when none comes in time, and the run unwinds", () => {
    shop
      .given(...atPaid)
      .when(wait(5 * minute - 1))
      .thenNothingHappens();
    shop
      .given(...atPaid)
      .when(wait(5 * minute))
      .thenTransitions(
        { type: "StepFailed", step: "paid", effect: "none", error: expect.objectContaining({ code: "timeout" }) },
        "UnwindStarted",
        { type: "CompensationStarted", step: "a" },
      );
  });

  it("without a time-out waits for ever, by nobody's worker", () => {
    const patient = saga({ steps: [{ id: "paid", kind: "signal", signal: "PaymentReceived" }] });
    const { thenNothingHappens } = specification(patient)
      .given(requested())
      .when(wait(400 * 86_400_000));
    const { state } = thenNothingHappens();
    expect(isWaiting(state)).toBe(true);
    specification(patient).given(requested()).when(takenOver).thenNothingHappens();
  });
});

describe("two signals of one name", () => {
  const twoSteps = saga({
    steps: [
      { id: "first", kind: "signal", signal: "Go" },
      { id: "second", kind: "signal", signal: "Go" },
    ],
  });

  it("are taken in the order they came, each by one step", () => {
    const spec = specification(twoSteps);
    spec
      .given(requested(), signalled("Go", 1, "s1"))
      .when(signalled("Go", 2, "s2"))
      .thenStep("first", { result: 1 })
      .thenStep("second", { result: 2 })
      .thenRun({ state: "completed", signals: [] });
  });

  it("that came before any step was ready are taken oldest first", () => {
    const later = saga({ steps: [step("a"), ...twoSteps.document.steps] });
    specification(later)
      .given(requested(), signalled("Go", 1, "s1"), signalled("Go", 2, "s2"))
      .when(succeeded("a"))
      .thenStep("first", { result: 1 })
      .thenStep("second", { result: 2 })
      .thenRun({ state: "completed", signals: [] });
  });

  it("go to the first of two steps side by side, then to the other; nothing is taken twice", () => {
    const fork = saga({
      steps: [step("a"), ...twoSteps.document.steps],
      edges: [
        { from: "a", to: "first" },
        { from: "a", to: "second" },
      ],
    });
    const one = specification(fork)
      .given(requested(), succeeded("a"))
      .when(signalled("Go", 1, "s1"));
    one.thenStep("first", { status: "completed", result: 1 }).thenStep("second", { status: "executing" });
    specification(fork)
      .given(requested(), signalled("Go", 1, "s1"))
      .when(succeeded("a"))
      .thenStep("first", { status: "completed", result: 1 })
      .thenStep("second", { status: "executing" });
  });
});

describe("a signal", () => {
  it("for a run that has ended is refused, and that stands in its log", () => {
    shop
      .given(...atPaid, signalled("PaymentReceived"), succeeded("b"))
      .when(signalled("PaymentReceived", null, "late"))
      .thenRefused("run_ended")
      .thenTransitions({ type: "SignalRefused", id: "late", signal: "PaymentReceived", code: "run_ended" });
  });

  it("is refused when the run keeps too many that no step takes", () => {
    const many = Array.from({ length: limits.signalsKept }, (_, i) => signalled("Noise", i, `s${i}`));
    shop
      .given(requested(), ...many)
      .when(signalled("Noise"))
      .thenRefused("too_many_signals");
  });

  it("that a step waits for is taken however many others are kept", () => {
    const many = Array.from({ length: limits.signalsKept }, (_, i) => signalled("Noise", i, `s${i}`));
    shop
      .given(...atPaid, ...many)
      .when(signalled("PaymentReceived", 7))
      .thenStep("paid", { status: "completed", result: 7 });
  });

  it("during an unwind is kept and starts nothing", () => {
    shop
      .given(...atPaid, asked("cancel"))
      .when(signalled("PaymentReceived"))
      .thenTransitions("SignalReceived")
      .thenCalls();
  });

  it("counts while the run is paused; what follows waits for the resume", () => {
    shop
      .given(...atPaid, asked("pause"))
      .when(signalled("PaymentReceived", 7))
      .thenStep("paid", { status: "completed", result: 7 })
      .thenCalls();
  });

  it("is taken by the step that a person retried after its time-out", () => {
    const held = specification(saga({ steps: [{ ...paid, onFailure: "hold" }, step("b")] }));
    held
      .given(requested(), wait(5 * minute), signalled("PaymentReceived", 7))
      .when(asked("retry", { step: "paid" }))
      .thenStep("paid", { status: "completed", result: 7 })
      .thenCalls("DoB");
    held
      .given(requested(), wait(5 * minute), asked("retry", { step: "paid" }))
      .when(signalled("PaymentReceived", 8))
      .thenStep("paid", { status: "completed", result: 8 });
  });

  it("leaves nothing to undo", () => {
    shop
      .given(...atPaid, signalled("PaymentReceived"))
      .when(declined("b"))
      .thenCalls("UndoA");
  });
});
