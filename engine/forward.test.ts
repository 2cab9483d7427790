import { describe, expect, it } from "vitest";
import { choice, diamond, pointOfNoReturn, saga, sequence, step, tolerant } from "./testing/sagas";
import {
  broke,
  busy,
  declined,
  lost,
  replied,
  requested,
  specification,
  startOfTime,
  succeeded,
  takenOver,
  wait,
} from "./testing/specification";

const second = 1000;
const minute = 60 * second;

describe("a run starts", () => {
  it("with the steps nothing precedes, their default input and a stable key", () => {
    const { decision } = specification(sequence)
      .given()
      .when(requested({ order: 7 }))
      .thenTransitions("RunStarted", {
        type: "StepStarted",
        step: "a",
        attempt: 1,
        timeoutAt: startOfTime + 5 * minute,
      })
      .thenRun({ state: "pending", seq: 1 });
    expect(decision.commands).toMatchObject([
      {
        service: "Test",
        command: "DoA",
        key: "01890000-0000-7000-8000-000000000001:a:1:action",
        input: { order: 7, saga_id: "01890000-0000-7000-8000-000000000001", step_name: "a" },
      },
    ]);
  });

  it("with every branch at once, and nothing twice", () => {
    specification(pointOfNoReturn).given().when(requested()).thenCalls("DoA", "DoB");
    specification(pointOfNoReturn).given(requested()).when(requested()).thenNothingHappens();
  });

  it("with its business key and exposure, or is refused when they cannot be evaluated", () => {
    const keyed = saga({ businessKey: "${data.id}", exposure: "${data.amount}", deadline: "PT1H", steps: [step("a")] });
    specification(keyed)
      .given()
      .when(requested({ id: 4711, amount: 12.5 }))
      .thenRun({ businessKey: "4711", exposure: 12.5, deadlineAt: startOfTime + 60 * minute });
    const { decision } = specification(keyed)
      .given()
      .when(requested({ id: 1, amount: "much" }));
    expect(decision).toMatchObject({ state: null, transitions: [], refused: { code: "exposure" } });
  });
});

describe("a step that completes", () => {
  it("starts the next, in the same decision", () => {
    specification(sequence)
      .given(requested())
      .when(succeeded("a"))
      .thenTransitions({ type: "StepCompleted", step: "a" }, { type: "StepStarted", step: "b" })
      .thenCalls("DoB");
  });

  it("completes the run when it is the last", () => {
    const { decision } = specification(sequence)
      .given(requested({ n: 1 }), succeeded("a"), succeeded("b"))
      .when(succeeded("c"))
      .thenTransitions("StepCompleted", "RunCompleted")
      .thenRun({ state: "completed", rollback: null });
    expect(decision.commands).toMatchObject([{ type: "PublishEvent", event: "TestCompleted", data: { n: 1 } }]);
  });

  it("is joined: the step after two branches waits for both", () => {
    const spec = specification(diamond);
    spec.given(requested(), succeeded("a")).when(succeeded("b")).thenTransitions("StepCompleted");
    spec.given(requested(), succeeded("a"), succeeded("b")).when(succeeded("c")).thenCalls("DoD");
  });

  it("takes only the edges whose condition holds; a step with dead edges only is skipped, and so on down", () => {
    specification(choice)
      .given(requested({ big: true }))
      .when(succeeded("a"))
      .thenTransitions(
        { type: "StepCompleted", taken: ["b"] },
        { type: "StepStarted", step: "b" },
        { type: "StepSkipped", step: "c", by: "dead_path" },
      );
    const dead = saga({
      steps: [step("a"), step("b"), step("c")],
      edges: [
        { from: "a", to: "b", when: "data.no" },
        { from: "b", to: "c" },
      ],
    });
    specification(dead)
      .given(requested({ no: false }))
      .when(succeeded("a"))
      .thenTransitions(
        "StepCompleted",
        { type: "StepSkipped", step: "b" },
        { type: "StepSkipped", step: "c" },
        "RunCompleted",
      );
  });

  it("reads results of upstream steps in conditions and inputs", () => {
    const mapped = saga({
      steps: [
        step("a"),
        step("b", {
          action: { command: "Test.DoB", input: { id: "${steps.a.result.id}", text: "no ${steps.a.result.id}" } },
        }),
      ],
      edges: [{ from: "a", to: "b", when: "steps.a.result.id > 1" }],
    });
    const { decision } = specification(mapped)
      .given(requested())
      .when(succeeded("a", { id: 2 }));
    expect(decision.commands).toMatchObject([{ input: { id: 2, text: "no 2" } }]);
  });

  it("fails the run but stays completed when an edge cannot be evaluated", () => {
    const broken = saga({ steps: [step("a"), step("b")], edges: [{ from: "a", to: "b", when: "data.missing > 1" }] });
    specification(broken)
      .given(requested({}))
      .when(succeeded("a"))
      .thenTransitions(
        { type: "StepCompleted", taken: null },
        "EdgesFailed",
        { type: "UnwindStarted", cause: "step_failed", step: "a" },
        { type: "CompensationStarted", step: "a" },
      );
  });

  it("changes nothing when it is said again", () => {
    specification(sequence).given(requested(), succeeded("a")).when(succeeded("a")).thenNothingHappens();
    specification(sequence).given(requested()).when(succeeded("nobody")).thenNothingHappens();
    specification(sequence).given(requested()).when(succeeded("b")).thenNothingHappens();
  });
});

