import { parseDuration, formatDuration as toIso } from "@/engine/definition/duration";

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  sec: 1_000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const parts = /(\d+(?:\.\d+)?)\s*(ms|sec|min|s|m|h|d)(?![a-z])/gi;

/** ISO 8601 out of what people type: `90s`, `5 min`, `1h 30m`, or ISO itself. Null for anything else. */
export function readDuration(text: string): string | null {
  const trimmed = text.trim();
  if (parseDuration(trimmed.toUpperCase()) !== null) return trimmed.toUpperCase();
  if (trimmed.replace(parts, "").trim() !== "") return null;
  const total = [...trimmed.matchAll(parts)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[(unit ?? "").toLowerCase()] ?? 0),
    0,
  );
  const iso = total > 0 ? toIso(total) : "";
  return parseDuration(iso) === null ? null : iso;
}
