"use client";
import Link from "next/link";
import { type ReactNode, useMemo } from "react";
import { reasonText, sentence } from "@/components/attention/reasons";
import { titlesOf } from "@/components/canvas/canvas-model";
import { CopyableId } from "@/components/ui/copyable-id";
import { formatAmount, formatDateTime } from "@/components/ui/format";
import { Notice } from "@/components/ui/notice";
import { RunBadge } from "@/components/ui/status-badge";
import { paths } from "@/contract/paths";
import { errorBehind } from "@/engine/error-behind";
import type { Attention, RunState } from "@/engine/run/state";
import { errorWords, startedRun } from "./event-words";
import type { Moment } from "./moment";
import { actorWords, causeWords, exposureWord } from "./plain-words";
import { RunLink } from "./run-link";

type Select = (step: string, item?: number) => void;

/** The run as a whole, shown while no step is chosen. */
export function RunFacts({ moment, onSelect }: { moment: Moment; onSelect: Select }) {
  const { state, document } = moment;
  const titles = titlesOf(document);
  const nameOf = (id: string) => titles.get(id) ?? id;
  const restarts = useMemo(() => restartsIn(moment.entries), [moment.entries]);
  return (
    <div className="flex flex-col gap-3 border-b p-4">
      <h2 className="font-semibold text-base">The run</h2>
      {state.error && state.state !== "completed" && (
        <Notice tone="failed" title={state.error.code}>
          <StepLink id={state.error.step} onSelect={onSelect}>
            {nameOf(state.error.step)}
          </StepLink>
          {`: ${state.error.message}`}
        </Notice>
      )}
      {state.attention.map((need) => (
        <Notice
          key={`${need.reason}:${need.step}:${need.item ?? ""}:${need.event ?? ""}`}
          tone="attention"
          title={reasonText(need.reason).word}
        >
          {need.step && (
            <>
              <StepLink id={need.step} item={need.item} onSelect={onSelect}>
                {`${nameOf(need.step)}${need.item === undefined ? "" : `, item ${need.item}`}`}
              </StepLink>
              {". "}
            </>
          )}
          {need.event && (
            <>
              <code className="font-mono text-xs">{need.event}</code>
              {". "}
            </>
          )}
          {reasonText(need.reason).next}
          {whyIn(state, need) && <span className="mt-1 block break-words text-ink-2">{whyIn(state, need)}</span>}
        </Notice>
      ))}
      <dl className="grid grid-cols-[96px_1fr] gap-y-1.5 text-sm [&>dd]:min-w-0 [&>dt]:text-ink-3">
        <dt>State</dt>
        <dd>
          <RunBadge run={state} bare />
          {state.cause && <span className="text-ink-2">, because {causeWords(state.cause)}</span>}
        </dd>
        <dt>Run</dt>
        <dd>
          <CopyableId id={state.id} />
        </dd>
        <dt>Saga</dt>
        <dd>
          <Link
            href={paths.saga(state.saga)}
            className="rounded-sm underline decoration-line-strong underline-offset-2"
          >
            {state.saga}
          </Link>{" "}
          <span className="text-ink-2">v{state.version}</span>
        </dd>
        {state.exposure !== null && <Fact name={exposureWord(state)}>{formatAmount(state.exposure)}</Fact>}
        <Fact name="Started">{formatDateTime(state.startedAt)}</Fact>
        {state.startedBy && <Fact name="Started by">{actorWords(state.startedBy)}</Fact>}
        {state.endedAt !== null && <Fact name="Ended">{formatDateTime(state.endedAt)}</Fact>}
        {state.deadlineAt !== null && <Fact name="Deadline">{formatDateTime(state.deadlineAt)}</Fact>}
        {state.parent && (
          <Fact name={`Step ${state.parent.step} of`}>
            <RunLink id={state.parent.run} step={state.parent.step} />
          </Fact>
        )}
        {state.restartOf && (
          <Fact name="Restart of">
            <RunLink id={state.restartOf} />
          </Fact>
        )}
        {restarts.map((run) => (
          <Fact key={run} name="Restarted as">
            <RunLink id={run} />
          </Fact>
        ))}
        {state.unwind?.downTo && <Fact name="Unwinds to">{nameOf(state.unwind.downTo)}, which stays</Fact>}
        {state.residue.length > 0 && <Fact name="Left standing">{state.residue.map(nameOf).join(", ")}</Fact>}
      </dl>
    </div>
  );
}

/** What was said of the step that waits for a person. */
function whyIn(state: RunState, need: Attention): string | null {
  const error = errorBehind(state, need);
  if (error?.code === "missing_event") return sentence(error.message);
  return error && errorWords(error);
}

/** The runs that people started again from this one, as its log says. */
const restartsIn = (entries: Moment["entries"]): readonly string[] =>
  entries.flatMap(({ transitions }) =>
    transitions.flatMap((t) => {
      const isRestart = t.type === "OperationAccepted" && t.operation.operation === "startAgain";
      const run = isRestart ? startedRun(t.operation.result) : null;
      return run === null ? [] : [run];
    }),
  );

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}

type StepLinkProps = { id: string; item?: number | undefined; children: string; onSelect: Select };

function StepLink({ id, item, children, onSelect }: StepLinkProps) {
  return (
    <button
      type="button"
      onClick={() => onSelect(id, item)}
      className="rounded-sm font-medium underline underline-offset-2"
    >
      {children}
    </button>
  );
}
