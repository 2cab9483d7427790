/** Child sagas, from the parent's side (engine.md U8). The child's side: asked-by-parent.test.ts. */
import { describe, expect, it } from "vitest";
import { childIdOf } from "../child-id";
import { limits } from "../limits";
import { saga, step } from "../testing/sagas";
import {
  accepted,
  approved,
  asked,
  by,
  childEnded,
  declined,
  replied,
  requested,
  runId,
  specification,
  startOfTime,
  succeeded,
  takenOver,
  undone,
  wait,
} from "../testing/specification";
import { isWaiting, nextWake } from "../wake";

const minute = 60_000;
const child = childIdOf(runId, "pay", 1);
const pay = { id: "pay", kind: "saga", saga: "Payment" } as const;
const order = saga({ steps: [step("a"), pay, step("b")] });
const spec = specification(order);
const begun = [requested({ n: 1 }), succeeded("a"), accepted("pay")] as const;
const error = { code: "no", message: "No" };
const completed = childEnded("pay", { result: { saga_id: child } });
const failedClean = childEnded("pay", { state: "failed", rollback: "clean", error });
const failedIncomplete = childEnded("pay", { state: "failed", rollback: "incomplete", error, residue: ["mail"] });
const childUndone = childEnded("pay", { half: "compensation", state: "failed", rollback: "clean" });
const childNotUndone = childEnded("pay", { half: "compensation", state: "failed", rollback: "incomplete", error });

