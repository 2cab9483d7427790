import { createColumnHelper, tableFeatures } from "@tanstack/react-table";
import Link from "next/link";
import { reasonText } from "@/components/attention/reasons";
import { isAtStake } from "@/components/run/plain-words";
import { formatAmount, shortId } from "@/components/ui/format";
import { AttentionBadge, RunBadge } from "@/components/ui/status-badge";
import { Elapsed, RelativeTime } from "@/components/ui/time";
import { paths } from "@/contract/paths";
import type { RunSummary } from "@/contract/runs";

export const runFeatures = tableFeatures({});
const column = createColumnHelper<typeof runFeatures, RunSummary>();
const none = <span className="text-ink-3">–</span>;

/** Widths in px; saga, key and error share what is left. */
export const columnWidths: Record<string, number | undefined> = {
  state: 172,
  exposure: 84,
  stepNow: 140,
  startedAt: 100,
  took: 104,
};
export const numericColumns: ReadonlySet<string> = new Set(["exposure", "startedAt", "took"]);

export const runColumns = column.columns([
  column.display({
    id: "state",
    header: "State",
    cell: ({ row: { original: run } }) => <RunBadge run={run} bare />,
  }),
  column.display({
    id: "saga",
    header: "Saga",
    cell: ({ row: { original: run } }) => (
      <>
        {run.saga} <span className="text-ink-3">v{run.version}</span>
      </>
    ),
  }),
  column.display({
    id: "key",
    header: "Key",
    cell: ({ row: { original: run } }) => (
      <Link
        href={paths.run(run.id)}
        title={run.businessKey ?? run.id}
        className="rounded-sm font-medium"
        prefetch={false}
      >
        {run.businessKey ?? <span className="font-mono text-xs">{shortId(run.id)}</span>}
      </Link>
    ),
  }),
  column.display({
    id: "exposure",
    header: "At stake",
    cell: ({ row: { original: run } }) =>
      run.exposure === null || !isAtStake(run) ? none : formatAmount(run.exposure),
  }),
  column.display({
    id: "stepNow",
    header: "Step now",
    cell: ({ row: { original: run } }) => {
      const need = run.attention[0];
      if (need) return <AttentionBadge bare word={reasonText(need.reason).word} />;
      return run.stepNow && !run.endedAt ? <span className="font-mono text-xs">{run.stepNow}</span> : none;
    },
  }),
  column.display({
    id: "error",
    header: "Error",
    cell: ({ row: { original: run } }) =>
      run.error ? (
        <span title={`${run.error.step}: ${run.error.message}`} className="font-mono text-xs">
          {run.error.code} <span className="text-ink-3">{run.error.step}</span>
        </span>
      ) : (
        none
      ),
  }),
  column.display({
    id: "startedAt",
    header: "Started",
    cell: ({ row: { original: run } }) => <RelativeTime at={run.startedAt} className="text-ink-2" />,
  }),
  column.display({
    id: "took",
    header: "Took",
    cell: ({ row: { original: run } }) => <Elapsed from={run.startedAt} to={run.endedAt} className="text-ink-2" />,
  }),
]);
