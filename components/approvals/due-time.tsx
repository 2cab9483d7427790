"use client";
import { stateLooks } from "@/components/canvas/status";
import { cn } from "@/components/ui/cn";
import { formatDateTime } from "@/components/ui/format";
import { StatusIcon } from "@/components/ui/status-badge";
import { useNow } from "@/components/ui/use-now";
import { dueOf } from "./due";

/** When a decision must be there, counted down; the last stretch in the colour of attention, with its mark. */
export function DueTime({ requestedAt, dueAt }: { requestedAt: string; dueAt: string | null }) {
  const now = useNow();
  const { urgency, words } = dueOf(Date.parse(requestedAt), dueAt === null ? null : Date.parse(dueAt), now);
  const pressing = urgency === "soon" || urgency === "late";
  return (
    <span
      title={dueAt === null ? undefined : formatDateTime(dueAt)}
      suppressHydrationWarning
      className={cn(
        "inline-flex items-center gap-1.5 whitespace-nowrap tabular-nums",
        pressing ? "font-semibold text-state-attention" : urgency === "none" ? "text-ink-3" : "text-ink-2",
      )}
    >
      {pressing && <StatusIcon look={stateLooks.attention} />}
      {words}
    </span>
  );
}
