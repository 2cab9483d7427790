import { describe, expect, it } from "vitest";
import { plan } from "../plan";
import { diamond, pointOfNoReturn, saga, sequence, step, tolerant } from "../testing/sagas";
import {
  asked,
  busy,
  declined,
  lost,
  requested,
  specification,
  startOfTime,
  succeeded,
  undoDeclined,
  undone,
  wait,
} from "../testing/specification";

const held = saga({ steps: [step("a"), step("b", { onFailure: "hold" }), step("c")] });
const stuck = [requested(), succeeded("a"), declined("b")] as const;

describe("a person", () => {
  const spec = specification(held);

  it("retries a held step under a new key, with the same or an edited input", () => {
    spec
      .given(...stuck)
      .when(asked("retry", { step: "b" }))
      .thenTransitions("OperationAccepted", "AttentionCleared", { type: "StepStarted", generation: 2, attempt: 1 });
    const { decision } = spec.given(...stuck).when(asked("retry", { step: "b", input: { amount: 1 } }));
    expect(decision.commands).toMatchObject([{ input: { amount: 1 }, key: expect.stringMatching(/:b:2:action$/) }]);
  });

  it("retries an unknown step only as it was sent", () => {
    spec
      .given(requested(), succeeded("a"), lost("b"))
      .when(asked("retry", { step: "b", input: {} }))
      .thenRefused("outcome_unknown");
    spec
      .given(requested(), succeeded("a"), lost("b"))
      .when(asked("retry", { step: "b" }))
      .thenTransitions("OperationAccepted", "AttentionCleared", { generation: 1, attempt: 2, fresh: true });
  });

  it("names the step, unless only one is stuck", () => {
    spec
      .given(...stuck)
      .when(asked("retry"))
      .thenCalls("DoB");
    spec.given(requested()).when(asked("retry")).thenRefused("step_required");
    spec
      .given(...stuck)
      .when(asked("retry", { step: "zzz" }))
      .thenRefused("unknown_step");
  });

  it("skips a step with a result of their own", () => {
    spec
      .given(...stuck)
      .when(asked("skip", { step: "b", result: { by: "hand" } }))
      .thenStep("b", { status: "skipped", result: { by: "hand" } })
      .thenCalls("DoC");
  });

  it("completes a step only with a result", () => {
    spec
      .given(...stuck)
      .when(asked("complete", { step: "b" }))
      .thenRefused("result_required");
    spec
      .given(...stuck)
      .when(asked("complete", { step: "b", result: 1 }))
      .thenStep("b", { status: "completed", effect: "happened" });
  });

  it("says what a passed over step did after all, also when the run has completed, and reopens nothing", () => {
    const unsure = [requested(), succeeded("a"), lost("b")] as const;
    const spec = specification(tolerant);
    for (const history of [unsure, [...unsure, succeeded("c")]]) {
      const { state, attention } = { ...spec.given(...history).state() };
      expect(attention).toMatchObject([{ reason: "unknown_outcome", step: "b" }]);
      spec
        .given(...history)
        .when(asked("fail", { step: "b", effect: "none" }))
        .thenTransitions("OperationAccepted", { type: "StepOutcomeSettled", effect: "none" }, "AttentionCleared")
        .thenRun({ state, attention: [] })
        .thenStep("b", { status: "failed", effect: "none" });
      spec
        .given(...history)
        .when(asked("complete", { step: "b", result: 7 }))
        .thenTransitions("OperationAccepted", { type: "StepOutcomeSettled", effect: "happened" }, "AttentionCleared")
        .thenRun({ state, attention: [] })
        .thenStep("b", { status: "completed", effect: "happened", result: 7 });
      for (const more of [{}, { effect: "unknown" }] as const)
        spec
          .given(...history)
          .when(asked("fail", { step: "b", ...more }))
          .thenRefused("step_state");
      spec
        .given(...history)
        .when(asked("complete", { step: "b" }))
        .thenRefused("result_required");
    }
    spec
      .given(...unsure, succeeded("c"), asked("complete", { step: "b", result: 7 }))
      .when(asked("compensate"))
      .thenCalls("UndoB");
  });

  it("is refused while an attempt is open, and on a step that is not stuck", () => {
    for (const operation of ["retry", "skip", "complete", "fail"] as const) {
      spec
        .given(requested())
        .when(asked(operation, { step: "a", result: 1 }))
        .thenRefused("attempt_open");
      spec
        .given(...stuck)
        .when(asked(operation, { step: "a", result: 1 }))
        .thenRefused("step_state");
    }
    spec
      .given(...stuck)
      .when(asked("markCompensated", { step: "a", evidence: "x" }))
      .thenRefused("step_state");
  });

  it("need not wait for the next attempt", () => {
    const patient = [requested(), succeeded("a"), busy("b")] as const;
    specification(sequence)
      .given(...patient)
      .when(asked("retry", { step: "b" }))
      .thenCalls("DoB");
    specification(sequence)
      .given(...patient)
      .when(asked("fail", { step: "b", effect: "none" }))
      .thenRun({ state: "compensating" });
  });

  it("compensates now, cancels, or terminates without undoing", () => {
    spec
      .given(...stuck)
      .when(asked("compensate"))
      .thenRun({ state: "compensating", cause: "operator" })
      .thenCalls("UndoA");
    spec
      .given(requested(), succeeded("a"))
      .when(asked("cancel"))
      .thenRun({ state: "compensating", cause: "cancelled" });
    spec
      .given(...stuck)
      .when(asked("terminate"))
      .thenRun({ state: "failed", rollback: "incomplete", attention: [] });
    spec
      .given(...stuck, asked("terminate"))
      .when(asked("terminate"))
      .thenRefused("run_ended");
  });

  it("unwinds a completed run on purpose, and it ends without a second final event", () => {
    const completed = [requested(), succeeded("a"), succeeded("b"), succeeded("c")] as const;
    spec
      .given(...completed)
      .when(asked("compensate"))
      .thenCalls("UndoC");
    const { decision } = spec
      .given(...completed, asked("compensate"), undone("c"), undone("b"))
      .when(undone("a"))
      .thenRun({ state: "failed", cause: "operator", rollback: "clean" });
    expect(decision.commands).toMatchObject([{ event: "TestUnwound" }]);
  });

  it("pauses both halves: replies still count, nothing is sent until the run is resumed", () => {
    spec.given(requested(), asked("pause")).when(succeeded("a")).thenTransitions("StepCompleted").thenCalls();
    spec.given(requested(), asked("pause"), succeeded("a")).when(asked("resume")).thenCalls("DoB");
    spec.given(requested(), succeeded("a"), asked("pause")).when(asked("cancel")).thenCalls();
    spec
      .given(requested(), succeeded("a"), asked("pause"), asked("cancel"), declined("b"))
      .when(asked("resume"))
      .thenCalls("UndoA");
    spec.given(requested(), asked("pause")).when(asked("pause")).thenRefused("paused");
    spec.given(requested()).when(asked("resume")).thenRefused("not_paused");
  });

  it("retries a failed run only while nothing of it was undone", () => {
    specification(sequence)
      .given(requested(), declined("a"))
      .when(asked("retry", { step: "a" }))
      .thenTransitions("OperationAccepted", "RunReopened", "StepStarted")
      .thenRun({ state: "pending", rollback: null });
    specification(sequence)
      .given(requested(), succeeded("a"), declined("b"), undone("a"))
      .when(asked("retry", { step: "b" }))
      .thenRefused("run_ended");
  });

  it("cannot go forward during an unwind", () => {
    specification(sequence)
      .given(requested(), succeeded("a"), declined("b"))
      .when(asked("retry", { step: "b" }))
      .thenRefused("unwinding");
    specification(sequence)
      .given(requested(), succeeded("a"), declined("b"))
      .when(asked("cancel"))
      .thenRefused("unwinding");
  });

  it("leaves a note at any time", () => {
    spec
      .given(...stuck)
      .when(asked("note"))
      .thenTransitions({ type: "OperationAccepted", operation: expect.objectContaining({ reason: "because" }) });
  });

  it("is refused when the run has moved on since their plan", () => {
    spec
      .given(...stuck)
      .when(asked("compensate", { seq: 1 }))
      .thenRefused("stale_plan");
  });
});

