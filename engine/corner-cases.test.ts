/** Corner cases of engine.md, by rule: what two things at once, things too late and things half known mean. */
import { describe, expect, it } from "vitest";
import { decide } from "./decide";
import { fold } from "./evolve";
import { limits } from "./limits";
import { nextAttemptAt } from "./retry";
import type { RunState } from "./run/state";
import { choice, diamond, pointOfNoReturn, saga, sequence, step, tolerant } from "./testing/sagas";
import {
  asked,
  broke,
  busy,
  declined,
  type Happening,
  lost,
  replied,
  requested,
  runId,
  specification,
  startOfTime,
  succeeded,
  takenOver,
  undoDeclined,
  undoLost,
  undone,
  wait,
} from "./testing/specification";

const second = 1000;
const minute = 60 * second;
const success = { kind: "success", result: 1 } as const;
const refusal = { kind: "terminal", error: { code: "no", message: "" } } as const;

describe("F3: a step between two attempts, after a 5xx", () => {
  const patient = saga({ steps: [step("a"), step("b", {}, { ...retry(), attempts: 2 }), step("c")] });
  const spec = specification(patient);
  const between = [requested(), succeeded("a"), broke("b")] as const;

  it("is unknown when a stop takes the next attempt away, and is undone", () => {
    spec
      .given(...between)
      .when(asked("cancel"))
      .thenStep("b", { status: "compensating", effect: "unknown" })
      .thenCalls("UndoB");
    spec
      .given(...between)
      .when(asked("terminate"))
      .thenStep("b", { status: "failed", effect: "unknown" });
    spec
      .given(...between)
      .when(asked("skip", { step: "b" }))
      .thenStep("b", { status: "skipped", effect: "unknown" });
  });

  it("is not sent anything else under a new key", () => {
    spec
      .given(...between)
      .when(asked("retry", { step: "b", input: { edited: true } }))
      .thenRefused("outcome_unknown");
  });

  it("is known to have failed when the attempt never arrived", () => {
    spec
      .given(requested(), succeeded("a"), busy("b"))
      .when(asked("cancel"))
      .thenStep("b", { status: "failed", effect: "none" })
      .thenCalls("UndoA");
  });

  it("is refused at once by the refusal of an attempt that had timed out", () => {
    spec
      .given(requested(), succeeded("a"), lost("b"))
      .when(replied("b", refusal, "action", 1))
      .thenTransitions("LateReplyRecorded", { type: "StepFailed", effect: "none" }, "UnwindStarted", {
        type: "CompensationStarted",
        step: "a",
      });
  });
});

describe("F4: one key, one request", () => {
  it("keeps the HTTP path of the first attempt whatever upstream turns out to be", () => {
    const path = "/c/${has(steps.b.result.id) ? steps.b.result.id : 'none'}";
    const twice = { ...retry(), attempts: 2 };
    const late = saga({
      steps: [
        step("b", { onFailure: "continue" }),
        step("c", { action: { command: "Test.DoC", retry: twice, http: { path } } }),
      ],
    });
    const { decision } = specification(late)
      .given(requested(), lost("b"), busy("c"), replied("b", { kind: "success", result: { id: 7 } }))
      .when(wait(second));
    expect(decision.commands).toMatchObject([{ attempt: 2, http: { path: "/c/none" } }]);
  });

  it("fails the step, and not the engine, when the path is no text", () => {
    const odd = saga({ steps: [step("a", { action: { command: "Test.DoA", http: { path: "${data.id}" } } })] });
    specification(odd)
      .given()
      .when(requested({ id: 7 }))
      .thenRun({ state: "failed", rollback: "nothing_to_undo" })
      .thenCalls();
  });

  it("fails the step when data would lead its path elsewhere, and encodes what data holds", () => {
    const path = "/orders/${data.id}/cancel";
    const spec = specification(saga({ steps: [step("a", { action: { command: "Test.DoA", http: { path } } })] }));
    spec
      .given()
      .when(requested({ id: ".." }))
      .thenRun({ state: "failed", rollback: "nothing_to_undo" })
      .thenCalls();
    const { decision } = spec.given().when(requested({ id: "../7?x" }));
    expect(decision.commands).toMatchObject([{ http: { path: "/orders/..%2F7%3Fx/cancel" } }]);
  });
});

