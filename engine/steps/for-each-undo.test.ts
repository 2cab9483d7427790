/** The items of a forEach, undone each for itself (engine.md F7, U2, U3, U4). */
import { describe, expect, it } from "vitest";
import { saga, step, tickets } from "../testing/sagas";
import {
  asked,
  declined,
  type Happening,
  item,
  lost,
  replied,
  requested,
  runId,
  specification,
  succeeded,
  undoDeclined,
  undone,
  wait,
} from "../testing/specification";

const three = requested({ passengers: ["ann", "bob", "cy"] });
const bought = (n: number) => item(n, succeeded("t", { seat: n }));
const refused = (n: number) => item(n, declined("t"));
const vanished = (n: number) => item(n, lost("t"));
const refunded = (n: number) => item(n, undone("t"));
const notRefunded = (n: number) => item(n, undoDeclined("t"));
const success = { kind: "success", result: { seat: 7 } } as const;

const all = tickets({ concurrency: 3 });
const spec = specification(all);
const allBought = [three, bought(1), bought(0), bought(2)] as const;

describe("the items of a completed forEach", () => {
  it("are undone with what each was sent and answered, the last settled first, as many at once as they were done", () => {
    const { decision } = spec.given(...allBought).when(declined("b"));
    expect(decision.commands).toMatchObject([
      { half: "compensation", item: 2, key: `${runId}:t:2:1:compensation` },
      { half: "compensation", item: 0, input: { passenger: "ann", item: 0, original_result: { seat: 0 } } },
      { half: "compensation", item: 1 },
    ]);
    const pairs = specification(tickets({ concurrency: 2 }));
    const two = [three, bought(0), bought(1), bought(2)] as const;
    pairs
      .given(...two)
      .when(declined("b"))
      .thenCommands({ item: 2 }, { item: 1 });
    pairs
      .given(...two, declined("b"))
      .when(refunded(2))
      .thenCommands({ item: 0 });
  });

  it("let an undo of their own read the item, its place, and what was sent", () => {
    const input = {
      seat: "${has(original_result.seat) ? original_result.seat : -1}",
      who: "${passenger}",
      n: "${index}",
    };
    const own = specification(tickets({ compensation: { command: "Air.Refund", input } }));
    own
      .given(requested({ passengers: ["ann"] }), bought(0))
      .when(declined("b"))
      .thenCommands({ input: { seat: 0, who: "ann", n: 0 } });
  });

  it("make the step undone when all of them are, and the run clean", () => {
    spec
      .given(...allBought, declined("b"), refunded(1), refunded(0))
      .when(refunded(2))
      .thenTransitions(
        { type: "CompensationCompleted", item: 2 },
        { type: "CompensationCompleted", step: "t" },
        { type: "RunFailed", rollback: "clean" },
      )
      .thenStep("t", { status: "compensated" });
  });

  it("keep what comes before them waiting until the last is undone", () => {
    const after = saga({ steps: [step("a"), ...all.document.steps] });
    const failed = [three, succeeded("a"), bought(0), bought(1), bought(2), declined("b")] as const;
    specification(after)
      .given(...failed, refunded(2))
      .when(refunded(1))
      .thenCalls();
    specification(after)
      .given(...failed, refunded(2), refunded(1))
      .when(refunded(0))
      .thenCalls("UndoA");
  });
});

describe("an item that failed", () => {
  it("owes nothing; those that completed or are unknown owe their undo, whatever the step's status", () => {
    spec
      .given(three, bought(0), vanished(1))
      .when(refused(2))
      .thenStep("t", { status: "compensating", effect: "unknown" })
      .thenCommands({ item: 1, half: "compensation" }, { item: 0, half: "compensation" });
    const tolerant = specification(tickets({ concurrency: 3, onFailure: "continue" }));
    tolerant
      .given(three, bought(0), vanished(1), refused(2))
      .when(declined("b"))
      .thenCommands({ item: 1 }, { item: 0 });
    const held = specification(tickets({ concurrency: 3, onFailure: "hold" }));
    held
      .given(three, bought(0), vanished(1), refused(2), asked("skip", { step: "t" }))
      .when(declined("b"))
      .thenCommands({ item: 1 }, { item: 0 });
  });

  it("is undone itself when the step says always, and an unknown one never when it says never", () => {
    specification(tickets({ concurrency: 3, compensateSelf: "always" }))
      .given(three, bought(0), bought(1))
      .when(refused(2))
      .thenCommands({ item: 2 }, { item: 1 }, { item: 0 });
    const never = specification(tickets({ concurrency: 3, compensateSelf: "never" }));
    never.given(three, bought(0), vanished(1)).when(refused(2)).thenCommands({ item: 0 });
    never
      .given(three, bought(0), vanished(1), refused(2))
      .when(refunded(0))
      .thenRun({ state: "failed", rollback: "incomplete", residue: ["t"] });
  });

  it("is told in the residue when nothing undoes it", () => {
    specification(tickets({ concurrency: 3, class: "irreversible", compensation: undefined }))
      .given(three, bought(0), refused(1))
      .when(bought(2))
      .thenRun({ state: "failed", rollback: "nothing_to_undo", residue: ["t"] });
  });
});

