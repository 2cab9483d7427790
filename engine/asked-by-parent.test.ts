/** What a child saga does when its parent asks for something, and what it tells its parent (engine.md U8). */
import { describe, expect, it } from "vitest";
import { saga, step } from "./testing/sagas";
import {
  asked,
  declined,
  type Happening,
  parentAsked,
  requested,
  runId,
  specification,
  succeeded,
  undoDeclined,
  undone,
} from "./testing/specification";

const parent = { run: "parent", step: "pay", generation: 3, depth: 1, undo: null } as const;
const born = requested({}, { parent });
const pivot = { class: "pivot", compensation: undefined } as const;
const spec = specification(saga({ steps: [step("a"), step("b")] }));
const pastPivot = specification(saga({ steps: [step("a"), step("p", pivot), step("b", { class: "retriable" })] }));
const completed: readonly Happening[] = [born, succeeded("a"), succeeded("b")];

function ended(how: object) {
  return { type: "TellRun", run: "parent", message: { kind: "child", ended: how } };
}

describe("a child that ends", () => {
  it("tells its parent's step once, with the results of its own steps", () => {
    const { decision } = spec.given(born, succeeded("a")).when(succeeded("b"));
    const tells = decision.commands.filter((c) => c.type === "TellRun");
    const result = { saga_id: runId, results: { a: { ok: "a" }, b: { ok: "b" } } };
    const how = { step: "pay", half: "action", generation: 3, state: "completed", rollback: null, result };
    expect(tells).toMatchObject([ended(how)]);
  });

  it("tells how its own unwind ended, why, and what it left", () => {
    const mail = saga({ steps: [step("m", { class: "irreversible", compensation: undefined }), step("a"), step("b")] });
    specification(mail)
      .given(born, succeeded("m"), succeeded("a"), declined("b"))
      .when(undone("a"))
      .thenCommands(
        { type: "PublishEvent", event: "TestFailed" },
        ended({
          step: "pay",
          half: "action",
          generation: 3,
          state: "failed",
          rollback: "clean",
          result: expect.anything(),
          error: { code: "no", message: "No" },
          residue: ["m"],
          persons: [],
        }),
      );
  });

  it("without a parent tells nobody", () => {
    spec.given(requested(), succeeded("a")).when(succeeded("b")).thenTells();
    spec.given(requested()).when(parentAsked("cancel")).thenNothingHappens();
  });
});

describe("a child that is asked to stop", () => {
  it("unwinds, and tells its end", () => {
    spec
      .given(born, succeeded("a"))
      .when(parentAsked("cancel"))
      .thenTransitions("ParentAsked", { type: "UnwindStarted", cause: "cancelled" });
    spec.given(born, succeeded("a"), parentAsked("cancel"), declined("b")).when(undone("a")).thenTells("ended parent");
  });

  it("past its own point of no return settles first", () => {
    pastPivot.given(born, succeeded("a"), succeeded("p")).when(parentAsked("cancel")).thenNothingHappens();
    pastPivot
      .given(born, succeeded("a"), succeeded("p"), parentAsked("cancel"))
      .when(succeeded("b"))
      .thenRun({ state: "completed" })
      .thenTells("ended parent");
    pastPivot
      .given(born, succeeded("a"))
      .when(parentAsked("cancel"))
      .thenTransitions("ParentAsked", { type: "UnwindRequested", cause: "cancelled" });
  });

  it("does nothing when it has ended, or unwinds already", () => {
    spec
      .given(...completed)
      .when(parentAsked("cancel"))
      .thenNothingHappens();
    spec.given(born, succeeded("a"), declined("b")).when(parentAsked("cancel")).thenNothingHappens();
  });
});

describe("a child whose unwind stopped at a step", () => {
  const resting = [born, succeeded("a"), asked("compensate", { downTo: "a" }), declined("b")] as const;

  it("is unwound to its end when its parent stops it, or has it undone", () => {
    spec
      .given(...resting.slice(0, -1))
      .when(declined("b"))
      .thenRun({ attention: [{ reason: "unwind_stopped" } as never] });
    for (const ask of ["cancel", "undo"] as const) {
      spec
        .given(...resting)
        .when(parentAsked(ask, 1))
        .thenTransitions(
          "ParentAsked",
          "UnwindContinued",
          { type: "AttentionCleared", reason: "unwind_stopped" },
          { step: "a" },
        )
        .thenCalls("UndoA");
      spec
        .given(...resting, parentAsked(ask, 1))
        .when(undone("a"))
        .thenRun({ state: "failed", rollback: "clean", attention: [] })
        .thenTells("ended parent");
    }
  });

  it("is asked once", () => {
    spec
      .given(...resting, parentAsked("cancel"))
      .when(parentAsked("cancel"))
      .thenNothingHappens();
  });
});

