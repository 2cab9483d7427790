/** Unwinding down to a step, leaving out undos, and starting again (engine.md U10, section 6). */
import { describe, expect, it } from "vitest";
import { plan } from "./plan";
import { diamond, saga, sequence, step } from "./testing/sagas";
import {
  asked,
  declined,
  lost,
  replied,
  requested,
  specification,
  startOfTime,
  succeeded,
  takenOver,
  undoDeclined,
  undone,
  wait,
} from "./testing/specification";

const completed = [requested(), succeeded("a"), succeeded("b"), succeeded("c")] as const;
const four = [...completed, succeeded("d")] as const;
const down = (downTo: string) => asked("compensate", { downTo });
const without = (...steps: string[]) =>
  asked("compensate", { leaveOut: steps.map((id) => ({ step: id, reason: `${id} was delivered` })) });

describe("an unwind down to a step", () => {
  const graph = specification(diamond);
  const line = specification(sequence);

  it("in graph order leaves that step and what had to come before it, and undoes the rest", () => {
    graph
      .given(...four)
      .when(down("b"))
      .thenCalls("UndoD");
    graph
      .given(...four, down("b"))
      .when(undone("d"))
      .thenCalls("UndoC");
    graph
      .given(...four, down("b"), undone("d"))
      .when(undone("c"))
      .thenTransitions("CompensationCompleted", { type: "AttentionRaised", reason: "unwind_stopped", step: "b" })
      .thenRun({ state: "compensating", unwind: expect.objectContaining({ downTo: "b" }) })
      .thenStep("a", { status: "completed" })
      .thenCalls();
  });

  it("in sequence order leaves that step and what had settled before it", () => {
    line
      .given(...completed)
      .when(down("b"))
      .thenCalls("UndoC");
    line
      .given(...completed, down("b"))
      .when(undone("c"))
      .thenTransitions("CompensationCompleted", { type: "AttentionRaised", reason: "unwind_stopped" })
      .thenCalls();
  });

  it("rests, and never goes forward", () => {
    const resting = [...completed, down("b"), undone("c")] as const;
    line
      .given(...resting)
      .when(takenOver)
      .thenNothingHappens();
    line
      .given(...resting)
      .when(wait(400 * 86_400_000))
      .thenNothingHappens();
    for (const operation of ["retry", "skip", "complete", "fail"] as const)
      line
        .given(...resting)
        .when(asked(operation, { step: "b", result: 1 }))
        .thenRefused("unwinding");
    line
      .given(...resting)
      .when(asked("cancel"))
      .thenRefused("unwinding");
    line
      .given(...resting, asked("pause"))
      .when(asked("resume"))
      .thenTransitions("OperationAccepted", "RunResumed")
      .thenCalls();
  });

  it("goes on to an earlier step, or to the end", () => {
    const resting = [...completed, down("b"), undone("c")] as const;
    line
      .given(...resting)
      .when(down("a"))
      .thenTransitions(
        "OperationAccepted",
        { type: "UnwindContinued", downTo: "a" },
        { type: "AttentionCleared", reason: "unwind_stopped" },
        { type: "CompensationStarted", step: "b" },
      );
    line
      .given(...resting, asked("compensate"), undone("b"))
      .when(undone("a"))
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
  });

  it("may be continued before it has come to rest", () => {
    line
      .given(...completed, down("b"), asked("compensate"))
      .when(undone("c"))
      .thenCalls("UndoB");
  });

  it("ends when it is terminated, incomplete", () => {
    line
      .given(...completed, down("b"), undone("c"))
      .when(asked("terminate"))
      .thenRun({ state: "failed", rollback: "incomplete", attention: [] });
  });

  it("stops at what has an effect and is not undone yet, and only further back", () => {
    line.given(requested(), succeeded("a")).when(down("c")).thenRefused("step_state");
    line.given(requested(), succeeded("a")).when(down("zzz")).thenRefused("unknown_step");
    const resting = [...completed, down("b"), undone("c")] as const;
    for (const step of ["b", "c"])
      line
        .given(...resting)
        .when(down(step))
        .thenRefused("step_state");
    graph
      .given(...four, down("b"))
      .when(down("c"))
      .thenRefused("step_state");
  });

  it("is asked for while the run goes forward, and waits for what is in flight", () => {
    line
      .given(...completed.slice(0, 3))
      .when(down("a"))
      .thenRun({ state: "compensating", cause: "operator" })
      .thenCalls();
    line
      .given(...completed.slice(0, 3), down("a"))
      .when(succeeded("c"))
      .thenCalls("UndoC");
  });

  it("undoes nothing where nothing comes after the step, and rests at once", () => {
    line
      .given(...completed)
      .when(down("c"))
      .thenTransitions("OperationAccepted", "UnwindStarted", { type: "AttentionRaised", reason: "unwind_stopped" });
  });

  it("keeps resting when a late reply settles the step at which it stopped", () => {
    const tolerant = saga({ steps: [step("a", { onFailure: "continue" }), step("b")] });
    specification(tolerant)
      .given(requested(), lost("a"), succeeded("b"), down("a"), undone("b"))
      .when(replied("a", { kind: "success", result: 1 }, "action", 1))
      .thenRun({ state: "compensating", attention: [{ reason: "unwind_stopped", step: "a" } as never] });
  });

  it("is not to be had while the pivot is in flight", () => {
    const pivot = saga({ steps: [step("a"), step("p", { class: "pivot", compensation: undefined })] });
    specification(pivot).given(requested(), succeeded("a")).when(down("a")).thenRefused("pivot_in_flight");
  });

  it("is planned: what stays is said", () => {
    const state = specification(diamond)
      .given(...four)
      .state();
    expect(plan(diamond, state, { operation: "compensate", downTo: "b", reason: "r" }, startOfTime)).toMatchObject({
      summary: "Undo 2 steps, down to b",
      undos: [
        { order: 1, step: "d" },
        { order: 2, step: "c" },
      ],
      gaps: [
        { step: "a", reason: "stays" },
        { step: "b", reason: "stays" },
      ],
      state: "compensating",
    });
  });
});