describe("items under way when the run unwinds", () => {
  it("settle first; items not begun stay so", () => {
    const pairs = specification(tickets({ concurrency: 2 }));
    pairs.given(three, bought(0), asked("cancel")).when(bought(1)).thenTransitions({ type: "StepCompleted", item: 1 });
    const { thenStep } = pairs
      .given(three, bought(0), asked("cancel"), bought(1))
      .when(vanished(2))
      .thenCommands({ item: 2, half: "compensation" }, { item: 1, half: "compensation" });
    thenStep("t", { status: "compensating" });
    const one = specification(tickets({}));
    one
      .given(three, asked("cancel"))
      .when(bought(0))
      .thenTransitions(
        { type: "StepCompleted", item: 0 },
        { type: "StepFailed", step: "t", error: expect.objectContaining({ code: "stopped" }) },
        { type: "CompensationStarted", item: 0 },
      );
  });

  it("that all complete make the step completed, and undone", () => {
    spec
      .given(three, bought(0), bought(1), asked("cancel"))
      .when(bought(2))
      .thenTransitions(
        { type: "StepCompleted", item: 2 },
        { type: "StepCompleted", step: "t", taken: null },
        { type: "CompensationStarted", item: 2 },
        { type: "CompensationStarted", item: 1 },
        { type: "CompensationStarted", item: 0 },
      );
  });
});

describe("late replies of items", () => {
  it("before the undo starts settle the item to completed", () => {
    const after = specification(tickets({ concurrency: 1, undoOrder: "sequence" }));
    const known = after
      .given(requested({ passengers: ["ann", "bob"] }), bought(0), vanished(1), refunded(1), asked("pause"))
      .when(item(1, replied("t", success, "action", 1)));
    known.thenTransitions("StepOutcomeSettled", { type: "AttentionRaised", reason: "late_effect", step: "t", item: 1 });
    const early = after
      .given(requested({ passengers: ["ann", "bob"] }), bought(0), asked("pause"), vanished(1))
      .when(item(1, replied("t", success, "action", 1)));
    early.thenTransitions({ type: "StepOutcomeSettled", item: 1, effect: "happened" });
  });

  it("while the undo runs are recorded", () => {
    spec
      .given(three, bought(0), bought(1), vanished(2))
      .when(item(2, replied("t", success, "action", 1)))
      .thenTransitions({ type: "LateReplyRecorded", item: 2, half: "action", result: { seat: 7 } });
  });

  it("after the undo ask for that item to be undone again, and for no other", () => {
    const late = [three, bought(0), bought(1), vanished(2), refunded(2)] as const;
    const told = [...late, item(2, replied("t", success, "action", 1))] as const;
    spec
      .given(...told)
      .when(asked("compensate", { step: "t" }))
      .thenCommands({ item: 2, key: `${runId}:t:2:2:compensation` });
    spec
      .given(...told)
      .when(asked("compensate", { step: "t", item: 1 }))
      .thenRefused("step_state");
    spec
      .given(...told, refunded(1))
      .when(refunded(0))
      .thenRun({ state: "failed", rollback: "incomplete" });
    spec
      .given(...told, refunded(1), refunded(0), asked("compensate", { step: "t" }))
      .when(refunded(2))
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
  });

  it("of an item known to have failed, in a run that went on, raise a late effect of that item", () => {
    const tolerant = specification(tickets({ concurrency: 3, onFailure: "continue" }));
    tolerant
      .given(three, bought(0), bought(1), refused(2), succeeded("b"))
      .when(bought(2))
      .thenTransitions("StepOutcomeSettled", { reason: "late_effect", step: "t", item: 2 });
  });
});

