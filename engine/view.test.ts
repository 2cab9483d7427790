import { expect, it } from "vitest";
import { sequence } from "./testing/sagas";
import {
  asked,
  busy,
  declined,
  requested,
  specification,
  startOfTime,
  succeeded,
  undoDeclined,
} from "./testing/specification";
import { toEventViews, toLogEntries, toRunView } from "./view";
import { isWaiting, nextWake } from "./wake";

const spec = specification(sequence);

it("shows a run with times in ISO 8601 and the error of the half that failed", () => {
  const view = toRunView(spec.given(requested({ n: 1 }), succeeded("a"), declined("b"), undoDeclined("a")).state());
  expect(view).toMatchObject({
    state: "compensating",
    startedAt: "2026-01-01T00:00:00.000Z",
    attention: [{ reason: "compensation_failed", step: "a", since: "2026-01-01T00:00:00.000Z" }],
    steps: [
      { id: "a", status: "compensation_failed", undoOrder: 1, attempts: 1, error: { code: "no" } },
      { id: "b", status: "failed", error: { code: "no" } },
      { id: "c", status: "pending", startedAt: null },
    ],
  });
});

it("shows a decision as one event a transition", () => {
  const { decision } = spec.given(requested()).when(succeeded("a", 5));
  const events = toEventViews({ seq: 2, at: startOfTime, actor: "ada", transitions: decision.transitions });
  expect(events).toMatchObject([
    { seq: 2, n: 1, type: "StepCompleted", step: "a", result: 5, actor: "ada", at: "2026-01-01T00:00:00.000Z" },
    { seq: 2, n: 2, type: "StepStarted", step: "b", timeoutAt: "2026-01-01T00:05:00.000Z" },
  ]);
});

it("wakes a run for its next time-out or retry, and never a paused, held or ended one for nothing", () => {
  expect(nextWake(spec.given(requested()).state())).toBe(startOfTime + 300_000);
  const inBackoff = spec.given(requested(), succeeded("a"), busy("b"));
  expect(nextWake(inBackoff.state())).toBe(startOfTime + 1000);
  expect(isWaiting(inBackoff.state())).toBe(true);
  expect(nextWake(spec.given(requested(), succeeded("a"), busy("b"), asked("pause")).state())).toBeNull();
  expect(nextWake(spec.given(requested(), succeeded("a"), declined("b"), undoDeclined("a")).state())).toBeNull();
  expect(nextWake(spec.given(requested(), declined("a")).state())).toBeNull();
});

it("is read back as the log it was", () => {
  const { decision } = spec.given(requested()).when(succeeded("a", { startedAt: "as the service said" }));
  const log = [
    { seq: 2, at: startOfTime, actor: null, transitions: decision.transitions },
    {
      seq: 3,
      at: startOfTime + 5,
      actor: "ada",
      transitions: spec.given(requested()).when(busy("a")).decision.transitions,
    },
  ];
  expect(toLogEntries(log.flatMap(toEventViews))).toEqual(log);
});
