import type { Half } from "./run/state";

/** The idempotency key of one half of a step: the same on every attempt, and across restarts (F4). */
export function idempotencyKey(run: string, step: string, half: Half, generation: number): string {
  return `${run}:${step}:${generation}:${half}`;
}
