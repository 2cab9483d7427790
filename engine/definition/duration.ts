import { limits } from "../limits";

/**
 * ISO 8601 durations of a definition. Months and years have no fixed length and are refused; a duration is more than
 * nothing and at most 400 days, so that a year-long wait fits and a typo of a century does not.
 */
export const durationPattern =
  /^P(?=\d|T\d)(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/;

const unit = { week: 604_800_000, day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1000 } as const;

/** Milliseconds, or null for anything that is not such a duration. */
export function parseDuration(text: string): number | null {
  const match = durationPattern.exec(text);
  if (!match) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const total =
    (weeks ?? 0) * unit.week +
    (days ?? 0) * unit.day +
    (hours ?? 0) * unit.hour +
    (minutes ?? 0) * unit.minute +
    Math.round((seconds ?? 0) * unit.second);
  return total > 0 && total <= limits.longestWait ? total : null;
}

/** The shortest usual writing of so many milliseconds, e.g. 90000 as `PT1M30S`. */
export function formatDuration(ms: number): string {
  const days = Math.floor(ms / unit.day);
  const hours = Math.floor((ms % unit.day) / unit.hour);
  const minutes = Math.floor((ms % unit.hour) / unit.minute);
  const seconds = (ms % unit.minute) / unit.second;
  const time = `${hours ? `${hours}H` : ""}${minutes ? `${minutes}M` : ""}${seconds ? `${seconds}S` : ""}`;
  return `P${days ? `${days}D` : ""}${time ? `T${time}` : ""}`;
}
