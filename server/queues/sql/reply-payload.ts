/** In SQL, the inbox row's payload that answers attempt `attempt` of the item `q` (`ReplyPayload`), less who sent it. */
export function replyPayload(q: string, attempt: string, outcome: string): string {
  return `jsonb_build_object(
    'event', ${q}.key || '#' || ${attempt} || ':reply', 'step', ${q}.step, 'half', ${q}.half, 'attempt', ${attempt},
    'generation', ${q}.generation, 'outcome', ${outcome}
  ) || case when ${q}.item is null then '{}'::jsonb else jsonb_build_object('item', ${q}.item) end`;
}

/**
 * In SQL, the runs of the items `q` that a reply can still be written to: an ended run may be on its way to the archive,
 * so its row is held until we have committed, or we wait and it is gone.
 */
export function runsOf(q: string): string {
  return `held as materialized (
  select r.id from saga_run r where r.id = any(array(select q.run from ${q} q)) and r.ended_at is not null for key share
),
alive as materialized (
  select r.id, r.owner from saga_run r
  where r.id = any(array(select q.run from ${q} q)) and (r.ended_at is null or exists (select 1 from held h where h.id = r.id))
)`;
}