describe("an attempt that fails", () => {
  const spec = specification(sequence);
  const atB = [requested(), succeeded("a")] as const;

  it("is terminal when the effect did not happen: nothing is retried", () => {
    spec
      .given(...atB)
      .when(declined("b"))
      .thenTransitions({ type: "StepFailed", effect: "none" }, "UnwindStarted", {
        type: "CompensationStarted",
        step: "a",
      });
  });

  it("is tried again under the same key when it may be", () => {
    spec
      .given(...atB)
      .when(busy("b"))
      .thenTransitions({ type: "StepRetryScheduled", retryAt: startOfTime + second, unsettled: false })
      .thenStep("b", { status: "executing" });
    const { decision } = spec
      .given(...atB, busy("b"))
      .when(wait(second))
      .thenTransitions({ type: "StepStarted", attempt: 2, generation: 1 });
    expect(decision.commands).toMatchObject([{ key: expect.stringMatching(/:b:1:action$/), attempt: 2 }]);
  });

  it("is not tried before its time", () => {
    spec
      .given(...atB, busy("b"))
      .when(wait(second - 1))
      .thenNothingHappens();
  });

  it("obeys Retry-After", () => {
    const outcome = {
      kind: "retryable",
      error: { code: "busy", message: "" },
      whenSpent: "none",
      retryAfterMs: 30 * second,
    } as const;
    spec
      .given(...atB)
      .when(replied("b", outcome))
      .thenTransitions({ retryAt: startOfTime + 30 * second });
  });

  it("leaves the outcome known when it never arrived, unknown when a server broke or nobody answered", () => {
    spec
      .given(...atB, busy("b"), wait(second))
      .when(busy("b"))
      .thenStep("b", { status: "failed", effect: "none" });
    spec
      .given(...atB, busy("b"), wait(second))
      .when(broke("b"))
      .thenStep("b", { status: "compensating", effect: "unknown" });
    spec
      .given(...atB, broke("b"), wait(second))
      .when(declined("b"))
      .thenStep("b", { status: "failed", effect: "none" });
  });

  it("stays in doubt after a 5xx when no later attempt was taken", () => {
    spec
      .given(...atB, broke("b"), wait(second))
      .when(busy("b"))
      .thenStep("b", { status: "compensating", effect: "unknown" });
  });

  it("stays unknown once an attempt ended unknown, whatever a later one answers", () => {
    spec
      .given(...atB, lost("b"), wait(second))
      .when(declined("b"))
      .thenStep("b", { status: "compensating", effect: "unknown" });
  });

  it("is a time-out when no reply came in time", () => {
    spec
      .given(...atB)
      .when(wait(5 * minute))
      .thenTransitions({
        type: "StepRetryScheduled",
        unsettled: true,
        error: expect.objectContaining({ code: "timeout" }),
      });
  });

  it("fails the step without a call when its input cannot be made", () => {
    const broken = saga({ steps: [step("a", { action: { command: "Test.DoA", input: "${data.missing.field}" } })] });
    specification(broken)
      .given()
      .when(requested({}))
      .thenTransitions(
        "RunStarted",
        { type: "StepFailed", effect: "none", error: expect.objectContaining({ code: "expression" }) },
        "UnwindStarted",
        "RunFailed",
      )
      .thenCalls()
      .thenRun({ state: "failed", rollback: "nothing_to_undo" });
  });
});

