import { formatDuration } from "@/components/ui/format";

/** How a due time stands: none, far away, near, past. */
export type Due = { readonly urgency: "none" | "calm" | "soon" | "late"; readonly words: string };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LAST_SHARE = 0.2;

/** The last fifth of the time that was given is `soon`; so are the last hour of a long one, and any last five minutes. */
const soonFrom = (given: number) => Math.max(given * LAST_SHARE, Math.min(HOUR, given / 2), 5 * MINUTE);

/** When a decision must be there, in words. Times in epoch milliseconds. */
export function dueOf(requestedAt: number, dueAt: number | null, now: number): Due {
  if (dueAt === null) return { urgency: "none", words: "no due time" };
  const left = dueAt - now;
  if (left <= 0) return { urgency: "late", words: "overdue" };
  const words = formatDuration(Math.ceil(left / 1000) * 1000);
  return left <= soonFrom(dueAt - requestedAt)
    ? { urgency: "soon", words: `overdue in ${words}` }
    : { urgency: "calm", words: `due in ${words}` };
}
