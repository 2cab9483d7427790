/** A command for each item of a list, forward (engine.md F7). The undos: for-each-undo.test.ts. */
import { describe, expect, it } from "vitest";
import { limits } from "../limits";
import { tickets } from "../testing/sagas";
import {
  accepted,
  asked,
  broke,
  busy,
  declined,
  type Happening,
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
} from "../testing/specification";
import { nextWake } from "../wake";

const second = 1000;
const minute = 60 * second;
const three = requested({ passengers: ["ann", "bob", "cy"] });
const bought = (n: number) => item(n, succeeded("t", { seat: n }));
const refused = (n: number) => item(n, declined("t"));
const vanished = (n: number) => item(n, lost("t"));

const two = specification(tickets({ concurrency: 2 }));
const one = specification(tickets({}));

/** Each item's status and effect. */
function itemsOf(spec: typeof one, ...happened: readonly Happening[]): readonly string[] {
  const s = spec
    .given(...happened)
    .state()
    .steps.find((other) => other.id === "t");
  return (s?.items ?? []).map((i) => `${i.status} ${i.effect}`);
}

describe("a forEach", () => {
  it("lists its items once, and sends as many as may be under way at once", () => {
    two
      .given()
      .when(three)
      .thenTransitions(
        "RunStarted",
        { type: "ItemsListed", step: "t", items: ["ann", "bob", "cy"] },
        { type: "StepStarted", step: "t", item: 0, attempt: 1, timeoutAt: startOfTime + 5 * minute },
        { type: "StepStarted", step: "t", item: 1 },
      );
    one.given().when(three).thenCalls("Buy");
  });

  it("gives each item a key of its own, the item and its place", () => {
    two
      .given()
      .when(three)
      .thenCommands(
        {
          item: 0,
          key: `${runId}:t:0:1:action`,
          input: expect.objectContaining({ passenger: "ann", item: 0, saga_id: runId, step_name: "t" }),
        },
        { item: 1, key: `${runId}:t:1:1:action`, input: expect.objectContaining({ passenger: "bob", item: 1 }) },
      );
  });

  it("lets an input of its own read the item by its name, and its place as index", () => {
    const input = { who: "${passenger.name}", seat: "${index + 1}", of: "${size(data.passengers)}" };
    specification(tickets({ action: { command: "Air.Buy", input } }))
      .given()
      .when(requested({ passengers: [{ name: "ann" }, { name: "bob" }] }))
      .thenCommands({ input: { who: "ann", seat: 1, of: 2 } });
  });

  it("gives the place of an item that is done to the next, and lists nothing again", () => {
    two
      .given(three)
      .when(bought(0))
      .thenTransitions({ type: "StepCompleted", item: 0 }, { type: "StepStarted", item: 2 });
    two.given(three, bought(0)).when(bought(1)).thenTransitions({ type: "StepCompleted", item: 1 });
  });

  it("is done when all its items are, in whatever order, and its result is the list of theirs", () => {
    two
      .given(three, bought(1), bought(2))
      .when(bought(0))
      .thenTransitions(
        { type: "StepCompleted", step: "t", item: 0 },
        { type: "StepCompleted", step: "t", result: null },
        { type: "StepStarted", step: "b" },
      )
      .thenStep("t", { status: "completed", effect: "happened", result: [{ seat: 0 }, { seat: 1 }, { seat: 2 }] });
  });

  it("of nothing is done at once, with an empty list", () => {
    one
      .given()
      .when(requested({ passengers: [] }))
      .thenStep("t", { status: "completed", result: [] })
      .thenCalls("DoB");
  });

  it("of what is no list, of too much, or of what cannot be told has failed", () => {
    const failed = (code: string) => ({ status: "failed", effect: "none", action: { error: { code } } });
    for (const passengers of [7, "ann", null, { ann: 1 }])
      one.given().when(requested({ passengers })).thenStep("t", failed("items")).thenRun({ state: "failed" });
    const many = Array.from({ length: limits.items + 1 }, (_, i) => i);
    one
      .given()
      .when(requested({ passengers: many }))
      .thenStep("t", failed("items"));
    one
      .given()
      .when(requested({ passengers: many.slice(1) }))
      .thenCalls("Buy");
    one.given().when(requested({})).thenStep("t", failed("expression"));
  });

  it("tries each item again by its own count, under its own key", () => {
    const patient = specification(tickets({ attempts: 2, concurrency: 2 }));
    patient
      .given(three)
      .when(item(1, busy("t")))
      .thenTransitions({ type: "StepRetryScheduled", item: 1, retryAt: startOfTime + second });
    patient
      .given(three, item(1, busy("t")))
      .when(wait(second))
      .thenCommands({ item: 1, attempt: 2, key: `${runId}:t:1:1:action` });
    expect(nextWake(patient.given(three, item(1, busy("t"))).state())).toBe(startOfTime + second);
  });

  it("times each item out by itself", () => {
    two
      .given(three, wait(minute), bought(0))
      .when(wait(4 * minute))
      .thenTransitions({ type: "StepFailed", item: 1, effect: "unknown" });
  });

  it("takes a reply that names no item for the only one under way", () => {
    one.given(three).when(succeeded("t")).thenTransitions({ type: "StepCompleted", item: 0 }, { item: 1 });
    two
      .given(three)
      .when({ ...succeeded("t"), id: "r1" } as Happening)
      .thenTransitions({ type: "ReplyIgnored", id: "r1", why: "no_such_item" });
    two
      .given(three)
      .when({ ...bought(9), id: "r1" } as Happening)
      .thenTransitions({ type: "ReplyIgnored", id: "r1", why: "no_such_item" });
    two.given(three).when(succeeded("t")).thenNothingHappens();
  });

  it("takes a reply that comes twice once, and none of an item that was never called", () => {
    two.given(three, bought(0)).when(bought(0)).thenNothingHappens();
    one.given(three).when(bought(2)).thenNothingHappens();
  });

  it("after a worker's death asks again for the items whose reply it may have lost", () => {
    two.given(three, bought(0)).when(takenOver).thenCalls("Buy", "Buy");
    const took = { ...accepted("t"), item: 1 } as Happening;
    two.given(three, took).when(takenOver).thenCommands({ item: 0, again: true });
  });

  it("paused starts no further item, and goes on when resumed", () => {
    two.given(three, asked("pause")).when(bought(0)).thenTransitions({ type: "StepCompleted", item: 0 });
    two.given(three, asked("pause"), bought(0)).when(asked("resume")).thenCommands({ item: 2 });
    two.given(three, asked("pause"), bought(0), bought(1)).when(asked("resume")).thenCommands({ item: 2 });
  });
});

