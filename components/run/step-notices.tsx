import { reasonText } from "@/components/attention/reasons";
import { Notice } from "@/components/ui/notice";
import type { SagaStep } from "@/engine/definition/saga";
import type { StepState, WorkState } from "@/engine/run/state";
import type { Moment } from "./moment";
import { newsOf } from "./step-news";

type StepNoticesProps = { moment: Moment; spec: SagaStep; step: StepState; work: WorkState; item: number | null };

/** What is wrong with a step or item right now, in words: its failure, its undo's failure, what a person must do. */
export function StepNotices({ moment, spec, step, work, item }: StepNoticesProps) {
  const isStuck = work.status === "failed" || work.status === "compensation_failed";
  const needs = moment.state.attention.filter(
    (need) => need.step === step.id && (item === null || need.item === item || (need.item === undefined && isStuck)),
  );
  return (
    <>
      {newsOf(spec, step, work).map(({ tone, title, text }) => (
        <Notice key={title} tone={tone} title={title}>
          {text}
        </Notice>
      ))}
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
