import type { RunCounts } from "@/contract/runs";
import type { PrismaClient } from "../prisma";
import { firstIdAt } from "../uuid";

export type SagaCounts = {
  readonly counts: RunCounts["byState"];
  readonly lastFailure: {
    readonly run: string;
    readonly at: string;
    readonly code: string;
    readonly step: string;
  } | null;
};

export type Counted = { readonly total: RunCounts; readonly bySaga: ReadonlyMap<string, SagaCounts> };

/** Counts of runs, made at most once a second, and more seldom where counting takes long, however many ask. */
export type RunCounter = { readonly counted: () => Promise<Counted> };

const believedMs = 1_000;
/** At most this share of the time is spent on counting, however many runs there are. */
const share = 0.1;
/** Ended runs are counted among the newest ones only, so that a count costs the same with a million runs as with a few. */
const newest = 50_000;
const newestFailures = 5_000;
const windowMs = 30 * 24 * 60 * 60 * 1000;

export function createRunCounter(prisma: PrismaClient, now: () => number = Date.now): RunCounter {
  let known: Promise<Counted> | null = null;
  let until = 0;
  return {
    counted() {
      if (known && now() < until) return known;
      const begun = now();
      const counting = count(prisma, firstIdAt(begun - windowMs));
      known = counting;
      until = Number.POSITIVE_INFINITY;
      counting.then(
        () => {
          until = now() + Math.max(believedMs, (now() - begun) / share);
        },
        () => {
          known = null;
        },
      );
      return counting;
    },
  };
}

type CountRow = { readonly saga: string; readonly state: keyof RunCounts["byState"]; readonly runs: number };
type FailureRow = {
  readonly saga: string;
  readonly id: string;
  readonly at: Date;
  readonly code: string;
  readonly step: string;
};

async function count(prisma: PrismaClient, since: string): Promise<Counted> {
  const [live, ended, failures, needs] = await Promise.all([
    prisma.$queryRaw<CountRow[]>`
      select saga, state, count(*)::int as runs from saga_run where ended_at is null group by saga, state`,
    prisma.$queryRaw<CountRow[]>`
      select recent.saga, recent.state, count(*)::int as runs
      from (select saga, state, ended_at from saga_run where id >= ${since}::uuid order by id desc limit ${newest}) recent
      where recent.ended_at is not null group by recent.saga, recent.state`,
    prisma.$queryRaw<FailureRow[]>`
      select distinct on (recent.saga) recent.saga, recent.id, coalesce(recent.ended_at, recent.started_at) as at,
        coalesce(recent.error ->> 'code', recent.cause, 'failed') as code, coalesce(recent.error ->> 'step', '') as step
      from (select id, saga, ended_at, started_at, error, cause from saga_run
        where state = 'failed' and cause in ('step_failed', 'deadline') order by id desc limit ${newestFailures}) recent
      order by recent.saga, recent.id desc`,
    prisma.$queryRaw<{ runs: number; at_stake: number }[]>`
      select count(*)::int as runs, coalesce(sum(exposure), 0)::float8 as at_stake
      from saga_run where attention <> '[]'::jsonb`,
  ]);
  const rows = [...live, ...ended];
  const bySaga = new Map<string, SagaCounts>();
  for (const saga of new Set([...rows, ...failures].map((row) => row.saga))) {
    const failure = failures.find((row) => row.saga === saga);
    bySaga.set(saga, {
      counts: byState(rows.filter((row) => row.saga === saga)),
      lastFailure: failure
        ? { run: failure.id, at: failure.at.toISOString(), code: failure.code, step: failure.step }
        : null,
    });
  }
  return {
    total: { byState: byState(rows), attention: needs[0]?.runs ?? 0, atStake: needs[0]?.at_stake ?? 0 },
    bySaga,
  };
}

export function byState(rows: readonly CountRow[]): RunCounts["byState"] {
  const counts = { started: 0, pending: 0, compensating: 0, completed: 0, failed: 0 };
  for (const { state, runs } of rows) counts[state] += runs;
  return counts;
}