describe("an item that fails", () => {
  it("lets no further item start, and those under way settle", () => {
    two
      .given(three)
      .when(refused(0))
      .thenTransitions({ type: "StepFailed", step: "t", item: 0, effect: "none" })
      .thenStep("t", { status: "executing" });
    two
      .given(three, refused(0))
      .when(bought(1))
      .thenTransitions(
        { type: "StepCompleted", item: 1 },
        { type: "StepFailed", step: "t", effect: "none", error: { code: "no", message: "Item 0: No" } },
        "UnwindStarted",
        { type: "CompensationStarted", step: "t", item: 1 },
      );
    expect(itemsOf(two, three, refused(0), bought(1))).toEqual([
      "failed none",
      "compensating happened",
      "pending none",
    ]);
  });

  it("may be passed over: the step is, the items behind it are not begun", () => {
    const tolerant = specification(tickets({ onFailure: "continue" }));
    tolerant
      .given(three, bought(0))
      .when(refused(1))
      .thenStep("t", { status: "failed", handling: "continue", effect: "happened" })
      .thenCalls("DoB");
    tolerant
      .given(three)
      .when(vanished(0))
      .thenTransitions(
        { item: 0, effect: "unknown" },
        { type: "StepFailed", step: "t", effect: "unknown", handling: "continue" },
        { type: "AttentionRaised", reason: "unknown_outcome", step: "t" },
        { type: "StepStarted", step: "b" },
      );
  });
});

