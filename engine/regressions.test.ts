/** What random histories found, each by the rule that it broke. Seeds of theirs: simulation/regressions.ts. */
import { describe, it } from "vitest";
import { saga, step, tickets } from "./testing/sagas";
import {
  accepted,
  asked,
  broke,
  busy,
  childEnded,
  declined,
  type Happening,
  item,
  lost,
  replied,
  requested,
  specification,
  startOfTime,
  succeeded,
  takenOver,
  undoLost,
  undone,
  wait,
} from "./testing/specification";

const second = 1000;
const minute = 60 * second;
const twice = { attempts: 2, initial: "PT1S", factor: 2, max: "PT1M", jitter: 0, maxElapsed: "PT1H" } as const;
const three = requested({ passengers: ["ann", "bob", "cy"] });
const success = { kind: "success", result: 1 } as const;

describe("U1: an unwind that begins in the same decision", () => {
  const broken = { action: { command: "Test.DoB", input: "${data.missing.x}" } };

  it("takes back the branch that was about to be sent: it never was", () => {
    const fork = saga({
      steps: [step("a"), step("c"), step("b", broken)],
      edges: [
        { from: "a", to: "c" },
        { from: "a", to: "b" },
      ],
    });
    specification(fork)
      .given(requested())
      .when(succeeded("a"))
      .thenStep("c", { status: "failed", effect: "none" })
      .thenCalls("UndoA");
  });

  it("takes back a child run as well", () => {
    const beside = saga({
      steps: [{ id: "sub", kind: "saga", saga: "Sub" }, step("b", broken), step("z")],
      edges: [{ from: "sub", to: "z" }],
    });
    specification(beside)
      .given()
      .when(requested())
      .thenRun({ state: "failed", rollback: "nothing_to_undo" })
      .thenCommands({ type: "PublishEvent" });
  });

  it("loses the replies of a dead worker at once, also when only the takeover notices that the run unwinds", () => {
    const beside = saga({
      steps: [
        step("a", { action: { command: "Test.DoA", timeout: "PT10S", retry: { ...twice, attempts: 1 } } }),
        step("b"),
        step("z"),
      ],
      edges: [{ from: "a", to: "z" }],
    });
    specification(beside)
      .given(requested())
      .when({ ...takenOver, at: startOfTime + 20 * second } as never)
      .thenStep("b", { status: "compensating", effect: "unknown" })
      .thenCalls("UndoA", "UndoB");
  });
});

describe("F3: what a 500 left in doubt", () => {
  const spec = specification(saga({ steps: [step("a", { onFailure: "hold" }, twice), step("b")] }));
  const spent = [requested(), broke("a"), wait(second), replied("a", busyOutcome(), "action", 2)] as const;

  it("stays so when the last attempt is told twice that it was not taken", () => {
    spec
      .given(...spent)
      .when(replied("a", busyOutcome(), "action", 2))
      .thenNothingHappens()
      .thenStep("a", { status: "failed", effect: "unknown" });
  });

  it("is settled by a reply to that attempt", () => {
    spec
      .given(...spent)
      .when(replied("a", success, "action", 1))
      .thenStep("a", { status: "completed", effect: "happened" });
  });
});

describe("F7: an item between two attempts", () => {
  it("is not tried again once its step was completed or skipped as a whole", () => {
    const patient = specification(tickets({ attempts: 2 }));
    for (const operation of ["complete", "skip"] as const) {
      patient
        .given(three, item(0, lost("t")))
        .when(asked(operation, { step: "t", result: [] }))
        .thenTransitions(
          "OperationAccepted",
          { type: "StepFailed", item: 0, effect: "unknown" },
          ...(operation === "skip" ? (["StepSkipped"] as const) : (["StepCompleted"] as const)),
          { type: "StepStarted", step: "b" },
        );
      patient
        .given(three, item(0, lost("t")), asked(operation, { step: "t", result: [] }))
        .when(wait(minute))
        .thenNothingHappens();
    }
  });
});

