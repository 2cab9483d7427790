import type { RetryPolicy } from "@/engine/definition/saga";

/** When each attempt starts, in ms after the first, if every one failed at once and no jitter were drawn. */
export function attemptTimes(policy: RetryPolicy): readonly number[] {
  const times = [0];
  let delay = policy.initial;
  while (times.length < policy.attempts) {
    const next = (times.at(-1) ?? 0) + Math.min(delay, policy.max);
    if (next > policy.maxElapsed) break;
    times.push(next);
    delay *= policy.factor;
  }
  return times;
}
