/** The probe: asked when nobody knows what an action did (engine.md F11). */
import { describe, expect, it } from "vitest";
import type { Json } from "./json";
import { saga, step, tickets } from "./testing/sagas";
import {
  accepted,
  answered,
  asked,
  busy,
  declined,
  item,
  lost,
  replied,
  requested,
  runId,
  specification,
  startOfTime,
  succeeded,
  takenOver,
  undone,
  wait,
} from "./testing/specification";
import { nextWake } from "./wake";

const second = 1000;
const minute = 60 * second;
const retry = (attempts: number) => ({
  attempts,
  initial: "PT1S",
  factor: 2,
  max: "PT1M",
  jitter: 0,
  maxElapsed: "PT1H",
});
const probe = { command: "Test.Find", retry: retry(2) };
const probed = saga({ steps: [step("a"), step("b", { probe }), step("c")] });
const spec = specification(probed);
const vanished = [requested({ n: 1 }), succeeded("a"), lost("b")] as const;
const error = { code: "no", message: "No" };
const no = { kind: "terminal", error } as const;
const away = { kind: "retryable", error, whenSpent: "none" } as const;

describe("a probe", () => {
  it("is sent when the attempts are spent and one of them is unknown, with the action's key", () => {
    spec
      .given(...vanished.slice(0, 2))
      .when(lost("b"))
      .thenTransitions({ type: "ProbeStarted", step: "b", attempt: 1, after: expect.anything() })
      .thenStep("b", { status: "executing" })
      .thenCommands({
        half: "probe",
        command: "Find",
        key: `${runId}:b:1:action`,
        input: { n: 1, saga_id: runId, step_name: "b", action_key: `${runId}:b:1:action` },
      });
    const twice = specification(saga({ steps: [step("b", { probe }, retry(2))] }));
    twice.given(requested()).when(lost("b")).thenTransitions("StepRetryScheduled").thenCalls();
    twice.given(requested(), lost("b"), wait(second)).when(busy("b")).thenCalls("Find");
  });

  it("is not sent when it is known what happened", () => {
    spec
      .given(...vanished.slice(0, 2))
      .when(declined("b"))
      .thenCalls("UndoA");
    spec
      .given(...vanished.slice(0, 2))
      .when(busy("b"))
      .thenCalls("UndoA");
  });

  it("reads what the action was sent", () => {
    const input = { was: "${original_input.n}", key: "${action_key}" };
    const own = specification(saga({ steps: [step("b", { probe: { ...probe, input } })] }));
    own
      .given(requested({ n: 1 }))
      .when(lost("b"))
      .thenCommands({ input: { was: 1, key: `${runId}:b:1:action` } });
  });

  it("that says yes completes the step with the result it tells", () => {
    spec
      .given(...vanished)
      .when(answered("b", { happened: true, result: { id: 7 } }))
      .thenTransitions({ type: "StepCompleted", step: "b", result: { id: 7 }, by: "probe" }, { step: "c" });
    spec
      .given(...vanished)
      .when(answered("b", { happened: true }))
      .thenStep("b", { status: "completed", result: null });
  });

  it("that says no, and that it can no longer happen, makes the failure a known one", () => {
    spec
      .given(...vanished)
      .when(answered("b", { happened: false, fenced: true }))
      .thenTransitions(
        { type: "StepOutcomeSettled", step: "b", effect: "none" },
        { type: "StepFailed", step: "b", effect: "none" },
        "UnwindStarted",
        { type: "CompensationStarted", step: "a" },
      );
  });

  it("that says anything else leaves the outcome unknown", () => {
    const others: Json[] = [{ happened: false }, { happened: "yes" }, { fenced: true }, {}, null, true, "no", [true]];
    for (const other of others)
      spec
        .given(...vanished)
        .when(answered("b", other))
        .thenTransitions({ type: "StepFailed", step: "b", effect: "unknown" }, "UnwindStarted", {
          type: "CompensationStarted",
          step: "b",
        });
  });

  it("that gets no answer is asked again as its policy says, then given up", () => {
    spec
      .given(...vanished)
      .when(replied("b", away, "probe"))
      .thenTransitions({ type: "ProbeRetryScheduled", attempt: 1, retryAt: startOfTime + second });
    expect(nextWake(spec.given(...vanished, replied("b", away, "probe")).state())).toBe(startOfTime + second);
    const again = [...vanished, replied("b", away, "probe"), wait(second)] as const;
    spec
      .given(...again.slice(0, -1))
      .when(wait(second))
      .thenCommands({ half: "probe", attempt: 2 });
    spec
      .given(...again)
      .when(replied("b", away, "probe"))
      .thenStep("b", { status: "compensating", effect: "unknown" });
    spec
      .given(...vanished)
      .when(replied("b", no, "probe"))
      .thenStep("b", { status: "compensating", effect: "unknown" });
  });

  it("has a time-out of its own", () => {
    spec
      .given(...vanished)
      .when(wait(5 * minute))
      .thenTransitions("ProbeRetryScheduled");
  });

  it("is asked again after a worker's death, unless the service had taken it", () => {
    spec
      .given(...vanished)
      .when(takenOver)
      .thenCommands({ half: "probe", attempt: 1, again: true });
    spec
      .given(...vanished, accepted("b", { half: "probe" }))
      .when(takenOver)
      .thenNothingHappens();
  });

  it("whose input cannot be made asks nobody", () => {
    const broken = specification(saga({ steps: [step("b", { probe: { ...probe, input: "${data.missing.x}" } })] }));
    broken.given(requested()).when(lost("b")).thenCalls("UndoB");
  });

  it("is answered by the action's own late reply", () => {
    spec
      .given(...vanished)
      .when(succeeded("b"))
      .thenTransitions("StepCompleted", "StepStarted");
    spec
      .given(...vanished)
      .when(replied("b", no, "action", 1))
      .thenTransitions("LateReplyRecorded", { type: "StepFailed", effect: "none" }, "UnwindStarted", { step: "a" });
    spec
      .given(...vanished, succeeded("b"))
      .when(answered("b", { happened: false, fenced: true }))
      .thenNothingHappens();
  });

  it("lets a person settle the step between two questions, not while one is open", () => {
    const between = [...vanished, replied("b", away, "probe")] as const;
    spec
      .given(...vanished)
      .when(asked("complete", { step: "b", result: 1 }))
      .thenRefused("attempt_open");
    spec
      .given(...between)
      .when(asked("complete", { step: "b", result: 1 }))
      .thenCalls("DoC");
    spec
      .given(...between)
      .when(asked("fail", { step: "b", effect: "none" }))
      .thenStep("b", { status: "failed", effect: "none" })
      .thenCalls("UndoA");
    spec
      .given(...between)
      .when(asked("skip", { step: "b" }))
      .thenStep("b", { status: "skipped", effect: "unknown" });
    spec
      .given(...between, asked("retry", { step: "b" }))
      .when(wait(second))
      .thenNothingHappens();
  });

  it("is asked anew, by its whole policy, after a person's retry ended unknown again", () => {
    const held = specification(saga({ steps: [step("b", { probe, onFailure: "hold" })] }));
    const again = [requested(), lost("b"), replied("b", away, "probe"), wait(second)] as const;
    const once = [...again, replied("b", away, "probe"), asked("retry", { step: "b" })] as const;
    held
      .given(...once)
      .when(lost("b"))
      .thenCommands({ half: "probe", attempt: 3 });
    held
      .given(...once, lost("b"))
      .when(replied("b", away, "probe"))
      .thenTransitions("ProbeRetryScheduled");
  });
});

