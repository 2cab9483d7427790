import { formatDuration } from "@/components/ui/format";

/** How a due time stands: none, far away, near, past. */
export type Due = { readonly urgency: "none" | "calm" | "soon" | "late"; readonly words: string };

const HOUR = 3_600_000;
/** The last part of the time that was given, and in any case the last hour of a longer one, is `soon`. */
const LAST_SHARE = 0.2;

/** When a decision must be there, in words. Times in epoch milliseconds. */
export function dueOf(requestedAt: number, dueAt: number | null, now: number): Due {
  if (dueAt === null) return { urgency: "none", words: "no due time" };
  const left = dueAt - now;
  if (left <= 0) return { urgency: "late", words: "overdue" };
  const soon = left <= Math.max((dueAt - requestedAt) * LAST_SHARE, Math.min(HOUR, (dueAt - requestedAt) / 2));
  const words = formatDuration(Math.ceil(left / 1000) * 1000);
  return soon ? { urgency: "soon", words: `overdue in ${words}` } : { urgency: "calm", words: `due in ${words}` };
}
