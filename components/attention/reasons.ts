import type { RunSummary } from "@/contract/runs";
import type { AttentionReason } from "@/engine/run/state";

export type ReasonText = {
  /** What is the matter, in a few words. */
  readonly word: string;
  /** What it means. */
  readonly meaning: string;
  /** What a person can do about it. */
  readonly next: string;
};

export const attentionReasons = {
  step_held: {
    word: "Step held",
    meaning: "The step failed and was told to wait for a person; nothing is undone yet.",
    next: "Retry it, skip it with a result, or compensate the run.",
  },
  pivot_unknown: {
    word: "Point of no return unknown",
    meaning: "The deciding step did not answer, so neither going on nor undoing is safe.",
    next: "Find out at the service whether it happened, then mark the step completed or failed.",
  },
  compensation_failed: {
    word: "Undo failed",
    meaning: "The effect is still out there; its undo failed to the last attempt.",
    next: "Retry the undo, edit its input, or mark it done by hand with evidence.",
  },
  unknown_outcome: {
    word: "Outcome unknown",
    meaning: "A step did not answer and its effect was not undone.",
    next: "Find out whether it happened and settle it, or compensate that step.",
  },
  late_effect: {
    word: "Effect after the end",
    meaning: "A step reported success after its run had unwound or ended.",
    next: "Compensate that step, or accept it with a note.",
  },
  deadline_passed: {
    word: "Deadline passed",
    meaning: "The run is past its deadline and past its point of no return.",
    next: "Look at what it waits for and settle that step.",
  },
  unwind_stopped: {
    word: "Unwind stopped",
    meaning: "The unwind came to the step at which it was told to stop; that step and what came before it still stand.",
    next: "Undo the rest, or go back to an earlier step, or terminate the run and leave it as it is.",
  },
  missing_event: {
    word: "Event missing",
    meaning: "Nothing is under way, and no event came with which the run could go on or end.",
    next: "Ask the service what became of it. The run goes on as soon as the event comes, or when you settle the reaction by hand.",
  },
  unexpected_event: {
    word: "Unexpected event",
    meaning: "An event came that nothing in the choreography made likely: too early, twice, or after the end.",
    next: "See among the run's events who said it and what it holds, then write a note or settle what it was about.",
  },
  missing_compensation: {
    word: "Not undone",
    meaning: "The run failed, and an effect that another service should have undone is still there.",
    next: "Have the service undo it, then mark it undone with evidence.",
  },
  log_full: {
    word: "Log full",
    meaning: "The run has grown past the length a run may have and was stopped.",
    next: "Undo it and start it again as a new run, or terminate it.",
  },
} as const satisfies Record<AttentionReason, ReasonText>;

/** The words for a reason; an unknown one (a newer server's) is shown as it is. */
export const reasonText = (reason: string): ReasonText =>
  (attentionReasons as Record<string, ReasonText>)[reason] ?? {
    word: reason.replaceAll("_", " "),
    meaning: "This run needs a person.",
    next: "Open the run to see why.",
  };

/** What is the matter with one step, as it said itself where it did; an event that did not come says all there is to say. */
export function whatIsWrong({ reason, error }: Pick<RunSummary["attention"][number], "reason" | "error">): string {
  const { meaning } = reasonText(reason);
  if (!error) return meaning;
  const said = sentence(error.message.trim() || error.code);
  return reason === "missing_event" ? said : `${said} ${meaning}`;
}

export const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
