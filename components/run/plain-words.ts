import { sentence } from "@/components/attention/reasons";
import type { Effect, Half, RunCause, RunState, StepError } from "@/engine/run/state";

/** What a failure means, in words for somebody who was just woken up. */
export type Explanation = { readonly title: string; readonly text: string };

const codes: Readonly<Record<string, string>> = {
  timeout: "No reply came in time.",
  expression: "An expression of the definition could not be evaluated.",
  terminated: "The run was ended by hand while this was under way.",
  marked_failed: "A person marked it as failed.",
  connection_refused: "The service did not accept the connection.",
  connection_lost: "The connection broke before a reply came.",
  unreadable_reply: "The service answered with something that cannot be read.",
  broker_unreachable: "The message broker could not be reached, so nothing was sent yet.",
  worker_lost: "The process that made the call died before the reply came.",
};

/** Explains a half's error: what happened, and what that means for what must be undone. Null: nothing was called. */
export function explainError(error: StepError, half: Half | null, effect: Effect): Explanation {
  const sentences = [firstSentence(error), half && meaning(half, effect)];
  return { title: error.code, text: sentences.filter(Boolean).join(" ") };
}

function firstSentence({ code, message }: StepError): string {
  const said = message.trim();
  if (!said || said === code) return codes[code] ?? "";
  return sentence(said);
}

function meaning(half: Half, effect: Effect): string {
  if (half === "compensation") return "The effect of the action still stands until this undo succeeds.";
  if (effect === "none") return "It did not happen, so there is nothing to undo here.";
  if (effect === "unknown") return "Whether it happened is not known, so it is treated as if it had.";
  return "The action itself happened.";
}

const causes: Readonly<Record<RunCause, string>> = {
  step_failed: "a step failed",
  deadline: "the deadline passed",
  cancelled: "the run was cancelled",
  operator: "a person asked for it",
};

/** Why a run unwinds or failed, as the end of a sentence. */
export const causeWords = (cause: RunCause) => causes[cause];

/** A generation by what it came of; null for the first, which needs no word. */
export function generationWords(generation: number, isEdited: boolean): string | null {
  if (generation <= 1) return null;
  return isEdited ? "with an edited input" : "done anew";
}

/** Who asked, as people read it: the log writes a program's key as `key:Name`. */
export const actorWords = (actor: string) => (actor.startsWith("key:") ? `API key ${actor.slice(4)}` : actor);

/** What the exposure of a run is called: nothing is at stake once it has ended clean. */
export const exposureWord = (run: Standing) => (isAtStake(run) ? "At stake" : "Amount");

type Standing = Pick<RunState, "state" | "rollback"> & { readonly attention: readonly unknown[] };

/** Nothing is at stake once a run has ended well, or is undone, and nobody is asked for anything. */
export function isAtStake({ state, rollback, attention }: Standing): boolean {
  const clean = state === "completed" || (state === "failed" && rollback !== "incomplete");
  return !clean || attention.length > 0;
}
