import type { Patience } from "./sagas";

export type ChaosOptions = {
  readonly seed: string;
  readonly runs: number;
  /** Seconds during which runs are started and faults happen; leases run out and all comes to rest after. */
  readonly seconds: number;
  readonly workers: number;
  readonly patience: Patience;
  /** The participant's port. */
  readonly port: number;
  /** Kinds of faults left out. */
  readonly without: readonly string[];
  /** Said as it happens. */
  readonly say: (line: string) => void;
};

/** Leases of workers that were killed last take this long to run out and be noticed. */
const restSeconds = 35;

/** From the command line: `--runs 5000 --seconds 300 --seed x --workers 3 --timeout PT1S --concurrency 64 --without stop,database`. */
export function parseOptions(args: readonly string[], say: (line: string) => void): ChaosOptions {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i += 2) given.set((args[i] ?? "").replace(/^--/, ""), args[i + 1] ?? "");
  const number = (name: string, otherwise: number) => {
    const value = Number(given.get(name) ?? otherwise);
    if (!(value > 0)) throw new Error(`--${name} must be a number above 0, but it is "${given.get(name)}"`);
    return value;
  };
  const whole = number("seconds", given.has("runs") ? Math.max(60, number("runs", 1) / 20 + restSeconds) : 285);
  const seconds = Math.max(10, whole - restSeconds);
  return {
    seed: given.get("seed") ?? Math.random().toString(36).slice(2, 10),
    runs: number("runs", given.has("seconds") ? Math.round(seconds * 20) : 5_000),
    seconds,
    workers: number("workers", 3),
    patience: { timeout: given.get("timeout") ?? "PT1S", concurrency: number("concurrency", 64) },
    port: number("port", 3741),
    without: (given.get("without") ?? "").split(",").filter((name) => name !== ""),
    say,
  };
}
