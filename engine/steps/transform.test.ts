/** A transform computes values and calls nobody (engine.md section 3). */
import { describe, it } from "vitest";
import { saga, step } from "../testing/sagas";
import { asked, declined, requested, specification, succeeded } from "../testing/specification";

const total = {
  id: "total",
  kind: "transform",
  set: { amount: "${data.items.map(i, i.price).sum()}", currency: "EUR" },
};
const priced = saga({
  steps: [
    total as never,
    step("pay", { action: { command: "Test.Pay", input: { amount: "${steps.total.result.amount}" } } }),
  ],
});
const spec = specification(priced);
const items = [{ price: 2 }, { price: 3.5 }];

describe("a transform", () => {
  it("is done in the decision that comes to it, and its result is what set says", () => {
    spec
      .given()
      .when(requested({ items }))
      .thenTransitions(
        "RunStarted",
        { type: "StepCompleted", step: "total", result: { amount: 5.5, currency: "EUR" } },
        { type: "StepStarted", step: "pay" },
      )
      .thenCommands({ command: "Pay", input: { amount: 5.5 } });
  });

  it("whose expression cannot be evaluated has failed for good", () => {
    spec
      .given()
      .when(requested({}))
      .thenStep("total", { status: "failed", effect: "none", action: { error: { code: "expression" } } })
      .thenRun({ state: "failed", cause: "step_failed", rollback: "nothing_to_undo" });
  });

  it("that may be passed over is", () => {
    const tolerant = saga({ steps: [{ ...total, onFailure: "continue" } as never, step("b")] });
    specification(tolerant).given().when(requested({})).thenCalls("DoB");
  });

  it("that holds is computed again when a person retries it, and takes no input of theirs", () => {
    const held = saga({ steps: [step("a"), { ...total, onFailure: "hold" } as never] });
    const stuck = specification(held).given(requested({ items: 1 }), succeeded("a"));
    stuck.when(asked("retry", { step: "total", input: { amount: 1 } })).thenRefused("no_input");
    stuck.when(asked("complete", { step: "total", result: { amount: 1 } })).thenRun({ state: "completed" });
  });

  it("has nothing to undo, and is not left standing", () => {
    spec
      .given(requested({ items }))
      .when(declined("pay"))
      .thenRun({ state: "failed", rollback: "nothing_to_undo", residue: [] })
      .thenCalls();
  });
});
