/** A history in which something was not as it must be: its seed tells it again, its trace tells what happened. */
export class HistoryFailed extends Error {
  readonly seed: number;
  readonly trace: readonly string[];

  constructor(seed: number, why: unknown, trace: readonly string[]) {
    super(`Seed ${seed}: ${why instanceof Error ? why.message : String(why)}`, { cause: why });
    this.seed = seed;
    this.trace = trace;
  }
}
