import Link from "next/link";
import { runLook, stateLooks } from "@/components/canvas/status";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { formatAmount, shortId } from "@/components/ui/format";
import { StatusBadge, StatusIcon } from "@/components/ui/status-badge";
import { Elapsed } from "@/components/ui/time";
import { paths } from "@/contract/paths";
import type { RunSummary } from "@/contract/runs";
import { reasonText, sentence, whatIsWrong } from "./reasons";

/** Where a stuck run is repaired: its page, with the step, or item, in question chosen. */
export const repairHref = (run: RunSummary) => {
  const { step, item } = run.attention[0] ?? {};
  if (!step) return paths.run(run.id);
  return `${paths.run(run.id)}?step=${encodeURIComponent(step)}${item === undefined ? "" : `&item=${item}`}`;
};

/** One run that needs a person: what is the matter, since when, how much is at stake, what to do. */
export function AttentionRow({ run }: { run: RunSummary }) {
  const need = run.attention[0];
  const text = need ? reasonText(need.reason) : undefined;
  const others = run.attention.length - 1;
  return (
    <li className="grid grid-cols-[minmax(160px,0.8fr)_minmax(320px,2.4fr)_96px_96px_auto] items-start gap-x-6 border-b bg-panel px-4 py-3 max-lg:grid-cols-[1fr_auto_auto_auto] max-lg:gap-y-2 max-md:grid-cols-[1fr_auto]">
      <div className="flex min-w-0 flex-col gap-0.5 max-md:-order-2">
        <Link
          href={repairHref(run)}
          title={run.businessKey ?? run.id}
          className="truncate rounded-sm font-semibold text-sm"
        >
          {run.businessKey ?? <span className="font-mono text-xs">{shortId(run.id)}</span>}
        </Link>
        <span className="truncate text-ink-3 text-xs">
          {run.saga} v{run.version}
        </span>
        <StatusBadge look={runLook(run)} bare className="mt-0.5" />
      </div>
      <div className="flex min-w-0 flex-col gap-0.5 text-sm max-lg:order-last max-lg:col-span-4 max-md:col-span-2">
        {need && text ? (
          <>
            <p className="flex flex-wrap items-center gap-x-2 font-semibold text-state-attention">
              <StatusIcon look={stateLooks.attention} />
              {text.word}
              {need.event && <span className="font-mono font-normal text-ink-2 text-xs">{need.event}</span>}
              {need.step && (
                <span className={cn("font-normal text-ink-2", !need.title && "font-mono text-xs")}>
                  {need.title ?? need.step}
                  {need.item !== undefined && `, item ${need.item}`}
                </span>
              )}
              {others > 0 && <span className="font-normal text-ink-3 text-xs">and {others} more</span>}
            </p>
            <p className="break-words text-ink-2">{whatIsWrong(need)}</p>
            {run.error && <Cause error={run.error} need={need} />}
            <p>{text.next}</p>
          </>
        ) : (
          <p className="flex items-center gap-2 text-ink-2">
            <StatusIcon look={stateLooks.completed} /> Settled. It leaves this list when you come back.
          </p>
        )}
      </div>
      <Figure label="At stake" value={run.exposure === null ? "–" : formatAmount(run.exposure)} />
      <Figure label="Stuck for" value={need ? <Elapsed from={need.since} /> : "–"} />
      <Button asChild size="sm" className="max-md:-order-1">
        <Link href={repairHref(run)}>Repair…</Link>
      </Button>
    </li>
  );
}

type CauseProps = { error: NonNullable<RunSummary["error"]>; need: RunSummary["attention"][number] };

/** The failure that began the unwind, unless it is what is said already. */
function Cause({ error, need }: CauseProps) {
  if (error.step === need.step && error.message === need.error?.message) return null;
  return (
    <p className="break-words text-ink-2">
      {error.title ?? error.step} failed: {sentence(error.message || error.code)}
    </p>
  );
}

function Figure({ label, value }: { label: string; value: React.ReactNode }) {
  return (
    <div className="flex flex-col text-right max-md:text-left">
      <span className="font-semibold text-sm">{value}</span>
      <span className="text-ink-3 text-xs">{label}</span>
    </div>
  );
}
