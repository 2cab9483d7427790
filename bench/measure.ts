import { setTimeout as delay } from "node:timers/promises";
import type { HotPath } from "./hot-path";

export type Throughput = {
  readonly sagasPerSecond: number;
  readonly decisionsPerSecond: number;
  /** Processor time of this process for one saga, microseconds: what stays comparable on a busy machine. */
  readonly cpuPerSaga: number;
};

/** Compiled code and open connections: before that the machine measures itself. */
const warmUp = { runs: 5_000, seconds: 2, atMostSeconds: 15 };

/** As many runs as it takes to keep `parallel` of them under way; counted after a warm-up. */
export async function throughput(path: HotPath, saga: string, parallel: number, seconds: number): Promise<Throughput> {
  let stopped = false;
  let failure: unknown = null;
  const loop = async () => {
    while (!stopped) await path.run(saga);
  };
  const loops = Array.from({ length: parallel }, () =>
    loop().catch((error) => {
      failure = error;
    }),
  );
  await delay(warmUp.seconds * 1_000);
  for (let i = warmUp.seconds; i < warmUp.atMostSeconds && path.session.stats.ended < warmUp.runs; i += 1)
    await delay(1_000);
  const before = path.session.stats;
  const from = performance.now();
  const cpuBefore = process.cpuUsage();
  await delay(seconds * 1_000);
  const after = path.session.stats;
  const cpu = process.cpuUsage(cpuBefore);
  const took = (performance.now() - from) / 1_000;
  stopped = true;
  await Promise.all(loops);
  if (failure) throw failure;
  return {
    sagasPerSecond: (after.ended - before.ended) / took,
    decisionsPerSecond: (after.events + after.started - before.events - before.started) / took,
    cpuPerSaga: (cpu.user + cpu.system) / (after.ended - before.ended),
  };
}

export type Latency = { readonly p50: number; readonly p99: number };

/** One run every 1/rate seconds, from asking for it until its end is durable; milliseconds. */
export async function latency(path: HotPath, saga: string, rate: number, seconds: number): Promise<Latency> {
  for (let i = 0; i < 40; i += 1) await path.run(saga);
  const times: number[] = [];
  const runs: Promise<void>[] = [];
  for (let i = 0; i < rate * seconds; i += 1) {
    const from = performance.now();
    runs.push(
      path.run(saga).then((ended) => {
        times.push(ended - from);
      }),
    );
    await delay(1_000 / rate);
  }
  await Promise.all(runs);
  return latencyOf(times);
}

/** Median and 99th percentile. */
export function latencyOf(times: readonly number[]): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