describe("a saga step", () => {
  it("begins a run of its own, under an id that follows from the parent, the step and the generation", () => {
    spec
      .given(requested({ n: 1 }, { persons: ["ada"] }))
      .when(succeeded("a"))
      .thenTransitions("StepCompleted", { type: "StepStarted", step: "pay", timeoutAt: null, input: { n: 1 } })
      .thenCommands({
        type: "StartChild",
        child,
        saga: "Payment",
        data: { n: 1 },
        parent: { run: runId, step: "pay", generation: 1, depth: 1, undo: null },
        startedBy: "ada",
        persons: ["ada"],
      });
    expect(childIdOf(runId, "pay", 2)).not.toBe(child);
    expect(child).toMatch(/^01890000-0000-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("gives it the data that its input says", () => {
    const mapped = saga({ steps: [step("a"), { ...pay, input: { amount: "${steps.a.result.ok}" } }] });
    specification(mapped)
      .given(requested())
      .when(succeeded("a"))
      .thenCommands({ data: { amount: "a" } });
    const broken = saga({ steps: [{ ...pay, input: { amount: "${data.missing.x}" } }] });
    specification(broken)
      .given()
      .when(requested())
      .thenStep("pay", { status: "failed", effect: "none", action: { error: { code: "expression" } } });
  });

  it("knows its run once that has begun, and waits for it by nobody's worker, however long", () => {
    spec
      .given(requested({ n: 1 }), succeeded("a"))
      .when(accepted("pay"))
      .thenTransitions({ type: "CallAccepted", step: "pay", child })
      .thenStep("pay", { child, status: "executing" });
    const state = spec.given(...begun).state();
    expect([isWaiting(state), nextWake(state)]).toEqual([true, null]);
    spec
      .given(...begun)
      .when(accepted("pay"))
      .thenNothingHappens();
  });

  it("is begun again after a worker's death until it is known to be there, paused or not, and once only", () => {
    spec
      .given(...begun.slice(0, 2))
      .when(takenOver)
      .thenCommands({ type: "StartChild", child });
    spec
      .given(...begun.slice(0, 2), asked("pause"))
      .when(takenOver)
      .thenCommands({ type: "StartChild", child });
    spec
      .given(...begun)
      .when(takenOver)
      .thenNothingHappens();
  });

  it("completes with the child's result", () => {
    spec
      .given(...begun)
      .when(completed)
      .thenStep("pay", { status: "completed", result: { saga_id: child } })
      .thenCalls("DoB");
  });

  it("may hear of the child's end before its beginning, and knows the run all the same", () => {
    spec
      .given(...begun.slice(0, 2))
      .when(completed)
      .thenTransitions(
        { type: "CallAccepted", child },
        { type: "ChildResidueReported", ended: true },
        { type: "StepCompleted", step: "pay" },
        { type: "StepStarted", step: "b" },
      )
      .thenTells();
    spec
      .given(...begun.slice(0, 2), completed)
      .when(accepted("pay"))
      .thenNothingHappens();
    spec
      .given(...begun.slice(0, 2), completed)
      .when(declined("b"))
      .thenTells(`undo ${child}`);
  });

  it("that could not begin has failed for good", () => {
    spec
      .given(requested(), succeeded("a"))
      .when(replied("pay", { kind: "terminal", error }))
      .thenStep("pay", { status: "failed", effect: "none" })
      .thenCalls("UndoA");
  });

  it("below the deepest level is not begun", () => {
    const parent = { run: "r", step: "s", generation: 1, undo: null };
    spec
      .given(requested({}, { parent: { ...parent, depth: limits.childDepth } }))
      .when(succeeded("a"))
      .thenStep("pay", { status: "failed", action: { error: { code: "too_deep" } } });
    spec
      .given(requested({}, { parent: { ...parent, depth: limits.childDepth - 1 } }))
      .when(succeeded("a"))
      .thenCommands({ type: "StartChild", parent: expect.objectContaining({ depth: limits.childDepth }) });
  });
});

describe("a child that failed", () => {
  it("and ended clean is a failure for good: nothing of it is left to undo", () => {
    spec
      .given(...begun)
      .when(failedClean)
      .thenTransitions(
        { type: "ChildResidueReported", ended: true },
        { type: "StepFailed", step: "pay", effect: "none", error },
        "UnwindStarted",
        { type: "CompensationStarted", step: "a" },
      )
      .thenTells();
  });

  it("and ended incomplete is unknown: its undo has the child try its undos again", () => {
    spec
      .given(...begun)
      .when(failedIncomplete)
      .thenTransitions(
        { type: "ChildResidueReported", step: "pay", residue: ["mail"] },
        { type: "StepFailed", effect: "unknown" },
        "UnwindStarted",
        { type: "CompensationStarted", step: "pay", generation: 1, timeoutAt: null },
      )
      .thenTells(`undo ${child}`);
  });

  it("is begun anew when a person retries it, with an edited input if they like", () => {
    const held = specification(saga({ steps: [{ ...pay, onFailure: "hold" }] }));
    const stuck = [requested(), accepted("pay"), failedClean] as const;
    held
      .given(...stuck)
      .when(asked("retry", { step: "pay" }))
      .thenCommands({ type: "StartChild", child: childIdOf(runId, "pay", 2), generation: 2 })
      .thenStep("pay", { child: null });
    held
      .given(...stuck)
      .when(by("linus", asked("retry", { step: "pay", input: { n: 2 } })))
      .thenCommands({ data: { n: 2 } });
  });

  it("and is unknown is not retried, but repaired where it is, or undone", () => {
    const held = specification(saga({ steps: [{ ...pay, onFailure: "hold" }] }));
    held
      .given(requested(), accepted("pay"), failedIncomplete)
      .when(asked("retry", { step: "pay" }))
      .thenRefused("outcome_unknown");
  });

  it("may be passed over", () => {
    const tolerant = specification(saga({ steps: [{ ...pay, onFailure: "continue" }, step("b")] }));
    tolerant.given(requested(), accepted("pay")).when(failedClean).thenCalls("DoB");
    tolerant
      .given(requested(), accepted("pay"))
      .when(failedIncomplete)
      .thenRun({ attention: [{ reason: "unknown_outcome", step: "pay" } as never] })
      .thenCalls("DoB");
  });

  it("speaks for itself: no service replies in its place", () => {
    spec
      .given(...begun)
      .when({ ...succeeded("pay"), id: "r1" } as never)
      .thenTransitions({ type: "ReplyIgnored", id: "r1", why: "not_called" });
  });

  it("of an earlier generation says nothing of the one now", () => {
    const held = specification(saga({ steps: [{ ...pay, onFailure: "hold" }] }));
    const again = [requested(), accepted("pay"), failedClean, asked("retry", { step: "pay" })] as const;
    held
      .given(...again, accepted("pay", { generation: 2 }))
      .when(completed)
      .thenTransitions({ type: "ReplyIgnored", why: "other_generation" });
  });
});

describe("a child with a time-out", () => {
  const limited = specification(saga({ steps: [step("a"), { ...pay, timeout: "PT10M" }, step("b")] }));
  const running = [requested(), succeeded("a"), wait(20 * minute), accepted("pay")] as const;

  it("has the time from when it began", () => {
    const state = limited.given(...running.slice(0, 3)).state();
    expect(nextWake(state)).toBe(null);
    limited
      .given(...running.slice(0, 3))
      .when(accepted("pay"))
      .thenTransitions({ type: "CallAccepted", timeoutAt: startOfTime + 30 * minute });
    limited
      .given(...running)
      .when(wait(10 * minute - 1))
      .thenNothingHappens();
  });

  it("is unknown when that is over, and undone", () => {
    limited
      .given(...running)
      .when(wait(10 * minute))
      .thenStep("pay", { status: "compensating", effect: "unknown" })
      .thenTells(`undo ${child}`);
  });

  it("and ends clean before it hears of that, is undone", () => {
    limited
      .given(...running, wait(10 * minute))
      .when(failedClean)
      .thenTransitions(
        { type: "ChildResidueReported", ended: true },
        "LateReplyRecorded",
        { type: "CompensationCompleted", step: "pay" },
        { step: "a" },
      )
      .thenCalls("UndoA");
    limited
      .given(...running, wait(10 * minute), failedClean)
      .when(childUndone)
      .thenTransitions({ type: "ReplyIgnored" });
  });

  it("and completes before it hears of that, is undone when it says so", () => {
    limited
      .given(...running, wait(10 * minute))
      .when(completed)
      .thenTransitions({ type: "LateReplyRecorded", half: "action" });
    limited
      .given(...running, wait(10 * minute), completed)
      .when(childUndone)
      .thenCalls("UndoA");
  });

  it("and completes after it was passed over, is settled as done", () => {
    const tolerant = specification(saga({ steps: [{ ...pay, timeout: "PT10M", onFailure: "continue" }, step("b")] }));
    tolerant
      .given(requested(), accepted("pay"), wait(10 * minute))
      .when(completed)
      .thenTransitions(
        { type: "ChildResidueReported", ended: true },
        { type: "StepOutcomeSettled", effect: "happened" },
        "AttentionCleared",
      );
  });
});

describe("a parent's unwind", () => {
  it("cancels a running child, waits for its end, and goes on when that was clean", () => {
    spec
      .given(...begun)
      .when(asked("cancel"))
      .thenTells(`cancel ${child}`)
      .thenCalls();
    spec
      .given(...begun, asked("cancel"))
      .when(failedClean)
      .thenStep("pay", { status: "failed", effect: "none" })
      .thenCalls("UndoA");
  });

  it("undoes a child that could not be stopped, as soon as it has completed", () => {
    spec
      .given(...begun, asked("cancel"))
      .when(completed)
      .thenTransitions(
        { type: "ChildResidueReported", ended: true },
        { type: "StepCompleted", taken: null },
        { type: "CompensationStarted", step: "pay" },
      )
      .thenTells(`undo ${child}`);
  });

  it("undoes a completed child, and goes on when that is undone", () => {
    spec
      .given(...begun, completed)
      .when(declined("b"))
      .thenTells(`undo ${child}`)
      .thenCalls();
    spec
      .given(...begun, completed, declined("b"))
      .when(childUndone)
      .thenStep("pay", { status: "compensated" })
      .thenCalls("UndoA");
  });

  it("cancels a child that is known to have begun only now", () => {
    spec.given(requested(), succeeded("a"), asked("cancel")).when(accepted("pay")).thenTells(`cancel ${child}`);
  });

  it("only looks for a child that a dead worker may have begun, and has nothing to undo when there is none", () => {
    const asking = [requested(), succeeded("a"), asked("cancel")] as const;
    spec
      .given(...asking)
      .when(takenOver)
      .thenCommands({ type: "StartChild", child, find: true });
    spec
      .given(...asking)
      .when(replied("pay", { kind: "terminal", error }))
      .thenStep("pay", { status: "failed", effect: "none" })
      .thenCalls("UndoA");
  });

  it("only looks for it, too, when the deadline passed while no worker was there", () => {
    const late = specification(saga({ deadline: "PT1H", steps: [pay] }));
    const { decision } = late.given(requested()).when({ ...takenOver, at: startOfTime + 60 * minute } as never);
    expect(decision.commands).toMatchObject([{ type: "StartChild", find: true }]);
  });

  it("stops a child that turns up after it was taken for not begun", () => {
    spec
      .given(requested(), succeeded("a"), asked("cancel"), replied("pay", { kind: "terminal", error }))
      .when(accepted("pay"))
      .thenTransitions({ type: "CallAccepted", child })
      .thenTells(`cancel ${child}`);
  });

  it("takes a child's failed undo for its own, and asks anew when a person retries it", () => {
    const failing = [...begun, completed, declined("b")] as const;
    spec
      .given(...failing)
      .when(childNotUndone)
      .thenTransitions({ type: "CompensationFailed", step: "pay", handling: "hold" }, "AttentionRaised");
    spec
      .given(...failing, childNotUndone)
      .when(asked("retryCompensation", { step: "pay" }))
      .thenTransitions("OperationAccepted", "AttentionCleared", { type: "CompensationStarted", generation: 2 })
      .thenTells(`undo ${child}`);
    spec
      .given(...failing, childNotUndone, asked("retryCompensation", { step: "pay" }))
      .when(childEnded("pay", { half: "compensation", generation: 2, state: "failed", rollback: "clean" }))
      .thenCalls("UndoA");
    spec
      .given(...failing, childNotUndone)
      .when(asked("markCompensated", { step: "pay", evidence: "seen" }))
      .thenCalls("UndoA");
  });

  it("tells what the child left standing as its own residue", () => {
    const left = childEnded("pay", { half: "compensation", state: "failed", rollback: "clean", residue: ["mail"] });
    spec
      .given(...begun, completed, declined("b"), left)
      .when(undone("a"))
      .thenRun({ state: "failed", rollback: "clean", residue: ["pay.mail"] });
  });

  it("keeps what an earlier child of the step left standing", () => {
    const held = specification(saga({ steps: [{ ...pay, onFailure: "hold" }] }));
    const first = childEnded("pay", { state: "failed", rollback: "clean", error, residue: ["mail"] });
    const second = childEnded("pay", { generation: 2, state: "failed", rollback: "clean", error, residue: ["fax"] });
    const again = [asked("retry", { step: "pay" }), accepted("pay", { generation: 2 }), second] as const;
    held
      .given(requested(), accepted("pay"), first, ...again)
      .when(asked("fail", { step: "pay", effect: "none" }))
      .thenStep("pay", { childResidue: ["mail", "fax"] });
  });

  it("leaves what was done by hand instead of a child to be undone by hand", () => {
    const held = specification(saga({ steps: [{ ...pay, onFailure: "hold" }, step("b")] }));
    const byHand = [
      requested(),
      accepted("pay"),
      failedClean,
      asked("complete", { step: "pay", result: { paid: true } }),
    ] as const;
    held
      .given(...byHand)
      .when(declined("b"))
      .thenStep("pay", { status: "compensation_failed", undo: { error: { code: "no_child_run" } } })
      .thenRun({ attention: [{ reason: "compensation_failed", step: "pay" } as never] })
      .thenTells();
  });

  it("does not take a child for undone of which nobody knew when its parent was ended", () => {
    const ended = [...begun.slice(0, 2), asked("terminate"), asked("compensate")] as const;
    spec
      .given(...ended.slice(0, -1))
      .when(asked("compensate"))
      .thenStep("pay", { status: "compensation_failed", undo: { error: { code: "no_child_run" } } })
      .thenCalls();
    spec
      .given(...ended, accepted("pay"))
      .when(asked("retryCompensation", { step: "pay" }))
      .thenTells(`undo ${child}`);
  });

  it("leaves an irreversible child as it is", () => {
    const final = specification(saga({ steps: [{ ...pay, class: "irreversible" }, step("b")] }));
    final
      .given(requested(), accepted("pay"), completed)
      .when(declined("b"))
      .thenRun({ state: "failed", rollback: "nothing_to_undo", residue: ["pay"] })
      .thenTells();
  });
});

describe("a child that may still live", () => {
  const limited = { ...pay, timeout: "PT10M" };
  const lost = [requested(), accepted("pay"), wait(10 * minute)] as const;
  const passedOver = specification(saga({ steps: [{ ...limited, onFailure: "continue" }, step("b")] }));
  const held = specification(saga({ steps: [{ ...limited, onFailure: "hold" }, step("b")] }));

  it("is asked to stop when its step timed out in the very decision that began the unwind, and is not undone", () => {
    for (const more of [{ class: "irreversible" }, { compensateSelf: "never" }] as const)
      specification(saga({ steps: [{ ...limited, ...more }] }))
        .given(...lost.slice(0, 2))
        .when(wait(10 * minute))
        .thenTells(`cancel ${child}`);
  });

  it("is asked to stop, paused and resumed after its step was settled by hand", () => {
    for (const operation of [asked("complete", { step: "pay", result: 1 }), asked("skip", { step: "pay" })]) {
      const settled = [...lost, operation] as const;
      held
        .given(...settled)
        .when(asked("pause"))
        .thenTells(`pause ${child}`);
      held
        .given(...settled, asked("pause"))
        .when(asked("resume"))
        .thenTells(`resume ${child}`);
      held
        .given(...settled)
        .when(asked("terminate"))
        .thenTells(`terminate ${child}`);
      const irreversible = specification(
        saga({ steps: [{ ...limited, class: "irreversible", onFailure: "hold" }, step("b")] }),
      );
      irreversible
        .given(...settled)
        .when(asked("cancel"))
        .thenTells(`cancel ${child}`);
    }
  });

  it("goes on when its paused parent ends without it", () => {
    passedOver
      .given(...lost, asked("pause"))
      .when(succeeded("b"))
      .thenRun({ state: "completed" })
      .thenTells(`resume ${child}`);
    passedOver
      .given(...lost)
      .when(succeeded("b"))
      .thenTells();
    const never = specification(
      saga({ steps: [{ ...limited, compensateSelf: "never", onFailure: "continue" }, step("b")] }),
    );
    never
      .given(...lost, asked("pause"))
      .when(declined("b"))
      .thenRun({ state: "failed" })
      .thenTells(`cancel ${child}`, `resume ${child}`);
  });

  it("is told nothing more once it said its last word, which it takes back when it is asked to be undone", () => {
    held
      .given(...lost, failedClean)
      .when(asked("terminate"))
      .thenTells();
    spec
      .given(...begun, completed, declined("b"))
      .when(asked("pause"))
      .thenTells(`pause ${child}`);
    spec
      .given(...begun, completed, declined("b"))
      .when(childUndone)
      .thenStep("pay", { childEnded: true });
  });

  it("is one that left something undone: it may be repaired where it is", () => {
    held.given(requested(), accepted("pay"), failedIncomplete).when(asked("terminate")).thenTells(`terminate ${child}`);
  });
});

describe("the people behind a child", () => {
  const said = (persons: readonly string[]) => childEnded("pay", { persons });
  const sign = { id: "sign", kind: "approval", approvers: { role: "operator" }, fourEyes: true } as const;
  const signed = specification(saga({ steps: [pay, sign] }));
  const started = [requested({}, { persons: ["ada"] }), accepted("pay")] as const;

  it("are behind its parent too, so that none of them approves what it answered", () => {
    signed
      .given(...started)
      .when(said(["ada", "grace"]))
      .thenTransitions({ type: "ChildResidueReported", persons: ["ada", "grace"] }, "StepCompleted", "StepWaits")
      .thenRun({ persons: ["ada", "grace"] });
    signed
      .given(...started, said(["ada", "grace"]))
      .when(approved("sign"))
      .thenRefused("four_eyes");
    signed
      .given(...started, said(["ada"]))
      .when(approved("sign"))
      .thenRun({ state: "completed", persons: ["ada"] });
  });

  it("make its parent's unknown where nobody knows them", () => {
    signed
      .given(...started, said([]))
      .when(approved("sign"))
      .thenRefused("starter_unknown");
  });
});

describe("pause, resume and terminate", () => {
  it("are passed on to a running child, and to one that begins meanwhile", () => {
    spec
      .given(...begun)
      .when(asked("pause"))
      .thenTells(`pause ${child}`);
    spec
      .given(...begun, asked("pause"))
      .when(asked("resume"))
      .thenTells(`resume ${child}`);
    spec
      .given(...begun.slice(0, 2), asked("pause"))
      .when(accepted("pay"))
      .thenTells(`pause ${child}`);
    spec
      .given(...begun, completed, asked("pause"))
      .when(asked("resume"))
      .thenTells();
  });

  it("are passed on to a child that is being undone", () => {
    const undoing = [...begun, completed, declined("b")] as const;
    spec
      .given(...undoing)
      .when(asked("pause"))
      .thenTells(`pause ${child}`);
    spec
      .given(...undoing)
      .when(asked("terminate"))
      .thenTells(`terminate ${child}`);
  });

  it("reach a child that was given up as timed out, and runs on", () => {
    const limited = saga({ steps: [{ ...pay, timeout: "PT10M", onFailure: "continue" }, step("b")] });
    const lost = [requested(), accepted("pay"), wait(10 * minute)] as const;
    for (const ask of ["pause", "terminate"] as const)
      specification(limited)
        .given(...lost)
        .when(asked(ask))
        .thenTells(`${ask} ${child}`);
  });

  it("a terminated parent ends its children, one too that only now turns out to have begun", () => {
    spec
      .given(...begun)
      .when(asked("terminate"))
      .thenStep("pay", { status: "failed", effect: "unknown" })
      .thenTells(`terminate ${child}`);
    spec
      .given(...begun.slice(0, 2))
      .when(asked("terminate"))
      .thenRun({ state: "failed", rollback: "incomplete" })
      .thenTells();
    spec
      .given(...begun.slice(0, 2), asked("terminate"))
      .when(accepted("pay"))
      .thenTells(`terminate ${child}`)
      .thenRun({ state: "failed", rollback: "incomplete" });
  });
});
