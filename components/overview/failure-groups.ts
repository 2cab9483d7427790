import type { RunSummary } from "@/contract/runs";

export type FailureGroup = {
  readonly saga: string;
  readonly step: string;
  readonly code: string;
  readonly count: number;
  /** When the newest of them started. */
  readonly lastAt: string;
};

/** Failed runs by saga, step and error code, the most frequent first; `runs` come newest first. */
export function groupFailures(runs: readonly RunSummary[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const { saga, error, startedAt } of runs) {
    if (!error) continue;
    const key = JSON.stringify([saga, error.step, error.code]);
    const known = groups.get(key);
    groups.set(
      key,
      known
        ? { ...known, count: known.count + 1 }
        : { saga, step: error.step, code: error.code, count: 1, lastAt: startedAt },
    );
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.lastAt < b.lastAt ? 1 : -1));
}
