const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** RFC 3339 text or seconds since the epoch; throws on a date that does not exist, which `Date` would roll over. */
export function parseTimestamp(value: string | bigint): Date {
  const date = typeof value === "bigint" ? new Date(Number(value) * 1000) : fromText(value);
  const time = date.getTime();
  if (time >= -62_135_596_800_000 && time <= 253_402_300_799_999) return date;
  throw new Error("timestamp() needs a time between the years 1 and 9999");
}

function fromText(text: string): Date {
  const parts = rfc3339.exec(text);
  const day = parts ? new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]))) : null;
  const real = day && day.getUTCMonth() === Number(parts?.[2]) - 1 && Number(parts?.[4]) < 24;
  if (!parts || !real) throw new Error(`timestamp() needs an RFC 3339 time such as "2026-01-31T08:00:00Z"`);
  const millis = (parts[7] ?? ".000").slice(0, 4).padEnd(4, "0");
  return new Date(`${text.slice(0, 19)}${millis}${parts[8]}`);
}

/** RFC 3339 text as milliseconds since the epoch, or null for anything else. */
export function parseInstant(text: string): number | null {
  try {
    return parseTimestamp(text).getTime();
  } catch {
    return null;
  }
}
