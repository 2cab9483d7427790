"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { runCountsQuery } from "@/components/api/runs";
import { runStateLooks, type StateLook, stateLooks } from "@/components/canvas/status";
import { formatCount } from "@/components/ui/format";
import { Skeleton } from "@/components/ui/skeleton";
import { StatusIcon } from "@/components/ui/status-badge";
import { paths } from "@/contract/paths";
import { runLifecycle } from "@/contract/runs";

/** How many runs are in each state, live; each leads to them. */
export function StateTiles() {
  const counts = useQuery(runCountsQuery).data;
  return (
    <ul className="grid shrink-0 grid-cols-6 gap-px overflow-hidden rounded-lg border bg-line max-lg:grid-cols-3">
      <Tile
        look={{ ...stateLooks.attention, word: "Need a person" }}
        count={counts?.attention}
        href={paths.attention()}
      />
      {runLifecycle.options.map((state) => (
        <Tile
          key={state}
          look={runStateLooks[state]}
          count={counts?.byState[state]}
          href={`${paths.runs()}?state=${state}`}
        />
      ))}
    </ul>
  );
}

function Tile({ look, count, href }: { look: StateLook; count: number | undefined; href: string }) {
  return (
    <li className="bg-panel">
      <Link
        href={href}
        className="flex h-20 flex-col justify-center gap-1 px-4 hover:bg-hover focus-visible:-outline-offset-2"
      >
        <span className="flex items-center gap-1.5 text-ink-2 text-xs">
          <StatusIcon look={look} className="animate-none" />
          {look.word}
        </span>
        <span className="flex h-7 items-center font-semibold text-xl">
          {count === undefined ? <Skeleton className="w-12" /> : formatCount(count)}
        </span>
      </Link>
    </li>
  );
}
