import { reasonText } from "@/components/attention/reasons";
import { Notice } from "@/components/ui/notice";
import type { SagaStep } from "@/engine/definition/saga";
import { isInDoubt, type StepState, type WorkState } from "@/engine/run/state";
import type { Moment } from "./moment";
import { explainError } from "./plain-words";

type StepNoticesProps = { moment: Moment; spec: SagaStep; step: StepState; work: WorkState; item: number | null };

/** What is wrong with a step or item right now, in words: its failure, its undo's failure, what a person must do. */
export function StepNotices({ moment, spec, step, work, item }: StepNoticesProps) {
  const { action, undo } = work;
  const isStuck = work.status === "failed" || work.status === "compensation_failed";
  const needs = moment.state.attention.filter(
    (need) => need.step === step.id && (item === null || need.item === item || (need.item === undefined && isStuck)),
  );
  // What the items did is said of each: together they may have done some of it.
  const isOne = step.items === null || item !== null;
  const called = (spec.action !== null || spec.kind === "saga") && isOne;
  const isNews = work.effect !== "happened" || work.status === "failed";
  const failed =
    action.error !== null && isNews ? explainError(action.error, called ? "action" : null, shown(work)) : null;
  const undoFailed =
    undo.error && work.status !== "compensated" ? explainError(undo.error, "compensation", work.effect) : null;
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
        <Notice
          key={`${need.reason}:${need.item ?? ""}`}
          tone="attention"
          title={`${reasonText(need.reason).word}${need.item === undefined || item !== null ? "" : `, item ${need.item}`}`}
        >
          {reasonText(need.reason).next}
        </Notice>
      ))}
    </>
  );
}

/** While an attempt is still to come, what the last one did may be known or not; only an unsettled one is unknown. */
const shown = (work: WorkState) => (isInDoubt(work.action) ? "unknown" : work.effect);
