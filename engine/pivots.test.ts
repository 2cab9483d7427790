/** Several points of no return in one saga (engine.md U5). */
import { describe, it } from "vitest";
import { saga, step } from "./testing/sagas";
import { asked, busy, declined, lost, requested, specification, succeeded } from "./testing/specification";

const pivot = { class: "pivot", compensation: undefined } as const;
const retriable = { class: "retriable", compensation: undefined } as const;

describe("two pivots on one path", () => {
  const spec = specification(saga({ steps: [step("a"), step("p", pivot), step("q", pivot), step("t", retriable)] }));
  const betweenThem = [requested(), succeeded("a"), succeeded("p")] as const;

  it("past the first no failure of the second begins an unwind", () => {
    spec
      .given(...betweenThem)
      .when(declined("q"))
      .thenTransitions({ type: "StepFailed", handling: "hold" }, { type: "AttentionRaised", reason: "step_held" });
    spec
      .given(...betweenThem)
      .when(asked("cancel"))
      .thenRefused("past_pivot");
  });

  it("whoever insists waits for the second, which is in flight", () => {
    spec
      .given(...betweenThem)
      .when(asked("compensate"))
      .thenTransitions("OperationAccepted", "UnwindRequested")
      .thenCalls();
    spec
      .given(...betweenThem, asked("compensate"))
      .when(declined("q"))
      .thenRun({ state: "compensating", cause: "operator" })
      .thenCalls("UndoA");
    spec
      .given(...betweenThem, asked("compensate"))
      .when(succeeded("q"))
      .thenTransitions("StepCompleted", "UnwindWithdrawn", { type: "StepStarted", step: "t" });
    spec
      .given(...betweenThem, asked("compensate"))
      .when(busy("q"))
      .thenRun({ state: "compensating" });
    spec
      .given(...betweenThem, asked("compensate"))
      .when(lost("q"))
      .thenRun({ unwind: { phase: "requested" } as never })
      .thenCalls();
  });
});

describe("two pivots beside each other, which lint warns of", () => {
  const beside = saga({
    steps: [step("a"), step("p", pivot), step("q", pivot), step("t", retriable), step("u", retriable)],
    edges: [
      { from: "a", to: "p" },
      { from: "a", to: "q" },
      { from: "p", to: "t" },
      { from: "q", to: "u" },
    ],
  });
  const spec = specification(beside);

  it("go one after the other, so that neither waits for ever", () => {
    spec.given(requested()).when(succeeded("a")).thenCalls("DoP");
    spec.given(requested(), succeeded("a")).when(succeeded("p")).thenCalls("DoT");
    spec.given(requested(), succeeded("a"), succeeded("p")).when(succeeded("t")).thenCalls("DoQ");
  });

  it("are undone like any other when the first fails, and held when the second does", () => {
    spec.given(requested(), succeeded("a")).when(declined("p")).thenCalls("UndoA");
    spec
      .given(requested(), succeeded("a"), succeeded("p"), succeeded("t"))
      .when(declined("q"))
      .thenRun({ state: "pending", attention: [{ reason: "step_held", step: "q" } as never] });
  });

  it("wait for nothing on a way that was not taken", () => {
    const either = saga({
      steps: [step("a"), step("p", pivot), step("q", pivot)],
      edges: [
        { from: "a", to: "p", when: "data.first" },
        { from: "a", to: "q", when: "!data.first" },
      ],
    });
    for (const first of [true, false])
      specification(either)
        .given(requested({ first }))
        .when(succeeded("a"))
        .thenCalls(first ? "DoP" : "DoQ");
  });
});