describe("F5: a late reply", () => {
  const spec = specification(sequence);

  it("that changes nothing leaves a trace, but no log is filled by repeating it", () => {
    const again = (n: number) => ({ ...succeeded("a"), id: `again ${n}` }) as Happening;
    const many = Array.from({ length: limits.repliesIgnored }, (_, n) => again(n));
    spec
      .given(requested(), succeeded("a"), ...many.slice(1))
      .when(again(0))
      .thenTransitions({ type: "ReplyIgnored", why: "duplicate" });
    spec
      .given(requested(), succeeded("a"), ...many)
      .when(again(0))
      .thenNothingHappens();
  });

  it("is not undone under another key while an undo of the step is under way", () => {
    const redone = [asked("terminate"), succeeded("b"), asked("compensate")] as const;
    const again = spec.given(requested(), succeeded("a"), lost("b"), ...redone);
    again.when(asked("compensate", { step: "b" })).thenRefused("attempt_open");
  });

  it("that was recorded while the undo ran is a duplicate afterwards", () => {
    spec
      .given(requested(), succeeded("a"), succeeded("b"), lost("c"), replied("c", success), undone("c"))
      .when(replied("c", success))
      .thenNothingHappens();
    spec
      .given(requested(), succeeded("a"), succeeded("b"), lost("c"), undone("c"))
      .when(replied("c", success))
      .thenTransitions("StepOutcomeSettled", { type: "AttentionRaised", reason: "late_effect", step: "c" });
  });

  it("whose effect came after its undo keeps the end from being clean", () => {
    spec
      .given(requested(), succeeded("a"), succeeded("b"), lost("c"), undone("c"), replied("c", success), undone("b"))
      .when(undone("a"))
      .thenRun({ state: "failed", rollback: "incomplete" });
  });

  it("is undone again under a new key, and told what the action answered", () => {
    const mapped = saga({
      steps: [step("a", { compensation: { command: "Test.UndoA", input: { was: "${original_result}" } } })],
    });
    const { decision } = specification(mapped)
      .given(requested(), lost("a"), undone("a"), replied("a", success))
      .when(asked("compensate", { step: "a" }));
    expect(decision.commands).toMatchObject([{ key: `${runId}:a:2:compensation`, input: { was: 1 } }]);
    specification(mapped)
      .given(requested(), lost("a"), undone("a"), replied("a", success), asked("compensate", { step: "a" }))
      .when(undone("a"))
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
  });

  it("of a step known to have failed, in a run that went on, is told and may be marked undone by hand", () => {
    const went = [requested(), succeeded("a"), declined("b"), succeeded("c")] as const;
    const lateEffect = specification(tolerant)
      .given(...went)
      .when(replied("b", success));
    lateEffect.thenTransitions("StepOutcomeSettled", { reason: "late_effect", step: "b" });
    lateEffect.thenRun({ state: "completed" });
    specification(tolerant)
      .given(...went, replied("b", success))
      .when(asked("compensate", { step: "b" }))
      .thenRefused("run_not_failed");
    specification(tolerant)
      .given(...went, replied("b", success))
      .when(asked("markCompensated", { step: "b", evidence: "Refunded by hand" }))
      .thenRun({ state: "completed", attention: [] });
  });

  it("of an undo counts after the run was terminated, and leaves it ended", () => {
    spec
      .given(requested(), succeeded("a"), declined("b"), asked("terminate"))
      .when(undone("a"))
      .thenStep("a", { status: "compensated" })
      .thenRun({ state: "failed", rollback: "incomplete" });
  });

  it("of an undo's unknown attempt settles it, so that its input may be edited", () => {
    const failed = [requested(), succeeded("a"), declined("b"), undoLost("a")] as const;
    spec
      .given(...failed)
      .when(replied("a", refusal, "compensation", 1))
      .thenTransitions("LateReplyRecorded");
    spec
      .given(...failed, replied("a", refusal, "compensation", 1))
      .when(asked("retryCompensation", { step: "a", input: { edited: true } }))
      .thenTransitions("OperationAccepted", "AttentionCleared", { generation: 2, attempt: 1 });
  });

  it("of failure leaves nothing owed to a step that was skipped while unknown", () => {
    const held = saga({ steps: [step("a", { onFailure: "hold" }), step("b")] });
    specification(held)
      .given(requested(), lost("a"), asked("skip", { step: "a" }), replied("a", refusal, "action", 1))
      .when(declined("b"))
      .thenRun({ state: "failed", rollback: "nothing_to_undo" });
  });

  it("of an earlier generation changes nothing", () => {
    specification(choice)
      .given(requested({ big: true }), succeeded("a"), declined("b"), asked("retry", { step: "b" }))
      .when({ type: "ReplyReceived", step: "b", half: "action", generation: 1, attempt: 1, outcome: refusal })
      .thenNothingHappens();
  });
});

