/** A place in a run's time, to the millisecond: `+0.412 s`, `+01:07.318`, `+2:01:07.318`. */
export function formatOffset(ms: number): string {
  const span = Math.max(0, Math.round(ms));
  if (span < 60_000) return `+${(span / 1000).toFixed(3)} s`;
  const pad = (value: number, length = 2) => String(value).padStart(length, "0");
  const hours = Math.floor(span / 3_600_000);
  const rest = `${pad(Math.floor(span / 60_000) % 60)}:${pad(Math.floor(span / 1000) % 60)}.${pad(span % 1000, 3)}`;
  return hours > 0 ? `+${hours}:${rest}` : `+${rest}`;
}
