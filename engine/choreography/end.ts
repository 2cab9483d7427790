/** How a run that nobody conducts comes to a failed end: what is under way goes on, nothing else begins (C2). */
import type { Draft } from "../draft";
import { failStep } from "../forward";
import type { StepError } from "../run/state";

/** What the unwind answers by itself. */
const answered = new Set(["step_held", "unknown_outcome", "deadline_passed", "missing_event"]);

/**
 * Unlike a conductor's stop this takes no command back: the event that led to the end set all its reactions off at once
 * (C1). What is between two attempts is not tried again (U1).
 */
export function endRunFailed(draft: Draft, why: { readonly step: string; readonly error: StepError }): void {
  draft.record({ type: "UnwindStarted", cause: "step_failed", ...why });
  for (const { since: _, ...concern } of draft.state.attention.filter((a) => answered.has(a.reason)))
    draft.record({ type: "AttentionCleared", ...concern });
  draft.state.steps.forEach((_, index) => {
    for (const place of draft.places(index)) {
      const { status, action } = draft.work(place);
      if (status !== "executing" || action.open !== null) continue;
      const error = action.error ?? { code: "stopped", message: "The run came to its end before the next attempt" };
      failStep(draft, place, { kind: "retryable", error, whenSpent: "none" });
    }
  });
}