describe("undos that are left out", () => {
  const line = specification(sequence);

  it("are not sent, keep nothing waiting, and the end is incomplete", () => {
    line
      .given(...completed)
      .when(without("b"))
      .thenCalls("UndoC")
      .thenStep("b", { leftOut: "b was delivered", status: "completed" });
    line
      .given(...completed, without("b"))
      .when(undone("c"))
      .thenCalls("UndoA");
    line
      .given(...completed, without("b"), undone("c"))
      .when(undone("a"))
      .thenRun({ state: "failed", rollback: "incomplete", residue: [] });
  });

  it("each need a reason, and must not have begun", () => {
    line
      .given(...completed)
      .when(asked("compensate", { leaveOut: [{ step: "b", reason: " " }] }))
      .thenRefused("reason_required");
    line
      .given(...completed)
      .when(without("zzz"))
      .thenRefused("unknown_step");
    line
      .given(...completed, down("b"))
      .when(without("c"))
      .thenRefused("step_state");
    line
      .given(...completed, down("b"), undone("c"))
      .when(without("c"))
      .thenRefused("step_state");
  });

  it("may be all of them", () => {
    line
      .given(...completed)
      .when(without("a", "b", "c"))
      .thenRun({ state: "failed", rollback: "incomplete" })
      .thenCalls();
  });

  it("are owed again when the ended run is unwound once more", () => {
    line
      .given(...completed, without("b"), undone("c"), undone("a"))
      .when(asked("compensate"))
      .thenCalls("UndoB")
      .thenStep("b", { leftOut: null });
    line
      .given(...completed, without("b"), undone("c"), undone("a"), asked("compensate"))
      .when(undone("b"))
      .thenRun({ state: "failed", rollback: "clean" });
  });

  it("may be one that failed and holds the run, where the unwind is to stop at a step", () => {
    line
      .given(...completed, down("a"), undoDeclined("c"))
      .when(without("c"))
      .thenTransitions(
        "OperationAccepted",
        "UnwindContinued",
        { type: "AttentionCleared", reason: "compensation_failed" },
        { type: "CompensationStarted", step: "b" },
      );
  });

  it("are planned: what is left out is said", () => {
    const state = line.given(...completed).state();
    const operation = { operation: "compensate", leaveOut: [{ step: "b", reason: "sent" }], reason: "r" } as const;
    expect(plan(sequence, state, operation, startOfTime)).toMatchObject({
      undos: [{ step: "c" }, { step: "a" }],
      gaps: [{ step: "b", reason: "left_out" }],
    });
  });
});

describe("starting again", () => {
  it("is for a run that has ended, and changes nothing of it", () => {
    const spec = specification(sequence);
    spec
      .given(requested(), declined("a"))
      .when(asked("startAgain"))
      .thenTransitions("OperationAccepted")
      .thenRun({ state: "failed" })
      .thenCalls();
    spec.given(requested()).when(asked("startAgain")).thenRefused("run_live");
  });

  it("links the new run to the old one", () => {
    specification(sequence)
      .given()
      .when({ ...requested(), restartOf: "old" } as never)
      .thenRun({ restartOf: "old" });
  });
});
