"use client";
import { useMemo } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { formatDateTime } from "@/components/ui/format";
import type { Reaction } from "@/engine/definition/saga";
import { formatOffset } from "../format-offset";
import { type HeardRow, heardEvents, reactedTo } from "../heard-events";
import { Quiet } from "../quiet";
import { Section, WorkTabs } from "../work-tabs";
import { ItemsBody } from "./items-body";
import type { KindBodyProps } from "./kind-body";

/** A reaction: the event that it reacted to, what was to come of it, then what was sent and answered, and its undo. */
export function ReactionBody(props: KindBodyProps) {
  const { moment, spec, step } = props;
  const { saga, state, entries } = moment;
  const rows = useMemo(() => heardEvents(entries, state), [entries, state]);
  const reactions = saga.choreography?.reactions.filter((r) => r.step === saga.indexOf.get(spec.id)) ?? [];
  const does = reactions.find((r) => r.half === "action");
  const cause = reactedTo(rows, spec.id, false);
  const undoCause = reactedTo(rows, spec.id, true);
  return (
    <>
      <div className="flex flex-col gap-4 border-b p-4">
        <Section title="Reacted to">
          {cause ? (
            <Cause row={cause.row} startedAt={state.startedAt} />
          ) : (
            <Quiet>{`Nothing yet: it waits for ${wordsOf(does?.on)}.`}</Quiet>
          )}
        </Section>
        {does && (
          <Outcome
            reaction={does}
            rows={rows}
            since={cause?.row.number ?? null}
            dueAt={step.action.open?.timeoutAt ?? null}
          />
        )}
        {undoCause && (
          <Section title="Its undo was set off by">
            <Cause row={undoCause.row} startedAt={state.startedAt} />
          </Section>
        )}
      </div>
      {step.items === null ? (
        <WorkTabs moment={moment} spec={spec} step={step} item={null} name={spec.title} />
      ) : (
        <ItemsBody {...props} />
      )}
    </>
  );
}

function Cause({ row, startedAt }: { row: HeardRow; startedAt: number }) {
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
        <code className="break-all font-mono text-xs">{row.type}</code>
        <span className="text-ink-3 text-xs" title={formatDateTime(row.at)}>
          {row.by === null ? `from ${row.source}` : "said here"}, after {formatOffset(row.at - startedAt)}
        </span>
      </p>
      {row.data !== null && <CodeBlock label={`Data of ${row.type}`} value={row.data} maxHeight={180} />}
    </>
  );
}

type OutcomeProps = {
  reaction: Reaction;
  rows: readonly HeardRow[];
  /** The number of the event that it reacted to. */
  since: number | null;
  dueAt: number | null;
};

/** What came of it: the first of its events that was heard since, or which is waited for. */
function Outcome({ reaction: { emit, expect, fails }, rows, since, dueAt }: OutcomeProps) {
  const types = emit === null ? expect : [emit, ...expect];
  if (types.length === 0) return null;
  const came = since === null ? undefined : rows.find((row) => row.number > since && types.includes(row.type));
  if (came)
    return (
      <Section title="What came of it">
        <p className="text-sm">
          <code className="break-all font-mono text-xs">{came.type}</code>
          {fails.includes(came.type) && <span className="text-state-failed">, which says that it did not happen</span>}
        </p>
      </Section>
    );
  return (
    <Section title="What is to come of it">
      <p className="text-sm">
        <code className="break-all font-mono text-xs">{types.join(" or ")}</code>
        {since !== null && dueAt !== null && <span className="text-ink-3 text-xs">, by {formatDateTime(dueAt)}</span>}
      </p>
    </Section>
  );
}

const wordsOf = (types: readonly string[] = []) => types.join(" or ") || "an event";
