import { describe, expect, test } from "vitest";
import { compile } from "@/engine/definition/compile";
import type { SagaDocument } from "@/engine/definition/document";
import { fold } from "@/engine/evolve";
import type { LogEntry, Transition } from "@/engine/run/transition";
import { attemptsOf, outcomeWord } from "./attempts";
import { toEventLines } from "./event-lines";
import { formatOffset } from "./format-offset";
import { extendHistory } from "./history";
import { nextThings } from "./next-things";
import { offersOf } from "./offers";
import { blankForm, toRequest } from "./operation-form";
import { explainError } from "./plain-words";
import { thinMarks, toTrack } from "./scrubber-marks";
import { toTimeline } from "./timeline";

const order: SagaDocument = {
  saga: "Order",
  steps: [
    { id: "reserve", class: "compensable", action: "Stock.Reserve", compensation: "Stock.Release" },
    { id: "pay", class: "compensable", action: "Bank.Pay", compensation: "Bank.Refund" },
  ],
};
const saga = compile(order, 1);
const error = { code: "http_503", message: "Service unavailable", status: 503 };

const entry = (seq: number, at: number, ...transitions: Transition[]): LogEntry => ({
  seq,
  at,
  actor: null,
  transitions,
});
const sent = (step: string, attempt: number): Transition => ({
  type: "StepStarted",
  step,
  attempt,
  generation: 1,
  timeoutAt: 99_000,
});
const log: readonly LogEntry[] = [
  entry(
    1,
    1_000,
    {
      type: "RunStarted",
      run: "r",
      saga: "Order",
      version: 1,
      data: { id: 1 },
      businessKey: null,
      exposure: null,
      deadlineAt: null,
      startedBy: "Ada",
      parent: null,
    },
    sent("reserve", 1),
  ),
  entry(2, 3_000, { type: "StepCompleted", step: "reserve", attempt: 1, result: { r: 1 } }, sent("pay", 1)),
  entry(3, 4_000, { type: "StepRetryScheduled", step: "pay", attempt: 1, error, retryAt: 5_000, unsettled: true }),
  entry(4, 5_000, sent("pay", 2)),
  entry(
    5,
    6_000,
    { type: "StepFailed", step: "pay", attempt: 2, error, effect: "none", handling: "compensate", unsettled: false },
    { type: "UnwindStarted", cause: "step_failed", step: "pay", error },
    { type: "CompensationStarted", step: "reserve", attempt: 1, generation: 1, timeoutAt: 99_000, order: 1 },
  ),
  entry(6, 8_000, { type: "CompensationCompleted", step: "reserve", attempt: 1, result: null, evidence: "ticket 7" }),
];

test("attempts end as the log says, and the one without an end is under way", () => {
  expect(attemptsOf(log).map((a) => `${a.step} ${a.half} ${a.attempt}: ${outcomeWord(a)}`)).toEqual([
    "reserve action 1: succeeded",
    "pay action 1: outcome unknown, retried",
    "pay action 2: failed, not retried",
    "reserve compensation 1: done by hand",
  ]);
  expect(attemptsOf(log.slice(0, 4)).at(-1)?.end).toBeNull();
});

describe("the timeline", () => {
  const timelineOf = (entries: readonly LogEntry[], now: number) => {
    const state = fold(saga, entries);
    if (!state) throw new Error("A log folds to a state");
    return toTimeline({ steps: saga.steps, state, entries, now });
  };
  const timeline = timelineOf(log.slice(0, 5), 9_000);

  test("has a row a step and a bar an attempt, forward and back, with the waits between", () => {
    expect(timeline.rows.map((row) => row.bars.map((bar) => [bar.from, bar.to, bar.tone, bar.open]))).toEqual([
      [
        [0, 2_000, "completed", false],
        [5_000, 8_000, "compensating", true],
      ],
      [
        [2_000, 3_000, "failed", false],
        [4_000, 5_000, "failed", false],
      ],
    ]);
    expect(timeline.rows[1]?.waits).toMatchObject([{ from: 3_000, to: 4_000 }]);
  });

  test("says where and why the unwind began", () => {
    expect(timeline.unwinds).toEqual([{ at: 5_000, label: "http_503 → unwind began", tone: "failed" }]);
  });

  test("has few ticks, whether a run took milliseconds or months", () => {
    for (const span of [3, 480, 61_000, 7_200_000, 9e9]) {
      const { ticks } = timelineOf(log.slice(0, 1), 1_000 + span);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(7);
    }
  });
});

