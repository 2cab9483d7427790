"use client";
import { formatClock, formatDateTime, formatDuration, formatRelative, type Moment } from "./format";
import { useNow } from "./use-now";

/** How long ago, kept true; the exact moment on hover. */
export function RelativeTime({ at, className }: { at: Moment; className?: string }) {
  const now = useNow();
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={formatDateTime(at)}
      className={className}
      suppressHydrationWarning
    >
      {formatRelative(at, now)}
    </time>
  );
}

/** The span from `from` to `to`, or up to now while `to` is missing. `clock` writes it as 00:41. */
export function Elapsed({
  from,
  to,
  clock = false,
  className,
}: {
  from: Moment;
  to?: Moment | null;
  clock?: boolean;
  className?: string;
}) {
  return to === undefined || to === null ? (
    <Running from={from} clock={clock} className={className} />
  ) : (
    <span className={className}>{write(new Date(to).getTime() - new Date(from).getTime(), clock)}</span>
  );
}

function Running({ from, clock, className }: { from: Moment; clock: boolean; className?: string | undefined }) {
  const now = useNow();
  return (
    <span className={className} suppressHydrationWarning>
      {write(now - new Date(from).getTime(), clock)}
    </span>
  );
}

const write = (ms: number, clock: boolean) => (clock ? formatClock(ms) : formatDuration(ms));
