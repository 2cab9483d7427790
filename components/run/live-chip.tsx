"use client";
import { useConnection } from "@/components/api/use-connection";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Replay } from "./use-replay";

const chip = "inline-flex h-[22px] items-center gap-1.5 whitespace-nowrap rounded-sm px-2 font-semibold text-xs";

/** Whether what is shown is the run as it is now; in a replay, the way back. */
export function LiveChip({ replay, ended }: { replay: Replay; ended: boolean }) {
  const connection = useConnection();
  if (replay.replaying)
    return (
      <Button size="sm" onClick={replay.toEnd}>
        {ended ? "To the end" : "Back to live"}
      </Button>
    );
  if (ended) return <span className={cn(chip, "bg-state-pending-soft text-state-pending")}>Ended</span>;
  const live = connection === "live";
  return (
    <span
      role="status"
      className={cn(
        chip,
        live ? "bg-state-completed-soft text-state-completed" : "bg-state-attention-soft text-state-attention",
      )}
    >
      <span
        aria-hidden
        className={cn("size-1.5 rounded-full", live ? "bg-state-completed-solid" : "bg-state-attention-solid")}
      />
      {live ? "Live" : connection === "lost" ? "Stale" : "Connecting"}
    </span>
  );
}
