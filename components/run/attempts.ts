import { assertNever, type Json } from "@/engine/json";
import type { Half, StepError } from "@/engine/run/state";
import type { LogEntry, Transition } from "@/engine/run/transition";

/** One call of one half of a step, from intent to reply, as the log tells it. Times in epoch milliseconds. */
export type Attempt = {
  readonly step: string;
  readonly half: Half;
  readonly generation: number;
  readonly attempt: number;
  readonly startedAt: number;
  readonly timeoutAt: number;
  readonly end: AttemptEnd | null;
};

/** `afterwards`: the attempt had ended otherwise, and then turned out to have happened. */
type SettledBy = "operator" | "late_reply" | "afterwards";

/** `unknown`: whether it happened is not known (F3). `by`: who settled it, when no reply in time did. */
export type AttemptEnd =
  | { readonly kind: "succeeded"; readonly at: number; readonly result: Json; readonly by?: SettledBy }
  | {
      readonly kind: "failed" | "unknown";
      readonly at: number;
      readonly error: StepError;
      readonly retryAt: number | null;
    };

/** Every attempt of the log, in the order in which they began. */
export function attemptsOf(entries: Iterable<LogEntry>): readonly Attempt[] {
  const attempts: Attempt[] = [];
  const open = new Map<string, number>();
  const begin = (half: Half, at: number, t: Extract<Transition, { type: "StepStarted" | "CompensationStarted" }>) => {
    const { step, generation, attempt, timeoutAt } = t;
    open.set(`${step}:${half}`, attempts.length);
    attempts.push({ step, half, generation, attempt, startedAt: at, timeoutAt, end: null });
  };
  const finish = (half: Half, step: string, end: AttemptEnd) => {
    const index = open.get(`${step}:${half}`);
    const attempt = index === undefined ? undefined : attempts[index];
    if (index === undefined || !attempt) return;
    attempts[index] = { ...attempt, end };
    open.delete(`${step}:${half}`);
  };
  for (const { at, transitions } of entries)
    for (const t of transitions) {
      if (t.type === "StepStarted") begin("action", at, t);
      else if (t.type === "CompensationStarted") begin("compensation", at, t);
      else if (t.type === "StepOutcomeSettled") settleLast(attempts, t);
      else {
        const ended = endOf(t, at);
        if (ended && "step" in t && t.step) finish(ended.half, t.step, ended.end);
      }
    }
  return attempts;
}

/** A settled outcome says what the step's last attempt did; when that attempt ended stays as it was. */
function settleLast(attempts: Attempt[], t: Extract<Transition, { type: "StepOutcomeSettled" }>): void {
  const index = attempts.findLastIndex(({ step, half }) => step === t.step && half === "action");
  const attempt = attempts[index];
  if (!attempt?.end || attempt.end.kind === "succeeded" || t.effect === "unknown") return;
  const { end } = attempt;
  attempts[index] = {
    ...attempt,
    end:
      t.effect === "happened"
        ? { kind: "succeeded", at: end.at, result: t.result ?? null, by: "afterwards" }
        : { ...end, kind: "failed" },
  };
}

type Ended = { readonly half: Half; readonly end: AttemptEnd };

function endOf(t: Transition, at: number): Ended | null {
  switch (t.type) {
    case "StepCompleted":
      return {
        half: "action",
        end: { kind: "succeeded", at, result: t.result, ...(t.by ? { by: t.by } : {}) },
      };
    case "CompensationCompleted":
      return {
        half: "compensation",
        end: { kind: "succeeded", at, result: t.result, ...(t.evidence === undefined ? {} : { by: "operator" }) },
      };
    case "StepRetryScheduled":
      return { half: "action", end: unanswered(t, at, t.retryAt) };
    case "CompensationRetryScheduled":
      return { half: "compensation", end: unanswered(t, at, t.retryAt) };
    case "StepFailed":
      return { half: "action", end: unanswered(t, at, null) };
    case "CompensationFailed":
      return { half: "compensation", end: unanswered(t, at, null) };
    default:
      return null;
  }
}

const unanswered = (
  t: { readonly error: StepError; readonly unsettled: boolean },
  at: number,
  retryAt: number | null,
): AttemptEnd => ({ kind: t.unsettled ? "unknown" : "failed", at, error: t.error, retryAt });

/** What became of an attempt, in a word. */
export function outcomeWord(attempt: Attempt): string {
  const { end } = attempt;
  if (end === null) return "under way";
  switch (end.kind) {
    case "succeeded":
      if (end.by === "afterwards") return "happened after all";
      return end.by === "operator" ? "done by hand" : "succeeded";
    case "failed":
      return end.retryAt === null ? "failed, not retried" : "failed, retried";
    case "unknown":
      return end.retryAt === null ? "outcome unknown" : "outcome unknown, retried";
    default:
      return assertNever(end);
  }
}