describe("a probe of one item", () => {
  it("asks about that item", () => {
    specification(tickets({ probe: { command: "Air.Find", retry: retry(1) } }))
      .given(requested({ passengers: ["ann"] }))
      .when(item(0, lost("t")))
      .thenCommands({ item: 0, key: `${runId}:t:0:1:action`, input: expect.objectContaining({ passenger: "ann" }) });
    specification(tickets({ probe: { command: "Air.Find", retry: retry(1) } }))
      .given(requested({ passengers: ["ann"] }), item(0, lost("t")))
      .when(item(0, answered("t", { happened: true, result: { seat: 1 } })))
      .thenStep("t", { status: "completed", result: [{ seat: 1 }] });
  });
});

describe("in an unwind", () => {
  const beside = saga({
    steps: [step("a"), step("b", { probe }), step("c")],
    edges: [
      { from: "a", to: "b" },
      { from: "a", to: "c" },
    ],
  });

  it("a probe still asks, and goes on to ask", () => {
    specification(beside).given(requested(), succeeded("a"), declined("c")).when(lost("b")).thenCalls("Find");
    specification(beside)
      .given(requested(), succeeded("a"), declined("c"))
      .when(wait(5 * minute))
      .thenCalls("Find");
    specification(beside).given(requested(), succeeded("a"), declined("c")).when(takenOver).thenCalls("Find");
    specification(beside)
      .given(requested(), succeeded("a"), declined("c"), lost("b"), replied("b", away, "probe"))
      .when(wait(second))
      .thenCalls("Find");
  });

  it("a step between two attempts is asked about when the run begins to unwind", () => {
    const patient = saga({
      steps: [step("a"), step("b", { probe }, retry(2)), step("c")],
      edges: [
        { from: "a", to: "b" },
        { from: "a", to: "c" },
      ],
    });
    specification(patient).given(requested(), succeeded("a"), lost("b")).when(declined("c")).thenCalls("Find");
    specification(patient).given(requested(), succeeded("a"), busy("b")).when(declined("c")).thenCalls("UndoA");
  });

  it("what happened is undone with its result, what did not is not undone", () => {
    const asking = [requested(), succeeded("a"), declined("c"), lost("b")] as const;
    specification(beside)
      .given(...asking)
      .when(answered("b", { happened: true, result: { id: 7 } }))
      .thenTransitions({ type: "StepCompleted", taken: null }, { type: "CompensationStarted", step: "b" })
      .thenCommands({ input: expect.objectContaining({ original_result: { id: 7 } }) });
    specification(beside)
      .given(...asking)
      .when(answered("b", { happened: false, fenced: true }))
      .thenCalls("UndoA");
    specification(beside)
      .given(...asking, answered("b", {}))
      .when(undone("b"))
      .thenCalls("UndoA");
  });
});

