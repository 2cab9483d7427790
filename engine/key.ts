import type { Half } from "./run/state";

export type KeyOf = {
  readonly run: string;
  readonly step: string;
  readonly item?: number | undefined;
  readonly generation: number;
  readonly half: Half;
};

/** The idempotency key of one half of a step or item: the same on every attempt, and across restarts (F4). */
export function idempotencyKey({ run, step, item, generation, half }: KeyOf): string {
  return `${run}:${step}${item === undefined ? "" : `:${item}`}:${generation}:${half}`;
}