describe("a failed undo of one item", () => {
  const failed = [...allBought, declined("b"), refunded(2), notRefunded(1)] as const;

  it("holds the run and asks one person once, while the others go on", () => {
    spec
      .given(...allBought, declined("b"), refunded(2))
      .when(notRefunded(1))
      .thenTransitions(
        { type: "CompensationFailed", item: 1, handling: "hold" },
        { type: "AttentionRaised", reason: "compensation_failed", step: "t" },
      );
    spec
      .given(...failed)
      .when(notRefunded(0))
      .thenTransitions({ type: "CompensationFailed", item: 0, handling: "hold" })
      .thenStep("t", { status: "compensation_failed", handling: "hold" })
      .thenRun({ state: "compensating" });
  });

  it("is retried alone or with the others that failed, under a new key", () => {
    const both = [...failed, notRefunded(0)] as const;
    spec
      .given(...both)
      .when(asked("retryCompensation", { step: "t" }))
      .thenCommands({ item: 0, key: `${runId}:t:0:2:compensation` }, { item: 1, key: `${runId}:t:1:2:compensation` })
      .thenRun({ attention: [] });
    spec
      .given(...both)
      .when(asked("retryCompensation", { step: "t", item: 1, input: { edited: true } }))
      .thenCommands({ item: 1, input: { edited: true } })
      .thenRun({ attention: [{ reason: "compensation_failed", step: "t" } as never] });
  });

  it("may be marked done by hand, and then all is undone", () => {
    spec
      .given(...failed, refunded(0))
      .when(asked("markCompensated", { step: "t", item: 1, evidence: "refund 7" }))
      .thenStep("t", { status: "compensated" })
      .thenRun({ state: "failed", rollback: "clean", attention: [] });
    spec
      .given(...failed)
      .when(asked("markCompensated", { step: "t", item: 0, evidence: "refund 7" }))
      .thenRefused("attempt_open");
    spec
      .given(...failed, refunded(0))
      .when(asked("markCompensated", { step: "t", item: 0, evidence: "refund 7" }))
      .thenRefused("step_state");
  });

  it("that may be passed over ends the run incomplete", () => {
    const loose = specification(tickets({ concurrency: 3, onCompensationFailure: "continue" }));
    loose
      .given(...failed)
      .when(refunded(0))
      .thenStep("t", { status: "compensation_failed", handling: "continue" })
      .thenRun({ state: "failed", rollback: "incomplete" });
    loose
      .given(...failed, refunded(0), asked("compensate"))
      .when(refunded(1))
      .thenStep("t", { status: "compensated" })
      .thenRun({ state: "failed", rollback: "clean" });
  });

  it("whose input cannot be made is held like any other", () => {
    const broken = specification(
      tickets({ concurrency: 3, compensation: { command: "Air.Refund", input: "${data.missing.x}" } }),
    );
    broken
      .given(...allBought)
      .when(declined("b"))
      .thenStep("t", { status: "compensation_failed", handling: "hold" })
      .thenRun({ attention: [{ reason: "compensation_failed", step: "t" } as never] })
      .thenCalls();
  });
});

describe("in sequence", () => {
  /** Three tickets beside step x; then b fails. */
  const beside = saga({
    undoOrder: "sequence",
    steps: [...tickets({ concurrency: 3 }).document.steps, step("x")],
    edges: [
      { from: "t", to: "b" },
      { from: "x", to: "b" },
    ],
  });
  const mixed: readonly Happening[] = [three, bought(2), succeeded("x"), bought(0), bought(1), declined("b")];
  const sequence = specification(beside);

  it("items are undone singly by the order in which they settled, other steps between them", () => {
    sequence
      .given(...mixed.slice(0, -1))
      .when(declined("b"))
      .thenCommands({ item: 1 });
    sequence
      .given(...mixed)
      .when(refunded(1))
      .thenCommands({ item: 0 });
    sequence
      .given(...mixed, refunded(1))
      .when(refunded(0))
      .thenCommands({ step: "x" });
    sequence
      .given(...mixed, refunded(1), refunded(0))
      .when(undone("x"))
      .thenCommands({ item: 2 });
    sequence
      .given(...mixed, refunded(1), refunded(0), undone("x"))
      .when(refunded(2))
      .thenRun({ state: "failed", rollback: "clean" });
  });

  it("nothing is undone while an item is under way", () => {
    sequence.given(three, bought(0), succeeded("x"), bought(1), asked("cancel")).when(wait(1)).thenNothingHappens();
  });

  it("down to a step, what settled before it stays, items too", () => {
    const completed = [...mixed.slice(0, -1), succeeded("b")] as const;
    sequence
      .given(...completed, asked("compensate", { downTo: "x" }), undone("b"), refunded(1))
      .when(refunded(0))
      .thenTransitions("CompensationCompleted", { type: "AttentionRaised", reason: "unwind_stopped", step: "x" })
      .thenRun({ state: "compensating" })
      .thenCalls();
    sequence
      .given(...completed, asked("compensate", { downTo: "x" }), undone("b"), refunded(1), refunded(0))
      .when(asked("compensate"))
      .thenCommands({ step: "x" });
  });
});
