import type pg from "pg";
import type { SubscriptionTarget } from "@/contract/subscriptions";

export type SubscriptionRow = {
  readonly id: string;
  readonly target: SubscriptionTarget;
  readonly sagas: readonly string[];
  readonly types: readonly string[];
  readonly transitions: boolean;
  readonly secret: Buffer | null;
  /** Milliseconds since the epoch; null: the last delivery did not fail. */
  readonly failingSince: number | null;
};

/** The enabled ones, oldest first. */
export async function readSubscriptions(pool: pg.Pool): Promise<readonly SubscriptionRow[]> {
  const { rows } = await pool.query<SubscriptionRow>({
    name: "read_subscriptions",
    text: `select s.id::text as id, s.target, s.sagas, s.types, s.transitions, s.secret,
             (extract(epoch from s.failing_since) * 1000)::float8 as "failingSince"
           from subscription s where s.enabled order by s.id`,
  });
  return rows;
}

/** A delivery succeeded after others had failed. */
export async function recovered(pool: pg.Pool, id: string): Promise<void> {
  const text = "update subscription set failing_since = null where id = $1::uuid and failing_since is not null";
  await pool.query({ name: "subscription_recovered", text, values: [id] });
}

/** A delivery failed: since now, if it is the first; disabled, if all have for so many milliseconds. */
export async function failed(pool: pg.Pool, id: string, patienceMs: number): Promise<void> {
  const text = `
    update subscription s
    set failing_since = coalesce(s.failing_since, statement_timestamp()),
        enabled = s.enabled and not x.spent,
        disabled_reason = case when s.enabled and x.spent then
          'Every delivery failed since ' || to_char(s.failing_since at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'
          else s.disabled_reason end
    from (
      select coalesce(t.failing_since < statement_timestamp() - $2::float8 * interval '1 ms', false) as spent
      from subscription t where t.id = $1::uuid
    ) x
    where s.id = $1::uuid and (s.failing_since is null or x.spent)`;
  await pool.query({ name: "subscription_failed", text, values: [id, patienceMs] });
}

/** The receiver wants nothing any more. */
export async function disable(pool: pg.Pool, id: string, reason: string): Promise<void> {
  const text = "update subscription set enabled = false, disabled_reason = $2 where id = $1::uuid and enabled";
  await pool.query({ name: "subscription_disable", text, values: [id, reason] });
}
