/** A decision takes one way out (engine.md section 3, F1). */
import { describe, it } from "vitest";
import { saga, step } from "../testing/sagas";
import { asked, declined, requested, specification, succeeded } from "../testing/specification";

const choose = { id: "choose", kind: "decision" } as const;
const ways = [
  { from: "choose", to: "vip", when: "data.total > 100" },
  { from: "choose", to: "normal", when: "data.total > 10" },
] as const;

const withOtherwise = saga({
  steps: [choose, step("vip"), step("normal"), step("small"), step("end")],
  edges: [
    { from: "choose", to: "small", otherwise: true },
    ...ways,
    { from: "vip", to: "end" },
    { from: "normal", to: "end" },
    { from: "small", to: "end" },
  ],
});
const strict = saga({ steps: [choose, step("vip"), step("normal")], edges: [...ways] });
const spec = specification(withOtherwise);

describe("a decision", () => {
  it("takes the first way whose condition is true, in the order written, and no other", () => {
    spec
      .given()
      .when(requested({ total: 500 }))
      .thenCalls("DoVIP")
      .thenTransitions(
        "RunStarted",
        { type: "StepCompleted", step: "choose", taken: ["vip"] },
        { type: "StepSkipped", step: "small" },
        { type: "StepStarted", step: "vip" },
        { type: "StepSkipped", step: "normal" },
      );
    spec
      .given()
      .when(requested({ total: 50 }))
      .thenCalls("DoNORMAL");
  });

  it("takes the edge that says otherwise when no condition is true, wherever that edge is written", () => {
    spec
      .given()
      .when(requested({ total: 1 }))
      .thenCalls("DoSMALL");
  });

  it("joins again behind the way that was taken", () => {
    spec
      .given(requested({ total: 50 }))
      .when(succeeded("normal"))
      .thenCalls("DoEND");
  });

  it("does not look at the conditions behind the one that is true", () => {
    const broken = saga({
      steps: [choose, step("vip"), step("normal")],
      edges: [ways[0], { from: "choose", to: "normal", when: "data.missing > 1" }],
    });
    specification(broken)
      .given()
      .when(requested({ total: 500 }))
      .thenCalls("DoVIP");
  });

  it("without a match fails for good, and the run with it", () => {
    const { thenStep } = specification(strict)
      .given()
      .when(requested({ total: 1 }))
      .thenRun({ state: "failed", cause: "step_failed", rollback: "nothing_to_undo" });
    thenStep("choose", { status: "failed", effect: "none", action: { error: { code: "no_way" } } });
  });

  it("whose condition cannot be evaluated fails for good", () => {
    specification(strict)
      .given()
      .when(requested({ total: "much" }))
      .thenStep("choose", { status: "failed", action: { error: { code: "expression" } } })
      .thenRun({ state: "failed", cause: "step_failed" });
  });

  it("without a match undoes what came before it", () => {
    const later = saga({
      steps: [step("a"), choose, step("vip")],
      edges: [{ from: "a", to: "choose" }, ways[0]],
    });
    specification(later)
      .given(requested({ total: 1 }))
      .when(succeeded("a"))
      .thenCalls("UndoA");
  });

  it("reads the results of the steps before it", () => {
    const reading = saga({
      steps: [step("a"), choose, step("b"), step("c")],
      edges: [
        { from: "a", to: "choose" },
        { from: "choose", to: "b", when: "steps.a.result.ok == 'a'" },
        { from: "choose", to: "c", otherwise: true },
      ],
    });
    specification(reading).given(requested()).when(succeeded("a")).thenCalls("DoB");
    specification(reading)
      .given(requested())
      .when(succeeded("a", { ok: 1 }))
      .thenCalls("DoC");
  });

  it("that holds waits for a person, who may retry it once its ways can be told", () => {
    const held = saga({ steps: [{ ...choose, onFailure: "hold" }, step("vip")], edges: [ways[0]] });
    const stuck = specification(held).given(requested({ total: 1 }));
    stuck.when(asked("retry", { step: "choose" })).thenTransitions(
      "OperationAccepted",
      "AttentionCleared",
      {
        type: "StepFailed",
        handling: "hold",
      },
      { type: "AttentionRaised", reason: "step_held" },
    );
  });

  it("past the point of no return holds whatever it was told", () => {
    const late = saga({
      steps: [step("p", { class: "pivot", compensation: undefined }), choose, step("vip", { class: "retriable" })],
      edges: [{ from: "p", to: "choose" }, ways[0]],
    });
    specification(late)
      .given(requested({ total: 1 }))
      .when(succeeded("p"))
      .thenRun({ state: "pending", attention: [{ reason: "step_held", step: "choose" } as never] });
  });

  it("has nothing to undo", () => {
    spec
      .given(requested({ total: 500 }), succeeded("vip"))
      .when(declined("end"))
      .thenCalls("UndoVIP")
      .thenStep("choose", { status: "completed" });
  });
});
