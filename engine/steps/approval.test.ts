/** Approvals and the four-eyes rule (engine.md section 3, F14). */
import { describe, expect, it } from "vitest";
import { plan } from "../plan";
import { saga, step } from "../testing/sagas";
import {
  approved,
  asked,
  by,
  declined,
  type Happening,
  lost,
  rejected,
  requested,
  signalled,
  specification,
  startOfTime,
  succeeded,
  wait,
} from "../testing/specification";

const hour = 3_600_000;
const agree = { id: "agree", kind: "approval", approvers: { role: "operator" }, due: "PT1H" } as const;
const plain = specification(saga({ steps: [step("a"), agree, step("b")] }));
const waiting = [requested(), succeeded("a")] as const;

describe("an approval", () => {
  it("waits for a person until it is due", () => {
    plain
      .given(requested())
      .when(succeeded("a"))
      .thenTransitions("StepCompleted", { type: "StepWaits", step: "agree", generation: 1, dueAt: startOfTime + hour })
      .thenCalls();
  });

  it("when approved has the decision, the form and who decided as its result", () => {
    plain
      .given(...waiting)
      .when(by("grace", approved("agree", { form: { limit: 5 }, comment: "fine" })))
      .thenTransitions(
        { type: "ApprovalDecided", step: "agree", decision: "approve", comment: "fine" },
        { type: "StepCompleted", result: { decision: "approve", form: { limit: 5 }, by: "grace" } },
        { type: "StepStarted", step: "b" },
      );
  });

  it("when rejected has failed, and says by whom and why", () => {
    plain
      .given(...waiting)
      .when(by("grace", rejected("agree", { form: { because: 1 }, comment: "too dear" })))
      .thenTransitions(
        "ApprovalDecided",
        {
          type: "StepFailed",
          effect: "none",
          error: {
            code: "rejected",
            message: "Rejected by grace: too dear",
            detail: { form: { because: 1 }, by: "grace" },
          },
        },
        "UnwindStarted",
        { type: "CompensationStarted", step: "a" },
      );
  });

  it("that is overdue has failed", () => {
    plain
      .given(...waiting)
      .when(wait(hour - 1))
      .thenNothingHappens();
    plain
      .given(...waiting)
      .when(wait(hour))
      .thenStep("agree", { status: "failed", action: { error: { code: "overdue" } } })
      .thenRun({ state: "compensating" });
  });

  it("is decided once", () => {
    plain
      .given(...waiting, approved("agree"))
      .when(rejected("agree"))
      .thenRefused("already_decided")
      .thenTransitions({ type: "DecisionRefused", step: "agree", code: "already_decided" });
    plain
      .given(...waiting, wait(hour))
      .when(approved("agree"))
      .thenRefused("already_decided");
    plain
      .given(...waiting, asked("cancel"))
      .when(approved("agree"))
      .thenRefused("already_decided");
  });

  it("is asked of nobody before its turn, nor in a step that is none", () => {
    plain.given(requested()).when(approved("agree")).thenRefused("already_decided");
    plain.given(requested()).when(approved("a")).thenRefused("no_such_approval");
    plain.given(requested()).when(approved("nobody")).thenRefused("no_such_approval");
  });

  it("asked anew takes no decision on the request before", () => {
    const held = specification(saga({ steps: [{ ...agree, onFailure: "hold" }, step("b")] }));
    const again = [requested(), rejected("agree"), asked("retry", { step: "agree" })] as const;
    held
      .given(...again.slice(0, 2))
      .when(asked("retry", { step: "agree" }))
      .thenTransitions("OperationAccepted", "AttentionCleared", { type: "StepWaits", generation: 2 });
    held
      .given(...again)
      .when(approved("agree", { generation: 1 }))
      .thenRefused("already_decided");
    held
      .given(...again)
      .when(approved("agree", { generation: 2 }))
      .thenCalls("DoB");
  });

  it("counts while the run is paused; what follows waits for the resume", () => {
    plain
      .given(...waiting, asked("pause"))
      .when(approved("agree"))
      .thenStep("agree", { status: "completed" })
      .thenCalls();
  });

  it("is answered by no service, whatever it replies", () => {
    for (const reply of [succeeded("agree", { decision: "approve" }), declined("agree")])
      plain
        .given(...waiting)
        .when({ ...reply, id: "r1" } as Happening)
        .thenTransitions({ type: "ReplyIgnored", id: "r1", why: "not_called" })
        .thenStep("agree", { status: "executing" });
  });

  it("leaves nothing to undo", () => {
    plain
      .given(...waiting, approved("agree"))
      .when(declined("b"))
      .thenCalls("UndoA");
  });
});

