"use client";
import { useQuery } from "@tanstack/react-query";
import { Pause } from "lucide-react";
import Link from "next/link";
import { runQuery } from "@/components/api/runs";
import { toCanvasModel } from "@/components/canvas/canvas-model";
import { undoProgress } from "@/components/canvas/owed-undos";
import { PageHeader } from "@/components/shell/page-header";
import { cn } from "@/components/ui/cn";
import { formatAmount, shortId } from "@/components/ui/format";
import { AttentionBadge, RunBadge } from "@/components/ui/status-badge";
import { Elapsed } from "@/components/ui/time";
import { paths } from "@/contract/paths";
import type { SagaDocument } from "@/engine/definition/document";
import type { OperationName } from "@/engine/run/event";
import type { Parent, RunState } from "@/engine/run/state";
import { ModeBadge } from "./mode-badge";
import type { Offers } from "./offers";
import { exposureWord } from "./plain-words";
import { RunActions } from "./run-actions";

type RunHeaderProps = {
  document: SagaDocument;
  /** The run as it is now, also while the page replays its past. */
  state: RunState;
  offers: Offers;
  onOperate: (operation: OperationName) => void;
};

/** Which run, how it stands, what is at stake, and what can be done. */
export function RunHeader({ document, state, offers, onOperate }: RunHeaderProps) {
  const progress = undoProgress(toCanvasModel(document), state);
  const between = useParentCrumb(state.parent);
  return (
    <PageHeader
      parent={{ label: "Runs", href: paths.runs() }}
      between={between}
      title={state.businessKey ?? shortId(state.id)}
      meta={
        <>
          <Link
            href={paths.saga(state.saga)}
            className={cn(
              "truncate rounded-sm hover:text-ink hover:underline max-lg:hidden",
              state.attention.length > 0 && "max-xl:hidden",
            )}
          >
            {state.saga} <span className="text-ink-3">v{state.version}</span>
          </Link>
          <ModeBadge mode={document.mode} />
          <RunBadge run={state} />
          {state.paused && (
            <span className="inline-flex items-center gap-1 font-semibold text-ink text-xs">
              <Pause aria-hidden className="size-3.5" /> Paused
            </span>
          )}
          {state.attention.length > 0 && <AttentionBadge word="Attention" />}
          {progress && progress.total > 0 && (
            <span className="max-2xl:hidden">{`${progress.done} of ${progress.total} undone`}</span>
          )}
        </>
      }
      actions={
        <>
          {/* The inspector says it too: where it is narrow, the key goes before it. */}
          <p className="mr-2 flex items-center gap-3 whitespace-nowrap text-ink-2 text-sm max-[1360px]:hidden">
            {state.exposure !== null && (
              <span>
                {exposureWord(state)} <strong className="font-semibold text-ink">{formatAmount(state.exposure)}</strong>
              </span>
            )}
            <Elapsed
              from={state.startedAt}
              to={state.endedAt}
              clock={state.endedAt === null}
              className="tabular-nums"
            />
          </p>
          <RunActions state={state} offers={offers} observed={document.mode === "observe"} onOperate={onOperate} />
        </>
      }
    />
  );
}

/** On a child run: the step of its parent that it is, which the parent's page then shows. */
function useParentCrumb(parent: Parent | null) {
  const run = useQuery({ ...runQuery(parent?.run ?? ""), enabled: parent !== null }).data;
  if (parent === null) return [];
  const of = run ? `${run.saga} ${run.businessKey ?? shortId(run.id)}` : shortId(parent.run);
  return [
    {
      label: `Step ${parent.step} of ${of}`,
      href: `${paths.run(parent.run)}?step=${encodeURIComponent(parent.step)}`,
    },
  ];
}
