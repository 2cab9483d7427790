import { reasonText } from "@/components/attention/reasons";
import { formatDuration } from "@/components/ui/format";
import { assertNever } from "@/engine/json";
import type { LogEntry, Transition } from "@/engine/run/transition";
import { causeWords, inputWords } from "./plain-words";

/** An event as people read it: what happened, and why where the log knows. */
export type EventWords = { readonly what: string; readonly why: string | null };

type Context = {
  readonly titleOf: (step: string) => string;
  readonly at: number;
  /** The decision ended the run by hand: what its log calls an unwind undoes nothing. */
  readonly terminated: boolean;
};

/** Whether a decision ended the run by hand. */
export const isTermination = ({ transitions }: LogEntry) =>
  transitions.some((t) => t.type === "OperationAccepted" && t.operation.operation === "terminate");

/** One transition in words. */
export function eventWords(t: Transition, { titleOf, at, terminated }: Context): EventWords {
  const say = (what: string, why: string | null = null): EventWords => ({ what, why });
  const title = "step" in t && t.step ? titleOf(t.step) : "";
  switch (t.type) {
    case "RunStarted":
      return say("Run started");
    case "StepStarted":
      return say(`${title}: attempt ${t.attempt} sent`, startWords(t));
    case "StepCompleted":
      return say(`${title}: completed`, byWords(t.by));
    case "StepRetryScheduled":
      return say(`${title}: attempt ${t.attempt} ${t.unsettled ? "ended unknown" : "failed"}`, retryWords(t, at));
    case "StepFailed":
      return say(`${title}: ${t.effect === "unknown" ? "failed, outcome unknown" : "failed"}`, errorWords(t.error));
    case "StepSkipped":
      return say(`${title}: skipped`, t.by === "operator" ? "by hand" : "its path was not taken");
    case "StepOutcomeSettled":
      return say(`${title}: ${t.effect === "none" ? "did not happen after all" : "happened after all"}`);
    case "EdgesPassed":
      return say(`${title}: goes on`);
    case "EdgesFailed":
      return say(`${title}: a condition behind it could not be evaluated`, errorWords(t.error));
    case "UnwindRequested":
      return say("Stop requested; waits for the pivot in flight", causeWords(t.cause));
    case "UnwindWithdrawn":
      return say("Stop withdrawn; the pivot was passed", causeWords(t.cause));
    case "UnwindStarted":
      if (terminated) return say("Ended by a person", "nothing is undone");
      return say("Unwind began", t.error ? errorWords(t.error) : causeWords(t.cause));
    case "CompensationStarted":
      return say(`${title}: undo ${t.order} sent, attempt ${t.attempt}`);
    case "CompensationRetryScheduled":
      return say(`${title}: undo attempt ${t.attempt} ${t.unsettled ? "ended unknown" : "failed"}`, retryWords(t, at));
    case "CompensationCompleted":
      return say(`${title}: undone`, t.evidence ? `by hand: ${t.evidence}` : null);
    case "CompensationFailed":
      return say(`${title}: undo failed`, errorWords(t.error));
    case "AttentionRaised":
      return say(`Needs attention: ${title || "the run"}`, reasonText(t.reason).word);
    case "AttentionCleared":
      return say(`Attention cleared: ${title || "the run"}`, reasonText(t.reason).word);
    case "LateReplyRecorded":
      return say(`${title}: a reply came too late to change anything`, t.error ? errorWords(t.error) : null);
    case "RunPaused":
      return say("Run paused");
    case "RunResumed":
      return say("Run resumed");
    case "RunReopened":
      return say("Run reopened", title);
    case "RunCompleted":
      return say("Run completed");
    case "RunFailed":
      return say(`Run failed: ${rollbackWords[t.rollback]}`);
    case "OperationAccepted":
      if (t.operation.operation === "note") return say("Note", t.operation.reason || null);
      return say(
        `Asked: ${operationWords(t.operation.operation)}${onStep(t.operation.step, titleOf)}`,
        t.operation.reason || null,
      );
    case "OperationRefused":
      return say(`Refused: ${operationWords(t.operation.operation)}${onStep(t.operation.step, titleOf)}`, t.detail);
    default:
      return assertNever(t);
  }
}

const rollbackWords = {
  clean: "rolled back clean",
  incomplete: "rollback incomplete",
  nothing_to_undo: "nothing to undo",
} as const;

const onStep = (step: string | undefined, titleOf: Context["titleOf"]) => (step ? `, ${titleOf(step)}` : "");

/** `retryCompensation` as "retry compensation". */
export const operationWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** An error as its code and what was said of it. */
export const errorWords = (error: { readonly code: string; readonly message: string }) =>
  error.message && error.message !== error.code ? `${error.code}: ${error.message}` : error.code;

const retryWords = (
  t: { readonly error: { readonly code: string; readonly message: string }; readonly retryAt: number },
  at: number,
) => `${errorWords(t.error)}; next attempt after ${formatDuration(t.retryAt - at)}`;

function startWords(t: { readonly generation: number; readonly fresh?: true }): string | null {
  return [t.fresh && "retried by hand", inputWords(t.generation)].filter(Boolean).join(", ") || null;
}

function byWords(by: "operator" | "late_reply" | undefined): string | null {
  if (by === "operator") return "by hand";
  return by === "late_reply" ? "by a late reply" : null;
}