describe("four eyes", () => {
  const careful = saga({
    steps: [step("a", { onFailure: "hold" }), { ...agree, fourEyes: true, onFailure: "hold" }, step("b")],
  });
  const spec = specification(careful);
  const started = (...persons: string[]): readonly Happening[] => [requested({}, { persons }), succeeded("a")];

  it("let another person decide", () => {
    spec
      .given(...started("ada"))
      .when(by("grace", approved("agree")))
      .thenCalls("DoB");
  });

  it("refuse whoever is behind the start, through API keys and parents too, approving or rejecting", () => {
    for (const decision of [approved("agree"), rejected("agree")]) {
      for (const person of ["ada", "linus"])
        spec
          .given(...started("ada", "linus"))
          .when(by(person, decision))
          .thenRefused("four_eyes");
    }
  });

  it("refuse a decider of whom nobody knows who it is", () => {
    spec
      .given(...started("ada"))
      .when(by(null, approved("agree")))
      .thenRefused("four_eyes");
  });

  it("refuse everybody when nobody knows who started, whoever edited something since", () => {
    spec
      .given(...started())
      .when(by("grace", approved("agree")))
      .thenRefused("starter_unknown");
    const edited = [
      requested({}),
      declined("a"),
      by("linus", asked("retry", { step: "a", input: { edited: true } })),
      succeeded("a"),
    ];
    spec
      .given(...edited)
      .when(by("grace", approved("agree")))
      .thenRefused("starter_unknown");
  });

  it("refuse whoever edited an input or gave a result since", () => {
    const retried = by("linus", asked("retry", { step: "a", input: { edited: true } }));
    spec
      .given(requested({}, { persons: ["ada"] }), declined("a"), retried, succeeded("a"))
      .when(by("linus", approved("agree")))
      .thenRefused("four_eyes");
    for (const operation of ["complete", "skip"] as const) {
      const given = by("linus", asked(operation, { step: "a", result: { by: "hand" } }));
      spec
        .given(requested({}, { persons: ["ada"] }), declined("a"), given)
        .when(by("linus", approved("agree")))
        .thenRefused("four_eyes");
      spec
        .given(requested({}, { persons: ["ada"] }), declined("a"), given)
        .when(by("grace", approved("agree")))
        .thenCalls("DoB");
    }
  });

  it("refuse everybody once somebody unknown edited an input or gave a result", () => {
    for (const operation of [asked("complete", { step: "a", result: 1 }), asked("skip", { step: "a", result: 1 })])
      spec
        .given(requested({}, { persons: ["ada"] }), declined("a"), by(null, operation))
        .when(by("grace", approved("agree")))
        .thenRefused("starter_unknown");
    const edited = by(null, asked("retry", { step: "a", input: {} }));
    spec
      .given(requested({}, { persons: ["ada"] }), declined("a"), edited, succeeded("a"))
      .when(by("grace", approved("agree")))
      .thenRefused("starter_unknown");
  });

  it("refuse whoever answered in the place of a service, in time or late", () => {
    const given = (person: string | null) => ({ ...succeeded("a"), actor: "key", person }) as Happening;
    for (const before of [[], [lost("a")]]) {
      const answered = [requested({}, { persons: ["ada"] }), ...before] as const;
      spec
        .given(...answered, given("linus"))
        .when(by("linus", approved("agree")))
        .thenRefused("four_eyes");
      spec
        .given(...answered, given("linus"))
        .when(by("grace", approved("agree")))
        .thenCalls("DoB");
      spec
        .given(...answered, given(null))
        .when(by("grace", approved("agree")))
        .thenRefused("starter_unknown");
      spec
        .given(...answered, succeeded("a"))
        .when(by("linus", approved("agree")))
        .thenCalls("DoB");
    }
  });

  it("refuse whoever sent the signal whose data are a result, and nobody whose signal was not taken", () => {
    const paid = { id: "paid", kind: "signal", signal: "Paid" } as const;
    const signed = specification(saga({ steps: [step("a"), paid, { ...agree, fourEyes: true }, step("b")] }));
    const begun = requested({}, { persons: ["ada"] });
    const sent = (person: string, signal: string) => ({ ...signalled(signal, 1, signal), person }) as Happening;
    for (const history of [
      [begun, succeeded("a"), sent("linus", "Paid"), sent("grace", "Other")],
      [begun, sent("linus", "Paid"), sent("grace", "Other"), succeeded("a")],
    ]) {
      signed
        .given(...history)
        .when(by("linus", approved("agree")))
        .thenRefused("four_eyes");
      signed
        .given(...history)
        .when(by("grace", approved("agree")))
        .thenCalls("DoB");
    }
  });

  it("do not mind who only retried, paused or noted", () => {
    const others = [
      declined("a"),
      by("linus", asked("retry", { step: "a" })),
      by("linus", asked("note")),
      succeeded("a"),
    ];
    spec
      .given(requested({}, { persons: ["ada"] }), ...others)
      .when(by("linus", approved("agree")))
      .thenCalls("DoB");
  });

  it("rule a completion, a skip and a retry of the approval by hand as well", () => {
    for (const person of ["ada", null]) {
      spec
        .given(...started("ada"))
        .when(by(person, asked("complete", { step: "agree", result: {} })))
        .thenRefused("four_eyes");
      spec
        .given(...started("ada"))
        .when(by(person, asked("skip", { step: "agree" })))
        .thenRefused("four_eyes");
      spec
        .given(...started("ada"), by("grace", rejected("agree")))
        .when(by(person, asked("retry", { step: "agree" })))
        .thenRefused("four_eyes");
    }
    spec
      .given(...started("ada"))
      .when(by("grace", asked("skip", { step: "agree" })))
      .thenCalls("DoB");
    spec
      .given(...started("ada"), by("grace", rejected("agree")))
      .when(by("grace", asked("retry", { step: "agree" })))
      .thenTransitions("OperationAccepted", "AttentionCleared", "StepWaits");
  });

  it("do not make an editor of whoever gives the approval's own result by hand", () => {
    spec
      .given(...started("ada"))
      .when(by("grace", asked("complete", { step: "agree", result: {} })))
      .thenCalls("DoB");
  });

  it("leave the steps that are no approval alone", () => {
    spec
      .given(requested({}, { persons: ["ada"] }), declined("a"))
      .when(by("ada", asked("skip", { step: "a" })))
      .thenTransitions("OperationAccepted", "StepSkipped", "AttentionCleared", "StepWaits");
  });

  it("are asked when a plan is made, too", () => {
    const state = spec.given(...started("ada")).state();
    const skip = { operation: "skip", step: "agree", reason: "r" } as const;
    expect(plan(careful, state, skip, startOfTime, "ada")).toMatchObject({ refused: { code: "four_eyes" } });
    expect(plan(careful, state, skip, startOfTime, "grace")).toMatchObject({ forward: [{ step: "b" }] });
  });
});