describe("U1: two branches", () => {
  it("that fail at once begin one unwind", () => {
    specification(diamond)
      .given(requested(), succeeded("a"), declined("b"))
      .when(declined("c"))
      .thenTransitions({ type: "StepFailed", handling: "compensate" }, { type: "CompensationStarted", step: "a" })
      .thenRun({ error: expect.objectContaining({ step: "b" }) });
  });

  it("that time out in the moment of the deadline unwind once, as unknown", () => {
    const both = saga({ deadline: "PT5M", steps: [step("a"), step("b"), step("c")], edges: [{ from: "a", to: "c" }] });
    specification(both)
      .given(requested())
      .when(wait(5 * minute))
      .thenTransitions(
        "StepFailed",
        "UnwindStarted",
        "StepFailed",
        { type: "CompensationStarted", step: "b" },
        { type: "CompensationStarted", step: "a" },
      );
  });
});

describe("U3: in sequence", () => {
  it("a step that completed after a person's retry counts from its completion", () => {
    const held = saga({
      undoOrder: "sequence",
      steps: [step("a", { onFailure: "hold" }), step("b"), step("c")],
      edges: [
        { from: "a", to: "c" },
        { from: "b", to: "c" },
      ],
    });
    specification(held)
      .given(requested(), declined("a"), succeeded("b"), asked("retry", { step: "a" }), succeeded("a"))
      .when(declined("c"))
      .thenCalls("UndoA");
  });

  it("an undo is not taken up again beside another", () => {
    const loose = saga({
      undoOrder: "sequence",
      steps: [step("a"), step("b", { onCompensationFailure: "continue" }), step("c")],
    });
    specification(loose)
      .given(requested(), succeeded("a"), succeeded("b"), declined("c"), undoDeclined("b"))
      .when(asked("retryCompensation", { step: "b" }))
      .thenRefused("attempt_open");
  });
});

describe("U5: a stop and an unknown pivot", () => {
  const spec = specification(pointOfNoReturn);
  const unknown = [requested(), succeeded("a"), succeeded("b"), lost("p")] as const;

  it("waits, whoever asks for it, and undoes nothing meanwhile", () => {
    for (const stop of [asked("cancel"), asked("compensate"), wait(60 * minute)])
      spec
        .given(...unknown)
        .when(stop)
        .thenRun({ state: "pending", unwind: expect.objectContaining({ phase: "requested" }) })
        .thenCalls();
  });

  it("goes on as soon as the pivot is known not to have happened, and is void when it did", () => {
    spec
      .given(...unknown, asked("cancel"))
      .when(replied("p", refusal, "action", 1))
      .thenRun({ state: "compensating", cause: "cancelled" });
    spec
      .given(...unknown, asked("cancel"))
      .when(succeeded("p"))
      .thenRun({ unwind: null })
      .thenCalls("DoT");
  });

  it("does not wait for a pivot that is between two attempts and known not to have happened", () => {
    const twice = saga({
      steps: [step("a"), step("p", { class: "pivot", compensation: undefined }, { ...retry(), attempts: 2 })],
    });
    specification(twice)
      .given(requested(), succeeded("a"), busy("p"))
      .when(asked("cancel"))
      .thenRun({ state: "compensating" })
      .thenCalls("UndoA");
    specification(twice)
      .given(requested(), succeeded("a"), asked("cancel"))
      .when(busy("p"))
      .thenRun({ state: "compensating" })
      .thenCalls("UndoA");
  });
});

describe("U6 and U7: an ended run", () => {
  it("is not reopened once an undo of it was marked done, though none was ever sent", () => {
    const broken = saga({
      steps: [step("a", { compensation: { command: "Test.UndoA", input: "${data.no.x}" } }), step("b")],
    });
    specification(broken)
      .given(requested({}), succeeded("a"), declined("b"), asked("markCompensated", { step: "a", evidence: "seen" }))
      .when(asked("retry", { step: "b" }))
      .thenRefused("run_ended");
  });

  it("goes on when it is reopened after its deadline, and says that it is late", () => {
    const limited = saga({ deadline: "PT1M", steps: [step("a")] });
    specification(limited)
      .given(requested(), declined("a"), wait(2 * minute), asked("retry", { step: "a" }))
      .when(wait(second))
      .thenNothingHappens()
      .thenRun({ state: "pending", attention: [expect.objectContaining({ reason: "deadline_passed" })] });
    specification(limited)
      .given(requested(), declined("a"), wait(2 * minute), asked("retry", { step: "a" }))
      .when(succeeded("a"))
      .thenTransitions("StepCompleted", { type: "AttentionCleared", reason: "deadline_passed" }, "RunCompleted")
      .thenRun({ state: "completed", attention: [] });
  });

  it("that was reopened and fails again has failed, and was not unwound on purpose", () => {
    const broken = saga({ steps: [step("a", { action: { command: "Test.DoA", input: "${data.no.x}" } })] });
    const { decision } = specification(broken)
      .given(requested({}))
      .when(asked("retry", { step: "a" }))
      .thenTransitions("OperationAccepted", "RunReopened", "StepFailed", "UnwindStarted", "RunFailed");
    expect(decision.commands).toMatchObject([{ event: "TestFailed" }]);
  });
});

