import { formatDateTime, formatDuration } from "@/components/ui/format";
import type { SagaStep } from "@/engine/definition/saga";
import type { StepState } from "@/engine/run/state";
import type { Moment } from "../moment";
import { Quiet } from "../quiet";
import { dueIn, dueSentence } from "../waiting-words";

type WaitFactsProps = { moment: Moment; spec: SagaStep; step: StepState };

/** What a step waits for and when that is over, counted down; afterwards, how long it waited. */
export function WaitFacts({ moment, spec, step }: WaitFactsProps) {
  const { waiting, action, status } = step;
  if (waiting === null) {
    if (action.startedAt === null || action.endedAt === null)
      return <Quiet>{status === "skipped" ? "It was skipped." : "It does not wait yet."}</Quiet>;
    return <Quiet>{`It waited ${formatDuration(action.endedAt - action.startedAt)}.`}</Quiet>;
  }
  const left = dueIn(waiting, moment.now);
  return (
    <div className="flex flex-col gap-3">
      <dl className="grid grid-cols-[96px_1fr] gap-y-1.5 text-sm [&>dt]:text-ink-3">
        {spec.kind === "signal" && (
          <>
            <dt>Signal</dt>
            <dd className="break-all font-mono text-xs leading-5">{spec.signal}</dd>
          </>
        )}
        <dt>Waits since</dt>
        <dd>{formatDateTime(waiting.since)}</dd>
        {left !== null && (
          <>
            <dt>{spec.kind === "wait" ? "Goes on" : "Due"}</dt>
            <dd className="font-semibold tabular-nums">{left}</dd>
          </>
        )}
      </dl>
      <p className="text-ink-2 text-sm">{dueSentence(spec, waiting)}</p>
    </div>
  );
}
