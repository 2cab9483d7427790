import type { Role } from "@/contract/common";
import { hasRole } from "@/contract/common";
import type { SubscriptionTarget, SubscriptionView } from "@/contract/subscriptions";
import type { Deps } from "../deps";
import type { Subscription } from "../generated/prisma/client";

const looked = 200;
const nothing = { delivered: 0, failed: 0, pending: 0, lastAt: null };

type Recent = { id: string; delivered: number; failed: number; pending: number; lastAt: Date | null };

/** As a caller of this role sees them, with what became of the last deliveries of each. */
export async function toViews(
  { prisma }: Pick<Deps, "prisma">,
  role: Role,
  rows: readonly Subscription[],
): Promise<SubscriptionView[]> {
  const ids = rows.map(({ id }) => id);
  const recent = await prisma.$queryRaw<Recent[]>`
    select s.id::text as id,
           (count(*) filter (where d.status = 'delivered'))::int as delivered,
           (count(*) filter (where d.status in ('failed', 'disabled')))::int as failed,
           (count(*) filter (where d.status = 'pending'))::int as pending,
           max(d.delivered_at) as "lastAt"
    from unnest(${ids}::uuid[]) as s (id) cross join lateral (
      select v.status, v.delivered_at from delivery v where v.subscription = s.id order by v.id desc limit ${looked}
    ) d group by s.id`;
  const byId = new Map(recent.map(({ id, lastAt, ...counts }) => [id, { ...counts, lastAt: iso(lastAt) }]));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    target: targetFor(role, row.target as SubscriptionTarget),
    sagas: row.sagas,
    types: row.types,
    transitions: row.transitions,
    signed: row.secret !== null,
    enabled: row.enabled,
    disabledReason: row.disabledReason,
    failingSince: iso(row.failingSince),
    recent: byId.get(row.id) ?? nothing,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
  }));
}

/** What stands behind the host may be a password of the receiver's: many webhooks have theirs in the path. */
function targetFor(role: Role, target: SubscriptionTarget): SubscriptionTarget {
  if (target.kind !== "webhook" || hasRole(role, "admin")) return target;
  return { ...target, url: `${new URL(target.url).origin}/…` };
}

function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