describe("U9: a paused run", () => {
  it("sends no undo, whoever asks", () => {
    const late = [requested(), succeeded("a"), succeeded("b"), lost("c"), undone("c"), replied("c", success)] as const;
    specification(sequence)
      .given(...late, asked("pause"))
      .when(asked("compensate", { step: "c" }))
      .thenRefused("paused");
  });

  it("taken over in an unwind, knows the reply as lost and waits with its undo", () => {
    specification(diamond)
      .given(requested(), succeeded("a"), declined("b"), asked("pause"))
      .when(takenOver)
      .thenStep("c", { status: "failed", effect: "unknown" })
      .thenCalls();
  });
});

describe("D4: the log", () => {
  it("gives the state, also when an operation does nothing else", () => {
    const start = { type: "RunRequested", at: startOfTime, run: runId, data: {}, actor: null } as const;
    const first = decide(sequence, null, start);
    const operation = { operation: "note", reason: "later" } as const;
    const note = { type: "OperationRequested", at: startOfTime + minute, id: "n", actor: "ada", operation } as const;
    const second = decide(sequence, first.state, note);
    const log = [
      { seq: 1, at: startOfTime, actor: null, transitions: first.transitions },
      { seq: 2, at: note.at, actor: "ada", transitions: second.transitions },
    ];
    expect(fold(sequence, log)).toEqual(second.state as RunState);
  });
});

describe("a retry's delay", () => {
  const policy = {
    attempts: 9,
    initial: second,
    factor: 2,
    max: minute,
    jitter: 0.2,
    maxElapsed: 5 * minute,
  };
  const unanswered = (retryAfterMs?: number) =>
    ({ kind: "unknown", error: { code: "timeout", message: "" }, ...(retryAfterMs ? { retryAfterMs } : {}) }) as const;
  const half = (attempt: number) => {
    const { action } = specification(sequence).given(requested()).state().steps[0] as RunState["steps"][number];
    return { run: runId, step: "a", half: "action", state: { ...action, attempt } } as const;
  };

  it("grows within its jitter up to its maximum, and obeys Retry-After as far as maxElapsed", () => {
    for (let attempt = 1; attempt < 9; attempt++) {
      const delay = (nextAttemptAt(policy, half(attempt), startOfTime, unanswered()) as number) - startOfTime;
      const backoff = Math.min(minute, second * 2 ** (attempt - 1));
      expect(delay).toBeGreaterThanOrEqual(backoff * 0.8);
      expect(delay).toBeLessThanOrEqual(backoff * 1.2);
    }
    expect(nextAttemptAt(policy, half(1), startOfTime, unanswered(2 * minute))).toBe(startOfTime + 2 * minute);
    expect(nextAttemptAt(policy, half(1), startOfTime, unanswered(9 * minute))).toBe(startOfTime + 5 * minute);
    expect(nextAttemptAt(policy, half(9), startOfTime, unanswered())).toBeNull();
    expect(nextAttemptAt(policy, half(1), startOfTime + 5 * minute, unanswered())).toBeNull();
  });
});

describe("F7: a list of which several items failed", () => {
  const held = saga({
    steps: [
      {
        id: "each",
        kind: "forEach",
        items: "${data.items}",
        as: "one",
        concurrency: 2,
        action: { command: "Test.Do", retry: retry() },
        compensation: "Test.Undo",
        onFailure: "hold",
      },
    ],
  });
  const replies = (item: number, outcome: typeof success | typeof refusal) =>
    ({ type: "ReplyReceived", step: "each", half: "action", item, outcome }) as const;
  const spec = specification(held);
  const both = [requested({ items: [1, 2] }), replies(0, refusal), replies(1, refusal)] as const;

  it("needs a person once, however many of them are repaired one by one", () => {
    const one = [...both, asked("retry", { step: "each", item: 1 }), replies(1, success)] as const;
    const { attention } = spec.given(...one).state();
    expect(attention).toMatchObject([{ reason: "step_held", step: "each" }]);
    const all = spec.given(...one, asked("retry", { step: "each", item: 0 })).when(replies(0, success));
    all.thenRun({ state: "completed", attention: [] });
  });
});

function retry() {
  return { attempts: 1, initial: "PT1S", factor: 2, max: "PT1M", jitter: 0, maxElapsed: "PT1H" };
}
