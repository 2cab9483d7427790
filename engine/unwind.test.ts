import { describe, expect, it } from "vitest";
import { choice, diamond, pointOfNoReturn, saga, sequence, step } from "./testing/sagas";
import {
  asked,
  declined,
  lost,
  requested,
  specification,
  succeeded,
  takenOver,
  undoDeclined,
  undoLost,
  undone,
  wait,
} from "./testing/specification";

const second = 1000;
const minute = 60 * second;

describe("the unwind", () => {
  it("goes back over what completed, last first, and ends clean", () => {
    const spec = specification(sequence);
    const failed = [requested(), succeeded("a"), succeeded("b"), declined("c")] as const;
    spec
      .given(...failed)
      .when(undone("b"))
      .thenTransitions(
        { type: "CompensationCompleted", step: "b" },
        { type: "CompensationStarted", step: "a", order: 2 },
      );
    spec
      .given(...failed, undone("b"))
      .when(undone("a"))
      .thenTransitions("CompensationCompleted", "RunFailed")
      .thenRun({ state: "failed", cause: "step_failed", rollback: "clean", residue: [] });
  });

  it("runs backward along the graph: branches side by side, the fork last", () => {
    const spec = specification(diamond);
    spec
      .given(requested(), succeeded("a"), succeeded("b"), succeeded("c"))
      .when(declined("d"))
      .thenTransitions(
        "StepFailed",
        "UnwindStarted",
        { type: "CompensationStarted", step: "c", order: 1 },
        { type: "CompensationStarted", step: "b", order: 2 },
      );
    spec
      .given(requested(), succeeded("a"), succeeded("b"), succeeded("c"), declined("d"), undone("b"))
      .when(undone("c"))
      .thenCalls("UndoA");
  });

  it("gives an undo the same data, and what its action answered", () => {
    const { decision } = specification(sequence)
      .given(requested({ n: 1 }), succeeded("a", { id: 9 }))
      .when(declined("b"));
    expect(decision.commands).toMatchObject([
      { half: "compensation", command: "UndoA", input: { n: 1, step_name: "a", original_result: { id: 9 } } },
    ]);
  });

  it("undoes a step whose outcome is unknown, with no original result", () => {
    const { decision } = specification(diamond).given(requested()).when(lost("a"));
    expect(decision.commands).toMatchObject([{ command: "UndoA", input: { original_result: null } }]);
  });

  it("undoes a known failure only when asked to always, and never an unknown one when told never", () => {
    specification(choice)
      .given(requested({ big: true }))
      .when(declined("a"))
      .thenCalls("UndoA");
    specification(choice)
      .given(requested({ big: false }), succeeded("a"), lost("c"))
      .when(undone("a"))
      .thenRun({ rollback: "incomplete", residue: ["c"] });
  });

  it("waits for calls in flight, sends none again, and undoes what they turn out to have done", () => {
    const spec = specification(diamond);
    const failed = [requested(), succeeded("a"), declined("b")] as const;
    spec
      .given(...failed)
      .when(succeeded("c"))
      .thenTransitions({ type: "StepCompleted", taken: null }, { type: "CompensationStarted", step: "c" });
    spec
      .given(...failed)
      .when(takenOver)
      .thenStep("c", { status: "compensating", effect: "unknown" });
    spec
      .given(...failed)
      .when(wait(5 * minute))
      .thenStep("c", { effect: "unknown" });
  });

  it("tells the world once how the run ended", () => {
    const { decision } = specification(sequence).given(requested(), succeeded("a"), declined("b")).when(undone("a"));
    expect(decision.commands).toMatchObject([
      { type: "PublishEvent", event: "TestFailed", data: { rollback: "clean" } },
    ]);
  });

  it("names what cannot be undone", () => {
    const mail = saga({ steps: [step("a", { class: "irreversible", compensation: undefined }), step("b")] });
    specification(mail)
      .given(requested(), succeeded("a"))
      .when(declined("b"))
      .thenRun({ rollback: "nothing_to_undo", residue: ["a"] });
  });
});