describe("the scrubber's track", () => {
  test("goes from 0 to 1, coloured by the worst of each decision, amber from where the unwind began", () => {
    const { marks, stretches } = toTrack(log);
    expect(marks.map((mark) => mark.tone)).toEqual([
      "executing",
      "completed",
      "failed",
      "executing",
      "failed",
      "compensated",
    ]);
    expect([marks[0]?.offset, marks.at(-1)?.offset]).toEqual([0, 1]);
    expect(stretches.map((stretch) => stretch.tone)).toEqual(["completed", "compensating"]);
    expect(stretches[1]?.from).toBe(marks[4]?.offset);
  });

  test("thins twenty thousand marks without losing the grave ones", () => {
    const many = Array.from({ length: 20_000 }, (_, index) =>
      index === 9_999
        ? entry(index + 1, index, { type: "AttentionRaised", reason: "step_held", step: "pay" })
        : entry(index + 1, index, { type: "RunResumed" }),
    );
    const thin = thinMarks(toTrack(many).marks, 240);
    expect(thin.length).toBeLessThanOrEqual(241);
    expect(thin.filter((mark) => mark.tone === "attention")).toHaveLength(1);
  });
});

test("a history gives the fold of any beginning, and grows without folding again", () => {
  const history = extendHistory(null, saga, log.slice(0, 4));
  for (let count = 0; count <= 4; count++) expect(history.stateAt(count)).toEqual(fold(saga, log.slice(0, count)));
  const longer = extendHistory(history, saga, log);
  expect(longer.stateAt(6)).toEqual(fold(saga, log));
  expect(longer.stateAt(2)).toEqual(fold(saga, log.slice(0, 2)));
  expect(extendHistory(longer, saga, log)).toBe(longer);
});

test("events are told in words, with who and why, and can be filtered by step", () => {
  const titles = new Map([["pay", "Take payment"]]);
  const lines = toEventLines(log, titles, null);
  expect(lines[0]).toMatchObject({ actor: "Ada", words: { what: "Run started" } });
  expect(lines.map((line) => line.words.what)).toContain("Take payment: attempt 2 sent");
  expect(lines.at(-1)?.words).toEqual({ what: "reserve: undone", why: "by hand: ticket 7" });
  expect(toEventLines(log, titles, "pay").every((line) => line.step === "pay")).toBe(true);
});

describe("errors in plain words", () => {
  const declined = { code: "card_declined", message: "The issuer refused the charge" };
  test.each([
    ["action", "none", "The issuer refused the charge. It did not happen, so there is nothing to undo here."],
    [
      "action",
      "unknown",
      "The issuer refused the charge. Whether it happened is not known, so it is treated as if it had.",
    ],
    [
      "compensation",
      "happened",
      "The issuer refused the charge. The effect of the action still stands until this undo succeeds.",
    ],
  ] as const)("an error of a %s whose effect is %s", (half, effect, text) => {
    expect(explainError(declined, half, effect)).toEqual({ title: "card_declined", text });
  });

  test("a bare code is explained too", () => {
    expect(explainError({ code: "timeout", message: "timeout" }, "action", "unknown").text).toMatch(
      /^No reply came in time\./,
    );
  });
});

test("what happens now lists the unwind in its order, then what is still owed", () => {
  const at = (count: number) => fold(saga, log.slice(0, count));
  const things = (count: number) => {
    const state = at(count);
    return state ? nextThings(saga, state, 6_500).map((thing) => `${thing.look.token} ${thing.text}`) : [];
  };
  expect(things(2)).toEqual(["executing Pay, attempt 1 of 3"]);
  expect(things(5)).toEqual(["compensating Undoing Reserve, attempt 1 of 10"]);
  expect(things(6)).toEqual(["compensated Reserve undone"]);
});

test("only what the engine would accept is offered", () => {
  const running = fold(saga, log.slice(0, 3));
  const unwinding = fold(saga, log.slice(0, 5));
  if (!running || !unwinding) throw new Error("A log folds to a state");
  expect(offersOf(saga, running).retry).toEqual({ ok: true, steps: ["pay"] });
  expect(offersOf(saga, running).compensate).toEqual({ ok: true, steps: [] });
  expect(offersOf(saga, unwinding).compensate).toMatchObject({ ok: false, why: expect.stringMatching(/already/) });
  expect(offersOf(saga, unwinding).retryCompensation.ok).toBe(false);
});

describe("an operation's form", () => {
  test("asks for a reason, a step and valid JSON before it becomes a request", () => {
    const form = { ...blankForm("retry", null), input: "{" };
    expect(Object.keys(toRequest(form).errors).sort()).toEqual(["input", "reason", "step"]);
    expect(toRequest(form).request).toBeNull();
  });

  test("becomes the request with the plan's seq, and the edited input only when edited", () => {
    const form = { ...blankForm("retry", "pay"), reason: " again " };
    expect(toRequest(form, 7)).toEqual({
      request: { operation: "retry", step: "pay", reason: "again", seq: 7 },
      errors: {},
    });
    expect(toRequest({ ...form, input: '{"a":1}' }, 7).request).toMatchObject({ input: { a: 1 } });
  });
});

test("places in a run's time are exact", () => {
  expect([412, 67_318, 7_267_318].map(formatOffset)).toEqual(["+0.412 s", "+01:07.318", "+2:01:07.318"]);
});