describe("while the run is paused", () => {
  it("nobody is asked; the question is put on resume", () => {
    const { state } = spec
      .given(requested({ n: 1 }), succeeded("a"), asked("pause"))
      .when(lost("b"))
      .thenTransitions({ type: "ProbeRetryScheduled", attempt: 0, after: expect.anything() })
      .thenStep("b", { status: "executing" })
      .thenCalls();
    expect(nextWake(state)).toBe(null);
    spec
      .given(requested({ n: 1 }), succeeded("a"), asked("pause"), lost("b"), asked("resume"))
      .when(wait(0))
      .thenCommands({ half: "probe", attempt: 1, key: `${runId}:b:1:action` });
  });
});

describe("a pivot of which nobody knows", () => {
  const pivot = saga({ steps: [step("a"), step("p", { class: "pivot", compensation: undefined, probe }), step("t")] });
  const unknown = [requested(), succeeded("a"), lost("p")] as const;

  it("is asked about first; nothing is undone meanwhile", () => {
    specification(pivot)
      .given(...unknown.slice(0, 2))
      .when(lost("p"))
      .thenCalls("Find");
    specification(pivot)
      .given(...unknown)
      .when(asked("cancel"))
      .thenRun({ unwind: expect.objectContaining({ phase: "requested" }) })
      .thenCalls();
  });

  it("that happened is the point of no return", () => {
    specification(pivot)
      .given(...unknown, asked("cancel"))
      .when(answered("p", { happened: true }))
      .thenRun({ unwind: null })
      .thenCalls("DoT");
  });

  it("that did not lets the run unwind", () => {
    specification(pivot)
      .given(...unknown)
      .when(answered("p", { happened: false, fenced: true }))
      .thenRun({ state: "compensating" })
      .thenCalls("UndoA");
  });

  it("is held when the probe cannot tell either", () => {
    specification(pivot)
      .given(...unknown)
      .when(answered("p", { happened: false }))
      .thenTransitions(
        { type: "StepFailed", effect: "unknown", handling: "hold" },
        { type: "AttentionRaised", reason: "pivot_unknown", step: "p" },
      );
  });
});
