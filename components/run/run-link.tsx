"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { runQuery } from "@/components/api/runs";
import { shortId } from "@/components/ui/format";
import { AttentionBadge, RunBadge } from "@/components/ui/status-badge";
import { paths } from "@/contract/paths";

/** Another run, by its key and saga, with how it stands now. `step`: the one to look at there. */
export function RunLink({ id, step }: { id: string; step?: string | null }) {
  const run = useQuery(runQuery(id)).data;
  const href = step ? `${paths.run(id)}?step=${encodeURIComponent(step)}` : paths.run(id);
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <Link href={href} className="rounded-sm font-medium underline decoration-line-strong underline-offset-2">
        {run?.businessKey ?? <span className="font-mono text-xs">{shortId(id)}</span>}
      </Link>
      {run && (
        <>
          <span className="text-ink-2">
            {run.saga} <span className="text-ink-3">v{run.version}</span>
          </span>
          <RunBadge run={run} bare />
          {run.attention.length > 0 && <AttentionBadge bare />}
        </>
      )}
    </p>
  );
}
