import type { PrismaClient } from "../prisma";

/**
 * Runs that are looked at, of those in a worker's hands and of those that sleep, due soonest first: each is found by an
 * index, so a count costs little, also with very many runs under way.
 */
const looked = 5_000;
const most = 1_000;

/** Runs of which a command waits for a broker, by broker: their last decision says so, or the one before it, while the command is tried again. */
export async function waitingFor(prisma: PrismaClient): Promise<ReadonlyMap<string, number>> {
  const rows = await prisma.$queryRaw<{ broker: string; runs: number }[]>`
    select waits.broker, least(count(*), ${most})::int as runs
    from (
      (select r.id from saga_run r where r.owner is not null and r.ended_at is null limit ${looked})
      union all
      (select r.id from saga_run r where r.owner is null and r.wake_at is not null and r.ended_at is null
       order by r.wake_at limit ${looked})
    ) live
    cross join lateral (
      select t.value #>> '{error,detail,broker}' as broker
      from (select e.transitions from saga_event e where e.run = live.id order by e.seq desc limit 2) latest
      cross join lateral jsonb_array_elements(latest.transitions) t
      where t.value #>> '{error,code}' = 'broker_unreachable'
      limit 1
    ) waits
    where waits.broker is not null
    group by waits.broker`;
  return new Map(rows.map(({ broker, runs }) => [broker, runs]));
}
