import { TooMany } from "../errors";

type Count = { failures: number; until: number };

/** Counts failed tries by key, in memory; a success forgets them. */
export type Attempts = {
  /** Counts a try before it is made, so that parallel tries count too. Throws 429 when there were too many. */
  readonly take: (key: string) => void;
  readonly succeeded: (key: string) => void;
};

const mostRemembered = 50_000;

export function createAttempts(limit: number, windowMs: number, now: () => number = Date.now): Attempts {
  const counts = new Map<string, Count>();
  return {
    take(key) {
      const at = now();
      if (counts.size >= mostRemembered) for (const [other, { until }] of counts) if (until <= at) counts.delete(other);
      const known = counts.get(key);
      const count = known && known.until > at ? known : { failures: 0, until: at + windowMs };
      if (count.failures >= limit)
        throw new TooMany("Too many attempts. Wait a while and try again.", Math.ceil((count.until - at) / 1000));
      count.failures += 1;
      counts.set(key, count);
    },
    succeeded: (key) => void counts.delete(key),
  };
}