describe("a forEach that holds", () => {
  const spec = specification(tickets({ onFailure: "hold", concurrency: 2 }));
  const held = [three, refused(0), vanished(1)] as const;

  it("asks a person once all in flight has settled", () => {
    spec
      .given(three, refused(0))
      .when(vanished(1))
      .thenTransitions(
        { item: 1, effect: "unknown" },
        { type: "StepFailed", step: "t", handling: "hold", effect: "unknown" },
        { type: "AttentionRaised", reason: "step_held", step: "t" },
      );
  });

  it("retries all its failed items: a known failure under a new key, an unknown one under its own", () => {
    spec
      .given(...held)
      .when(asked("retry", { step: "t" }))
      .thenCommands(
        { item: 0, key: `${runId}:t:0:2:action`, attempt: 1 },
        { item: 1, key: `${runId}:t:1:1:action`, attempt: 2 },
      )
      .thenStep("t", { status: "executing", handling: null })
      .thenRun({ attention: [] });
  });

  it("retries one item, with an edited input, and goes on when none has failed", () => {
    spec
      .given(...held)
      .when(asked("retry", { step: "t", item: 0, input: { who: "ann!" } }))
      .thenCommands({ item: 0, input: { who: "ann!" }, key: `${runId}:t:0:2:action` });
    const again = [...held, asked("retry", { step: "t", item: 0 })] as const;
    spec
      .given(...again)
      .when(bought(0))
      .thenStep("t", { status: "failed", handling: "hold" });
    spec
      .given(...again, bought(0), asked("retry", { step: "t", item: 1 }))
      .when(bought(1))
      .thenCommands({ item: 2 });
  });

  it("does not edit what may have happened, nor retry what is not there", () => {
    spec
      .given(...held)
      .when(asked("retry", { step: "t", input: {} }))
      .thenRefused("outcome_unknown");
    spec
      .given(...held)
      .when(asked("retry", { step: "t", item: 7 }))
      .thenRefused("unknown_item");
    spec
      .given(...held)
      .when(asked("retry", { step: "b", item: 0 }))
      .thenRefused("step_state");
    spec
      .given(three)
      .when(asked("retry", { step: "t", item: 0 }))
      .thenRefused("attempt_open");
  });

  it("goes on when its failed items are skipped or completed by hand, one by one", () => {
    spec
      .given(...held, asked("skip", { step: "t", item: 0, result: "no seat" }))
      .when(asked("complete", { step: "t", item: 1, result: { seat: 9 } }))
      .thenStep("t", { status: "executing" })
      .thenCommands({ item: 2 });
    spec
      .given(
        ...held,
        asked("skip", { step: "t", item: 0, result: "no seat" }),
        asked("complete", { step: "t", item: 1, result: { seat: 9 } }),
      )
      .when(bought(2))
      .thenStep("t", { status: "completed", result: ["no seat", { seat: 9 }, { seat: 2 }] })
      .thenCalls("DoB");
  });

  it("may be skipped or completed as a whole; what is unknown of its items stays owed its undo", () => {
    for (const operation of ["skip", "complete"] as const) {
      spec
        .given(...held)
        .when(asked(operation, { step: "t", result: "by hand" }))
        .thenStep("t", { result: "by hand" })
        .thenCalls("DoB");
      spec
        .given(...held, asked(operation, { step: "t", result: "by hand" }))
        .when(declined("b"))
        .thenCommands({ half: "compensation", item: 1 });
    }
  });

  it("goes on when a late reply says that the failed item had happened", () => {
    const last = [three, bought(0), bought(1), vanished(2)] as const;
    spec
      .given(...last)
      .when(bought(2))
      .thenTransitions(
        "AttentionCleared",
        { type: "StepCompleted", item: 2, by: "late_reply" },
        { type: "StepCompleted", step: "t" },
        { type: "StepStarted", step: "b" },
      );
  });

  it("is told by a late refusal that the item did not happen, and still asks a person", () => {
    const last = [three, bought(0), bought(1), vanished(2)] as const;
    const no = { kind: "terminal", error: { code: "no", message: "No" } } as const;
    spec
      .given(...last)
      .when(item(2, replied("t", no, "action", 1)))
      .thenTransitions("LateReplyRecorded", { type: "StepOutcomeSettled", item: 2, effect: "none" })
      .thenStep("t", { status: "failed", handling: "hold", effect: "happened" })
      .thenRun({ attention: [{ reason: "step_held", step: "t" } as never] });
  });

  it("fails one item by hand between two attempts, and is held", () => {
    const patient = specification(tickets({ onFailure: "hold", attempts: 2 }));
    patient
      .given(three, item(0, busy("t")))
      .when(asked("fail", { step: "t", item: 0, effect: "none" }))
      .thenStep("t", { status: "failed", handling: "hold", effect: "none" });
    patient
      .given(three, item(0, broke("t")))
      .when(asked("fail", { step: "t", item: 0 }))
      .thenStep("t", { status: "failed", handling: "hold", effect: "unknown" });
  });
});

describe("a forEach that was stopped in the middle", () => {
  const spec = specification(tickets({}));
  const stopped = [
    requested({ passengers: ["ann", "bob"] }),
    item(0, succeeded("t")),
    asked("pause"),
    item(1, declined("t")),
  ] as const;

  it("by a person's terminate leaves open items unknown", () => {
    expect(itemsOf(two, three, bought(0), asked("terminate"))).toEqual([
      "completed happened",
      "failed unknown",
      "failed unknown",
    ]);
  });

  it("goes on with its next item when the failed run is retried", () => {
    const undoless = specification(tickets({ class: "irreversible", compensation: undefined, attempts: 2 }));
    const ended = [three, item(0, succeeded("t")), item(1, busy("t")), asked("cancel")] as const;
    undoless
      .given(...ended)
      .when(wait(0))
      .thenNothingHappens()
      .thenRun({ state: "failed" });
    undoless
      .given(...ended)
      .when(asked("retry", { step: "t" }))
      .thenTransitions("OperationAccepted", "RunReopened", { type: "StepStarted", item: 1 })
      .thenStep("t", { status: "executing" });
    const between = [three, asked("pause"), item(0, succeeded("t")), asked("cancel")] as const;
    undoless
      .given(...between, asked("retry", { step: "t" }))
      .when(item(1, succeeded("t")))
      .thenCommands({ item: 2 });
  });

  it("is not begun again when something of it was undone", () => {
    spec
      .given(...stopped, asked("resume"), item(0, undone("t")))
      .when(asked("retry", { step: "t" }))
      .thenRefused("run_ended");
  });
});
