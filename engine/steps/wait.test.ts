/** A wait lets time pass (engine.md section 3, U1). */
import { describe, expect, it } from "vitest";
import { saga, step } from "../testing/sagas";
import { asked, requested, specification, startOfTime, succeeded, takenOver, wait } from "../testing/specification";
import { isWaiting, nextWake } from "../wake";

const second = 1000;
const day = 86_400 * second;

function waiting(how: { readonly for?: string; readonly until?: string }) {
  return specification(saga({ steps: [{ id: "pause", kind: "wait", ...how }, step("b")] }));
}

describe("a wait", () => {
  it("for a duration is over when that has passed, and not before", () => {
    const spec = waiting({ for: "PT1H" });
    spec
      .given()
      .when(requested())
      .thenTransitions("RunStarted", { type: "StepWaits", step: "pause", dueAt: startOfTime + 3600 * second })
      .thenCalls();
    spec
      .given(requested())
      .when(wait(3600 * second - 1))
      .thenNothingHappens();
    spec
      .given(requested())
      .when(wait(3600 * second))
      .thenCalls("DoB")
      .thenStep("pause", {
        status: "completed",
        result: null,
        waiting: null,
      });
  });

  it("for a duration that the data give", () => {
    waiting({ for: "${data.pause}" })
      .given()
      .when(requested({ pause: "P2D" }))
      .thenTransitions("RunStarted", { dueAt: startOfTime + 2 * day });
  });

  it("until an instant that the data give", () => {
    waiting({ until: "${data.at}" })
      .given()
      .when(requested({ at: "2026-01-01T00:01:00Z" }))
      .thenTransitions("RunStarted", { dueAt: startOfTime + 60 * second });
  });

  it("until an instant that is past is none", () => {
    waiting({ until: "${data.at}" })
      .given()
      .when(requested({ at: "2020-01-01T00:00:00Z" }))
      .thenCalls("DoB");
    waiting({ until: "${data.at}" })
      .given()
      .when(requested({ at: "2026-01-01T00:00:00Z" }))
      .thenCalls("DoB");
  });

  it("of a year is fine, and costs nothing meanwhile", () => {
    const spec = waiting({ for: "P365D" });
    const state = spec.given(requested()).state();
    expect(nextWake(state)).toBe(startOfTime + 365 * day);
    expect(isWaiting(state)).toBe(true);
    spec
      .given(requested())
      .when(wait(365 * day))
      .thenCalls("DoB");
  });

  it("of more than 400 days is refused as a failure of the step", () => {
    const failed = { status: "failed", effect: "none", action: { error: { code: "wait_time" } } };
    waiting({ until: "${data.at}" })
      .given()
      .when(requested({ at: "2126-01-01T00:00:00Z" }))
      .thenStep("pause", failed)
      .thenRun({ state: "failed" });
    waiting({ until: "${data.at}" })
      .given()
      .when(requested({ at: "2027-02-05T00:00:00Z" }))
      .thenTransitions("RunStarted", "StepWaits");
    waiting({ for: "${data.pause}" })
      .given()
      .when(requested({ pause: "P401D" }))
      .thenStep("pause", failed);
  });

  it("for what is no duration, or until what is no instant, fails and says what it got", () => {
    for (const pause of ["an hour", "-PT1H", 3600, null, true, ["PT1H"]])
      waiting({ for: "${data.pause}" })
        .given()
        .when(requested({ pause }))
        .thenStep("pause", { status: "failed", action: { error: { code: "wait_time" } } });
    for (const at of ["tomorrow", 1_767_225_600_000, null, "2026-02-30T00:00:00Z", {}])
      waiting({ until: "${data.at}" })
        .given()
        .when(requested({ at }))
        .thenStep("pause", { status: "failed", action: { error: { code: "wait_time" } } });
  });

  it("whose expression cannot be evaluated fails", () => {
    waiting({ for: "${data.missing.pause}" })
      .given()
      .when(requested())
      .thenStep("pause", { status: "failed", action: { error: { code: "expression" } } });
  });

  it("goes on through a worker's death and a pause; what follows waits for the resume", () => {
    const spec = waiting({ for: "PT1H" });
    spec.given(requested()).when(takenOver).thenNothingHappens();
    spec
      .given(requested(), asked("pause"))
      .when(wait(3600 * second))
      .thenTransitions("StepCompleted")
      .thenCalls();
    spec
      .given(requested(), asked("pause"), wait(3600 * second))
      .when(asked("resume"))
      .thenCalls("DoB");
  });

  it("is cancelled when the run unwinds", () => {
    waiting({ for: "PT1H" })
      .given(requested())
      .when(asked("cancel"))
      .thenTransitions(
        "OperationAccepted",
        "UnwindStarted",
        { type: "StepFailed", step: "pause", effect: "none", error: expect.objectContaining({ code: "stopped" }) },
        "RunFailed",
      );
  });

  it("may be cut short by a person, who skips, completes or fails it", () => {
    const spec = waiting({ for: "PT1H" });
    spec
      .given(requested())
      .when(asked("skip", { step: "pause" }))
      .thenCalls("DoB");
    spec
      .given(requested())
      .when(asked("complete", { step: "pause", result: 1 }))
      .thenStep("pause", { status: "completed", result: 1, waiting: null })
      .thenCalls("DoB");
    spec.given(requested()).when(asked("fail")).thenRun({ state: "failed" }).thenStep("pause", { effect: "none" });
    spec
      .given(requested())
      .when(asked("retry", { step: "pause" }))
      .thenRefused("step_state");
  });

  it("is not over twice", () => {
    waiting({ for: "PT1H" })
      .given(requested(), wait(3600 * second))
      .when(wait(0))
      .thenNothingHappens();
    waiting({ for: "PT1H" })
      .given(requested(), wait(3600 * second), succeeded("b"))
      .when(wait(3600 * second))
      .thenNothingHappens()
      .thenRun({ state: "completed" });
  });
});
