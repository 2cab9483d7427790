/** How figures, moments and spans are written everywhere. Spans are in milliseconds, moments are ISO strings, Dates or epoch milliseconds. */

export type Moment = string | number | Date;

const millis = (moment: Moment) => new Date(moment).getTime();
const pad = (value: number, length = 2) => String(value).padStart(length, "0");

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span in its two largest units: `412 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < SECOND) return `${Math.round(span)} ms`;
  if (span < 10 * SECOND) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`;
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return twoUnits(span, [MINUTE, "min"], [SECOND, "s"]);
  if (span < DAY) return twoUnits(span, [HOUR, "h"], [MINUTE, "min"]);
  return twoUnits(span, [DAY, "d"], [HOUR, "h"]);
}

function twoUnits(span: number, [major, majorName]: [number, string], [minor, minorName]: [number, string]): string {
  const rest = Math.floor((span % major) / minor);
  const whole = `${Math.floor(span / major)} ${majorName}`;
  return rest === 0 ? whole : `${whole} ${rest} ${minorName}`;
}

/** A running clock: `00:41`, `1:02:07`. */
export function formatClock(ms: number): string {
  const span = Math.max(0, ms);
  const hours = Math.floor(span / HOUR);
  const rest = `${pad(Math.floor((span % HOUR) / MINUTE))}:${pad(Math.floor((span % MINUTE) / SECOND))}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** How long ago, or in how long: `now`, `12 s ago`, `5 min ago`, `in 3 h`, `14 d ago`. */
export function formatRelative(moment: Moment, now: number): string {
  const distance = now - millis(moment);
  const span = Math.abs(distance);
  if (span < 5 * SECOND) return "now";
  const [unit, name] =
    span < MINUTE ? [SECOND, "s"] : span < HOUR ? [MINUTE, "min"] : span < DAY ? [HOUR, "h"] : [DAY, "d"];
  const words = `${Math.floor(span / (unit as number))} ${name}`;
  return distance > 0 ? `${words} ago` : `in ${words}`;
}

/** Local wall time to the millisecond, as logs want it: `22:41:07.318`. */
export function formatTime(moment: Moment): string {
  const date = new Date(moment);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}

/** Local date and time to the second: `2026-11-24 22:41:07`. */
export function formatDateTime(moment: Moment): string {
  const date = new Date(moment);
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${formatTime(moment).slice(0, 8)}`;
}

const integer = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const amount = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A count with thousands set apart: `1,204`. */
export const formatCount = (count: number) => integer.format(count);

/** What is at stake, two decimals, no currency since the definition names none: `1,284.00`. */
export const formatAmount = (value: number) => amount.format(value);

/** The two ends of an id: `0193…c41f`. Short ones stay whole. */
export const shortId = (id: string) => (id.length <= 12 ? id : `${id.slice(0, 4)}…${id.slice(-4)}`);

/** `3 steps`, `1 step`. */
export const plural = (count: number, one: string, many = `${one}s`) =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