describe("a plan", () => {
  const at = startOfTime;

  it("lists the undos in the order and with the inputs that they will have", () => {
    const state = specification(diamond)
      .given(requested({ n: 1 }), succeeded("a"), succeeded("b"), succeeded("c"))
      .state();
    const planned = plan(diamond, { ...state }, { operation: "compensate", reason: "r" }, at);
    expect(planned).toMatchObject({
      summary: "Undo 4 steps",
      state: "compensating",
      undos: [
        { order: 1, step: "d", effect: "unknown", command: "UndoD" },
        { order: 2, step: "b", effect: "happened" },
        { order: 2, step: "c", input: { n: 1, original_result: { ok: "c" } } },
        { order: 3, step: "a" },
      ],
    });
  });

  it("says what is already undone, what failed, and what cannot be undone", () => {
    const mixed = saga({
      steps: [step("a", { class: "irreversible", compensation: undefined }), step("b"), step("c"), step("d")],
    });
    const history = [
      requested(),
      succeeded("a"),
      succeeded("b"),
      succeeded("c"),
      declined("d"),
      undone("c"),
      undoDeclined("b"),
    ];
    const planned = plan(
      mixed,
      specification(mixed)
        .given(...history)
        .state(),
      { operation: "retryCompensation", step: "b", reason: "r" },
      at,
    );
    expect(planned).toMatchObject({
      undos: [
        { step: "c", status: "compensated" },
        { step: "b", status: "planned" },
      ],
      gaps: [{ step: "a", reason: "irreversible" }],
    });
  });

  it("says what would be called next, and refuses what would be refused", () => {
    const state = specification(held)
      .given(...stuck)
      .state();
    expect(plan(held, state, { operation: "skip", step: "b", reason: "r" }, at)).toMatchObject({
      forward: [{ step: "c", command: "DoC" }],
      undos: [],
    });
    expect(plan(held, state, { operation: "resume", reason: "r" }, at)).toMatchObject({
      refused: { code: "not_paused" },
    });
  });

  it("says that a stop waits for the pivot in flight", () => {
    const state = specification(pointOfNoReturn).given(requested(), succeeded("a"), succeeded("b")).state();
    const planned = plan(pointOfNoReturn, state, { operation: "cancel", reason: "r" }, at);
    expect(planned).toMatchObject({
      summary: expect.stringContaining("point of no return"),
      undos: [],
      state: "pending",
    });
  });

  it("changes nothing", () => {
    const state = specification(held)
      .given(...stuck, wait(1))
      .state();
    const before = JSON.stringify(state);
    plan(held, state, { operation: "compensate", reason: "r" }, at);
    expect(JSON.stringify(state)).toBe(before);
  });
});