describe("a failed undo", () => {
  const spec = specification(sequence);
  const unwinding = [requested(), succeeded("a"), declined("b")] as const;

  it("holds the run for a person and is never forgotten", () => {
    spec
      .given(...unwinding)
      .when(undoDeclined("a"))
      .thenTransitions(
        { type: "CompensationFailed", handling: "hold" },
        { type: "AttentionRaised", reason: "compensation_failed", step: "a" },
      )
      .thenRun({ state: "compensating" });
  });

  it("is retried under a new key once it is known to have failed, under the same key when nobody knows", () => {
    const { decision } = spec
      .given(...unwinding, undoDeclined("a"))
      .when(asked("retryCompensation", { step: "a", input: { edited: true } }));
    expect(decision.commands).toMatchObject([
      { key: expect.stringMatching(/:a:2:compensation$/), attempt: 1, input: { edited: true } },
    ]);
    spec
      .given(...unwinding, undoLost("a"))
      .when(asked("retryCompensation", { step: "a", input: {} }))
      .thenRefused("outcome_unknown");
    spec
      .given(...unwinding, undoLost("a"))
      .when(asked("retryCompensation", { step: "a" }))
      .thenTransitions("OperationAccepted", "AttentionCleared", { generation: 1, attempt: 2 });
  });

  it("may be marked done by hand, with evidence", () => {
    spec
      .given(...unwinding, undoDeclined("a"))
      .when(asked("markCompensated", { step: "a" }))
      .thenRefused("evidence_required");
    spec
      .given(...unwinding, undoDeclined("a"))
      .when(asked("markCompensated", { step: "a", evidence: "Refund 77 in the ledger" }))
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
  });

  it("of a step that may continue ends the run incomplete, and can still be retried later", () => {
    const failed = [
      requested(),
      succeeded("a"),
      succeeded("b"),
      succeeded("c"),
      declined("d"),
      undone("b"),
      undoDeclined("c"),
    ] as const;
    specification(diamond)
      .given(...failed)
      .when(undone("a"))
      .thenRun({ state: "failed", rollback: "incomplete" });
    const { decision } = specification(diamond)
      .given(...failed, undone("a"), asked("retryCompensation", { step: "c" }))
      .when(undone("c"))
      .thenRun({ state: "failed", rollback: "clean" });
    expect(decision.commands).toMatchObject([{ event: "TestUnwound" }]);
  });
});

describe("the pivot", () => {
  const spec = specification(pointOfNoReturn);

  it("waits until every step not behind it has settled", () => {
    spec.given(requested()).when(succeeded("a")).thenTransitions("StepCompleted");
    spec.given(requested(), succeeded("a")).when(succeeded("b")).thenCalls("DoP");
  });

  it("lets a stop wait while it is in flight, and voids it when it completes", () => {
    const inFlight = [requested(), succeeded("a"), succeeded("b"), asked("cancel")] as const;
    spec
      .given(requested(), succeeded("a"), succeeded("b"))
      .when(asked("cancel"))
      .thenTransitions("OperationAccepted", "UnwindRequested")
      .thenCalls();
    spec
      .given(...inFlight)
      .when(succeeded("p"))
      .thenTransitions("StepCompleted", "UnwindWithdrawn", { type: "StepStarted", step: "t" });
    spec
      .given(...inFlight)
      .when(declined("p"))
      .thenRun({ state: "compensating", cause: "cancelled" });
  });

  it("once completed, makes later failures wait for a person", () => {
    spec
      .given(requested(), succeeded("a"), succeeded("b"), succeeded("p"))
      .when(declined("t"))
      .thenTransitions({ handling: "hold" }, { reason: "step_held" })
      .thenRun({ state: "pending" });
    spec
      .given(requested(), succeeded("a"), succeeded("b"), succeeded("p"))
      .when(asked("cancel"))
      .thenRefused("past_pivot");
    spec
      .given(requested(), succeeded("a"), succeeded("b"), succeeded("p"))
      .when(wait(61 * minute))
      .thenRun({ state: "pending" });
  });

  it("with an unknown outcome holds, and undoes nothing meanwhile", () => {
    spec
      .given(requested(), succeeded("a"), succeeded("b"))
      .when(lost("p"))
      .thenTransitions({ effect: "unknown", handling: "hold" }, { reason: "pivot_unknown" });
    spec
      .given(requested(), succeeded("a"), succeeded("b"), lost("p"))
      .when(asked("fail", { step: "p", effect: "none" }))
      .thenRun({ state: "compensating" });
    spec
      .given(requested(), succeeded("a"), succeeded("b"), lost("p"))
      .when(asked("complete", { step: "p", result: {} }))
      .thenCalls("DoT");
  });
});

describe("the deadline", () => {
  const limited = saga({ deadline: "PT1M", steps: [step("a"), step("b")] });

  it("begins the unwind, unless one is under way", () => {
    specification(limited)
      .given(requested(), succeeded("a"))
      .when(wait(minute))
      .thenTransitions({ type: "UnwindStarted", cause: "deadline" });
    specification(limited).given(requested(), succeeded("a"), declined("b")).when(wait(minute)).thenNothingHappens();
  });

  it("is attention only past the pivot", () => {
    specification(pointOfNoReturn)
      .given(requested(), succeeded("a"), succeeded("b"), succeeded("p"), declined("t"))
      .when(wait(60 * minute))
      .thenTransitions({ reason: "deadline_passed", step: null });
  });
});
