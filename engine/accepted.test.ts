/** Calls that a service has taken, to answer later (engine.md F6). */
import { describe, expect, it } from "vitest";
import { saga, sequence, step } from "./testing/sagas";
import {
  accepted,
  asked,
  declined,
  lost,
  requested,
  specification,
  succeeded,
  takenOver,
  undone,
  wait,
} from "./testing/specification";
import { isWaiting, nextWake } from "./wake";

const minute = 60_000;
const once = saga({ steps: [step("a"), step("b")] });
const spec = specification(once);
const taken = [requested(), accepted("a")] as const;

describe("a call that was taken", () => {
  it("keeps its time-out, and nobody's worker waits for it", () => {
    const before = spec.given(requested()).state();
    const { state } = spec.given(requested()).when(accepted("a")).thenTransitions({ type: "CallAccepted", step: "a" });
    expect([isWaiting(before), isWaiting(state)]).toEqual([false, true]);
    expect(nextWake(state)).toBe(nextWake(before));
    spec
      .given(...taken)
      .when(wait(5 * minute))
      .thenStep("a", { status: "compensating", effect: "unknown" });
  });

  it("is completed by its reply, also by one that comes before our own call returned", () => {
    spec
      .given(...taken)
      .when(succeeded("a"))
      .thenCalls("DoB");
    spec.given(requested(), succeeded("a")).when(accepted("a")).thenNothingHappens();
  });

  it("is taken once, and only the attempt that is open", () => {
    spec
      .given(...taken)
      .when(accepted("a"))
      .thenNothingHappens();
    spec
      .given(requested())
      .when(accepted("a", { attempt: 2 }))
      .thenNothingHappens();
    spec
      .given(requested())
      .when(accepted("a", { generation: 2 }))
      .thenNothingHappens();
    spec.given(requested()).when(accepted("b")).thenNothingHappens();
    spec.given(requested()).when(accepted("nobody")).thenNothingHappens();
    spec.given(requested(), lost("a"), undone("a")).when(accepted("a")).thenNothingHappens();
  });

  it("is not sent again when its worker dies; the reply comes by another way", () => {
    spec.given(requested()).when(takenOver).thenCalls("DoA");
    spec
      .given(...taken)
      .when(takenOver)
      .thenNothingHappens();
  });

  it("is not lost in an unwind: it settles by its reply or its time-out", () => {
    spec
      .given(...taken, asked("cancel"))
      .when(takenOver)
      .thenNothingHappens();
    spec
      .given(...taken, asked("cancel"), takenOver)
      .when(succeeded("a"))
      .thenCalls("UndoA");
    spec
      .given(...taken, asked("cancel"), takenOver)
      .when(wait(5 * minute))
      .thenStep("a", { status: "compensating", effect: "unknown" });
    spec
      .given(requested(), asked("cancel"))
      .when(takenOver)
      .thenStep("a", { status: "compensating", effect: "unknown" });
  });

  it("may be an undo", () => {
    const undoing = [requested(), succeeded("a"), declined("b"), accepted("a", { half: "compensation" })] as const;
    spec
      .given(...undoing)
      .when(takenOver)
      .thenNothingHappens();
    spec
      .given(...undoing)
      .when(undone("a"))
      .thenRun({ state: "failed", rollback: "clean" });
  });

  it("is forgotten as such by the next attempt", () => {
    specification(sequence)
      .given(requested(), succeeded("a"), accepted("b"), lost("b"), wait(1000))
      .when(takenOver)
      .thenCalls("DoB");
  });
});
