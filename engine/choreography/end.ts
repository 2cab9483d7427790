/** How a run that nobody conducts comes to a failed end: what is under way goes on, nothing else begins (C2). */
import type { Draft } from "../draft";
import { failStep } from "../forward";
import type { ToldEvent } from "../run/event";
import type { StepError, WorkState } from "../run/state";
import { choreographyOf, heardBy } from "./reactions";
import { errorOf } from "./settle";

/** What the unwind answers by itself. */
const answered = new Set(["step_held", "unknown_outcome", "deadline_passed", "missing_event"]);

/**
 * Unlike a conductor's stop this takes no command back: the event that led to the end set all its reactions off at once
 * (C1). What is between two attempts is not tried again (U1).
 */
export function endRunFailed(draft: Draft, event: ToldEvent): void {
  draft.record({ type: "UnwindStarted", cause: "step_failed", ...blamed(draft, event) });
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

type Blamed = { readonly step: string; readonly error: StepError };

/** The event that says the end tells that it failed, not why: that does the step that failed last, where one did. */
function blamed(draft: Draft, event: ToldEvent): Blamed {
  const failed = draft.state.steps.flatMap(({ id }, index) =>
    draft.places(index).flatMap((place): readonly (Blamed & { readonly order: number })[] => {
      const w = draft.work(place);
      const error = hasFailed(w) ? whyFailed(draft, index, w) : null;
      return error ? [{ step: id, error, order: w.settledOrder ?? 0 }] : [];
    }),
  );
  const last = failed.toSorted((a, b) => b.order - a.order)[0];
  return last ? { step: last.step, error: last.error } : { step: stepThatSays(draft, event), error: errorOf(event) };
}

/** Also where its outcome was never known, and it is being undone, or was. */
function hasFailed({ status, effect }: WorkState): boolean {
  return status !== "executing" && status !== "skipped" && effect !== "happened";
}

/** An event that had not come in time, and then says no, says more than that it was missing. */
function whyFailed(draft: Draft, step: number, { action }: WorkState): StepError | null {
  if (action.error?.code !== "missing_event") return action.error;
  const { heard, last } = heardBy(draft.state);
  const { fails = [] } = choreographyOf(draft.saga).reactions.find((r) => r.step === step && r.half === "action") ?? {};
  const no = heard.findLast(({ type }) => fails.includes(type));
  return no ? errorOf({ ...no, data: last[no.type] ?? null }) : action.error;
}

function stepThatSays({ saga }: Draft, { type }: ToldEvent): string {
  const { reactions } = choreographyOf(saga);
  const says = reactions.find((r) => r.half === "action" && (r.emit === type || r.expect.includes(type)));
  return says?.id ?? saga.steps[0]?.id ?? "";
}