describe("a failure policy", () => {
  it("of hold keeps the run for a person while siblings go on", () => {
    specification(choice)
      .given(requested({ big: true }), succeeded("a"))
      .when(declined("b"))
      .thenTransitions(
        { type: "StepFailed", handling: "hold" },
        { type: "AttentionRaised", reason: "step_held", step: "b" },
      )
      .thenRun({ state: "pending" });
  });

  it("of continue goes on, and remembers an unknown outcome", () => {
    const spec = specification(tolerant);
    spec
      .given(requested(), succeeded("a"))
      .when(declined("b"))
      .thenTransitions({ handling: "continue" }, { type: "StepStarted", step: "c" });
    const { state } = spec.given(requested(), succeeded("a"), lost("b")).when(succeeded("c"));
    expect(state).toMatchObject({ state: "completed", attention: [{ reason: "unknown_outcome", step: "b" }] });
  });
});

describe("a late reply", () => {
  const success = { kind: "success", result: 1 } as const;

  it("of success to an earlier attempt completes the step", () => {
    const spec = specification(sequence);
    spec
      .given(requested(), succeeded("a"), lost("b"), wait(second))
      .when(replied("b", success, "action", 1))
      .thenStep("b", { status: "completed", result: 1 });
    spec
      .given(requested(), succeeded("a"), lost("b"))
      .when(replied("b", success, "action", 1))
      .thenCalls("DoC");
  });

  it("of failure counts only for the attempt that is open", () => {
    const refused = { kind: "terminal", error: { code: "no", message: "" } } as const;
    specification(sequence)
      .given(requested(), succeeded("a"), busy("b"), wait(second))
      .when(replied("b", refused, "action", 1))
      .thenNothingHappens();
  });

  it("settles what was unknown before its undo starts", () => {
    const held = saga({ steps: [step("a", { onFailure: "hold" }), step("b")] });
    specification(held)
      .given(requested(), lost("a"))
      .when(replied("a", success))
      .thenTransitions(
        "AttentionCleared",
        { type: "StepCompleted", by: "late_reply" },
        { type: "StepStarted", step: "b" },
      );
  });

  it("of success is recorded while the undo runs, and raises late_effect after it", () => {
    specification(sequence)
      .given(requested(), lost("a"))
      .when(replied("a", success))
      .thenTransitions("LateReplyRecorded");
    const { state } = specification(sequence)
      .given(requested(), declined("a"))
      .when(succeeded("a"))
      .thenTransitions("StepOutcomeSettled", { type: "AttentionRaised", reason: "late_effect" });
    expect(state).toMatchObject({ state: "failed", rollback: "incomplete" });
  });
});

describe("a restart", () => {
  it("sends again the calls whose intent was committed, under the same key and attempt", () => {
    const { decision } = specification(diamond).given(requested(), succeeded("a")).when(takenOver);
    expect(decision.transitions).toEqual([]);
    expect(decision.commands).toMatchObject([
      { step: "b", attempt: 1 },
      { step: "c", attempt: 1 },
    ]);
  });

  it("records a time-out instead of calling when the attempt's time has passed", () => {
    const overdue = { ...takenOver, at: startOfTime + 5 * minute };
    const { decision } = specification(sequence)
      .given(requested(), succeeded("a"))
      .when(overdue)
      .thenTransitions({ type: "StepRetryScheduled", step: "b" });
    expect(decision.commands).toEqual([]);
  });

  it("sends nothing while the run is paused", () => {
    const paused = {
      type: "OperationRequested",
      id: "op",
      actor: "grace",
      operation: { operation: "pause", reason: "" },
    } as const;
    specification(sequence).given(requested(), paused).when(takenOver).thenCalls();
  });
});