describe("F9: an operation on one item", () => {
  const held = specification(tickets({ onFailure: "hold", concurrency: 2 }));
  const stuck = [three, item(0, declined("t")), item(1, succeeded("t"))] as const;

  it("is for one that is stuck", () => {
    for (const [operation, n] of [
      ["retry", 2],
      ["skip", 2],
      ["complete", 1],
      ["fail", 1],
    ] as const)
      held
        .given(...stuck)
        .when(asked(operation, { step: "t", item: n, result: 1 }))
        .thenRefused("step_state");
  });

  it("that cannot even be sent leaves a person asked", () => {
    const broken = specification(
      tickets({ onFailure: "hold", action: { command: "Air.Buy", input: "${data.missing.x}" } }),
    );
    broken
      .given(three)
      .when(asked("retry", { step: "t" }))
      .thenStep("t", { status: "failed", handling: "hold" })
      .thenRun({ attention: [{ reason: "step_held", step: "t" } as never] });
  });
});

describe("F5: a late effect of one item", () => {
  const tolerant = specification(tickets({ concurrency: 3 }));
  const late: readonly Happening[] = [three, item(2, busy("t")), item(0, declined("t")), item(2, succeeded("t"))];

  it("that a person undid by hand leaves its step as it is while others are under way", () => {
    tolerant
      .given(...late)
      .when(asked("markCompensated", { step: "t", item: 2, evidence: "seen" }))
      .thenTransitions("OperationAccepted", { type: "CompensationCompleted", item: 2 }, "AttentionCleared")
      .thenStep("t", { status: "executing" });
    tolerant
      .given(...late, asked("markCompensated", { step: "t", item: 2, evidence: "seen" }))
      .when(item(1, succeeded("t")))
      .thenCommands({ half: "compensation", item: 1 });
  });
});

describe("F4: one undo at a time", () => {
  it("is not begun anew for a late effect while it is under way", () => {
    const tolerant = saga({ steps: [step("a", { onFailure: "continue" }), step("b")] });
    specification(tolerant)
      .given(requested(), declined("a"), succeeded("a"), declined("b"))
      .when(asked("compensate", { step: "a" }))
      .thenRefused("attempt_open");
  });
});

describe("U6: an undo that was terminated in the middle", () => {
  const spec = specification(saga({ steps: [step("a"), step("b"), step("c")] }));
  const again = [
    requested(),
    succeeded("a"),
    succeeded("b"),
    declined("c"),
    asked("terminate"),
    asked("compensate", { leaveOut: [{ step: "b", reason: "sent" }] }),
  ] as const;

  it("counts when it is heard of before its turn has come again", () => {
    spec
      .given(...again)
      .when(replied("b", success, "compensation", 1))
      .thenTransitions({ type: "CompensationCompleted", step: "b" });
    spec
      .given(...again, replied("b", success, "compensation", 1))
      .when(undone("a"))
      .thenRun({ state: "failed", rollback: "clean" });
  });

  it("is asked of a child run anew, which would take the same question for answered", () => {
    const parent = saga({ steps: [{ id: "sub", kind: "saga", saga: "Sub" }, step("b")] });
    const terminated = [
      requested(),
      accepted("sub"),
      childEnded("sub", {}),
      declined("b"),
      asked("terminate"),
    ] as const;
    specification(parent)
      .given(...terminated)
      .when(asked("compensate"))
      .thenTransitions("OperationAccepted", "UnwindStarted", {
        type: "CompensationStarted",
        step: "sub",
        generation: 2,
      });
  });

  it("keeps its key when its turn comes", () => {
    spec
      .given(requested(), succeeded("a"), declined("b"), undoLost("a"), asked("terminate"))
      .when(asked("compensate"))
      .thenCommands({ half: "compensation", generation: 1, attempt: 2 });
  });
});

function busyOutcome() {
  return { kind: "retryable", error: { code: "busy", message: "" }, whenSpent: "none" } as const;
}
