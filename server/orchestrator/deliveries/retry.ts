import { createHash } from "node:crypto";

const minute = 60_000;
const hour = 60 * minute;

/** The waits before each attempt, the first one's too: those that Standard Webhooks recommends. */
export const retryTable: readonly number[] = [
  0,
  5_000,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

const jitter = 0.1;

/**
 * Milliseconds until the next attempt, after so many that failed; null: that was the last. Up to a tenth is added, the
 * same for one delivery and attempt, so that what failed together does not come back together.
 */
export function nextAfter(delivery: string, attempts: number, table = retryTable): number | null {
  const wait = table[attempts];
  if (wait === undefined) return null;
  const share = createHash("sha1").update(`${delivery}:${attempts}`).digest().readUInt32BE(0) / 2 ** 32;
  return Math.round(wait * (1 + jitter * share));
}