describe("a child that is asked to be undone", () => {
  it("when it has completed unwinds, also past its own point of no return, and tells that as its undo", () => {
    spec
      .given(...completed)
      .when(parentAsked("undo", 1))
      .thenTransitions("ParentAsked", { type: "UnwindStarted", cause: "operator" }, { step: "b" });
    pastPivot
      .given(born, succeeded("a"), succeeded("p"), succeeded("b"))
      .when(parentAsked("undo", 1))
      .thenCalls("UndoB");
    const { decision } = spec.given(...completed, parentAsked("undo", 1), undone("b")).when(undone("a"));
    expect(decision.commands).toMatchObject([
      { type: "PublishEvent", event: "TestUnwound" },
      ended({ half: "compensation", generation: 1, state: "failed", rollback: "clean" }),
    ]);
  });

  it("twice for the same undo is asked once", () => {
    spec
      .given(...completed, parentAsked("undo", 1))
      .when(parentAsked("undo", 1))
      .thenNothingHappens();
  });

  it("and is undone already, says so", () => {
    const { decision } = spec
      .given(born, succeeded("a"), declined("b"), undone("a"))
      .when(parentAsked("undo", 2))
      .thenTransitions("ParentAsked");
    expect(decision.commands).toMatchObject([ended({ half: "compensation", generation: 2, rollback: "clean" })]);
  });

  it("while it runs stops, and tells its end as the undo", () => {
    const { decision } = spec.given(born, parentAsked("undo", 1)).when(declined("a"));
    expect(decision.commands).toMatchObject([
      { event: "TestFailed" },
      ended({ half: "compensation", generation: 1, rollback: "nothing_to_undo" }),
    ]);
  });

  it("past its own point of no return goes on to its end, and unwinds from there in the same decision", () => {
    pastPivot
      .given(born, succeeded("a"), succeeded("p"), parentAsked("undo", 1))
      .when(succeeded("b"))
      .thenTransitions("StepCompleted", "RunCompleted", { type: "UnwindStarted", cause: "operator" }, { step: "b" })
      .thenTells();
  });

  it("and ended incomplete tries its failed undos again, each time the parent asks anew", () => {
    const loose = specification(saga({ steps: [step("a", { onCompensationFailure: "continue" }), step("b")] }));
    const failing = [born, succeeded("a"), declined("b"), undoDeclined("a")] as const;
    loose
      .given(...failing)
      .when(parentAsked("undo", 1))
      .thenCommands({ half: "compensation", generation: 2 });
    const { decision } = loose.given(...failing, parentAsked("undo", 1)).when(undoDeclined("a"));
    expect(decision.commands).toMatchObject([
      { event: "TestUnwound" },
      ended({ half: "compensation", generation: 1, rollback: "incomplete" }),
    ]);
    loose
      .given(...failing, parentAsked("undo", 1), undoDeclined("a"))
      .when(parentAsked("undo", 2))
      .thenCommands({ half: "compensation", generation: 3 });
  });
});

describe("a child is paused, resumed and ended with its parent", () => {
  it("once each", () => {
    spec.given(born).when(parentAsked("pause")).thenTransitions("ParentAsked", "RunPaused").thenRun({ paused: true });
    spec.given(born, parentAsked("pause")).when(parentAsked("pause")).thenNothingHappens();
    spec.given(born, parentAsked("pause"), succeeded("a")).when(parentAsked("resume")).thenCalls("DoB");
    spec.given(born).when(parentAsked("resume")).thenNothingHappens();
    spec
      .given(born)
      .when(parentAsked("terminate"))
      .thenRun({ state: "failed", rollback: "incomplete" })
      .thenTells("ended parent");
    spec
      .given(...completed)
      .when(parentAsked("terminate"))
      .thenNothingHappens();
    spec
      .given(...completed)
      .when(parentAsked("pause"))
      .thenNothingHappens();
  });

  it("down all levels", () => {
    const middle = specification(saga({ steps: [{ id: "sub", kind: "saga", saga: "Sub" }] }));
    const running = [born, { type: "CallAccepted", step: "sub", half: "action", attempt: 1, generation: 1 }] as const;
    for (const ask of ["pause", "terminate", "cancel"] as const) {
      const { decision } = middle.given(...running).when(parentAsked(ask));
      expect(decision.commands).toContainEqual(
        expect.objectContaining({ type: "TellRun", message: { kind: "parent", ask, generation: 0 } }),
      );
    }
  });

  it("is not retried once it has failed, and is told why: its parent may have taken its end", () => {
    const { decision } = spec
      .given(born, declined("a"))
      .when(asked("retry", { step: "a" }))
      .thenRefused("run_ended");
    expect(decision.refused?.detail).toMatch(/^The run whose step this is has taken its end/);
  });
});
