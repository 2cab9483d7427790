import { Waypoints } from "lucide-react";
import Link from "next/link";
import { runStateLooks } from "@/components/canvas/status";
import { ModeBadge } from "@/components/run/mode-badge";
import { StartRunButton } from "@/components/run/start-run-button";
import { Badge } from "@/components/ui/badge";
import { formatCount, plural } from "@/components/ui/format";
import { StatusIcon } from "@/components/ui/status-badge";
import { TableCell, TableRow } from "@/components/ui/table";
import { RelativeTime } from "@/components/ui/time";
import { paths } from "@/contract/paths";
import { runLifecycle } from "@/contract/runs";
import type { SagaSummary } from "@/contract/sagas";

/** One saga type: its versions, its runs by state (each a link to them), how it last failed. */
export function SagaRow({ saga }: { saga: SagaSummary }) {
  return (
    <TableRow>
      <TableCell className="h-[52px]">
        <Link href={paths.saga(saga.type)} title={saga.title} className="block truncate rounded-sm font-medium">
          {saga.title}
        </Link>
        <span className="flex items-center gap-2">
          <span className="truncate font-mono text-ink-3 text-xs">{saga.type}</span>
          {saga.style === "choreography" && (
            <>
              <Badge className="gap-1">
                <Waypoints aria-hidden className="size-3" /> choreography
              </Badge>
              <ModeBadge mode={saga.mode ?? undefined} />
            </>
          )}
        </span>
      </TableCell>
      <TableCell>
        <span className="inline-flex items-center gap-2 whitespace-nowrap">
          {saga.latestVersion > 0 ? `v${saga.latestVersion}` : <span className="text-ink-3">not published</span>}
          {saga.draftChanged && <Badge>draft</Badge>}
          {saga.latestVersion > 0 && <StartRunButton type={saga.type} title={saga.title} mode={saga.mode} size="sm" />}
        </span>
      </TableCell>
      <TableCell className="whitespace-nowrap text-ink-2">
        {plural(saga.steps, saga.style === "choreography" ? "reaction" : "step")}
      </TableCell>
      <TableCell>
        <RunCountsByState saga={saga} />
      </TableCell>
      <TableCell>
        {saga.lastFailure ? (
          <Link href={paths.run(saga.lastFailure.run)} className="block rounded-sm text-ink-2 hover:text-ink">
            <span className="block truncate font-mono text-xs">{saga.lastFailure.code}</span>
            <span className="block truncate text-ink-3 text-xs">
              {saga.lastFailure.step && <span className="font-mono">{saga.lastFailure.step}, </span>}
              <RelativeTime at={saga.lastFailure.at} />
            </span>
          </Link>
        ) : (
          <span className="text-ink-3">none</span>
        )}
      </TableCell>
      <TableCell numeric className="text-ink-2">
        <RelativeTime at={saga.updatedAt} />
      </TableCell>
    </TableRow>
  );
}

function RunCountsByState({ saga }: { saga: SagaSummary }) {
  const present = runLifecycle.options.filter((state) => saga.counts[state] > 0);
  if (present.length === 0) return <span className="text-ink-3">no runs yet</span>;
  return (
    <span className="flex items-center gap-3">
      {present.map((state) => (
        <Link
          key={state}
          href={`${paths.runs()}?saga=${encodeURIComponent(saga.type)}&state=${state}`}
          title={`${runStateLooks[state].word} runs`}
          className="inline-flex items-center gap-1 rounded-sm hover:underline"
        >
          <StatusIcon look={runStateLooks[state]} className="animate-none" />
          {formatCount(saga.counts[state])}
          <span className="sr-only">{runStateLooks[state].word}</span>
        </Link>
      ))}
    </span>
  );
}
