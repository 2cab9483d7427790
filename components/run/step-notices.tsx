import { reasonText } from "@/components/attention/reasons";
import { Notice } from "@/components/ui/notice";
import type { StepState } from "@/engine/run/state";
import type { Moment } from "./moment";
import { explainError } from "./plain-words";

/** What is wrong with a step right now, in words: its failure, its undo's failure, what a person must do. */
export function StepNotices({ moment, step }: { moment: Moment; step: StepState }) {
  const { action, undo } = step;
  const needs = moment.state.attention.filter((need) => need.step === step.id);
  const failed =
    action.error !== null && step.effect !== "happened" ? explainError(action.error, "action", shown(step)) : null;
  const undoFailed =
    undo.error && step.status !== "compensated" ? explainError(undo.error, "compensation", step.effect) : null;
  return (
    <>
      {failed && (
        <Notice tone="failed" title={failed.title}>
          {failed.text}
        </Notice>
      )}
      {undoFailed && (
        <Notice tone="failed" title={`Undo: ${undoFailed.title}`}>
          {undoFailed.text}
        </Notice>
      )}
      {needs.map((need) => (
        <Notice key={need.reason} tone="attention" title={reasonText(need.reason).word}>
          {reasonText(need.reason).next}
        </Notice>
      ))}
    </>
  );
}

/** While an attempt is still to come, what the last one did may be known or not; only an unsettled one is unknown. */
const shown = (step: StepState) => (step.action.unsettled.length > 0 ? "unknown" : step.effect);
