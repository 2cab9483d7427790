import type pg from "pg";
import { lines, toArray, toLines, unnest } from "../../orchestrator/sql/columns";

/** A command as it waits. `input` is JSON text; `claimUntil` milliseconds since the epoch. */
export type QueueRow = {
  readonly id: string;
  readonly service: string;
  readonly key: string;
  readonly half: string;
  readonly run: string;
  readonly step: string;
  readonly item: number | null;
  readonly command: string;
  readonly attempt: number;
  readonly generation: number;
  readonly input: string;
  readonly claimUntil: number;
};

/** A later attempt takes the place of an earlier one that waits; whoever has it keeps it. */
const text = `
insert into saga_queue_item (id, service, key, half, run, step, item, command, attempt, first_attempt, generation, input,
  claim_until)
select x.id, x.service, x.key, x.half, x.run, x.step, x.item, x.command, x.attempt, x.attempt, x.generation, x.input::jsonb,
  to_timestamp(x.claim_until / 1000)
from rows from (
  ${unnest(1, "uuid")}, ${lines(2)}, ${lines(3)}, ${lines(4)}, ${unnest(5, "uuid")}, ${lines(6)}, ${unnest(7, "int")},
  ${lines(8)}, ${unnest(9, "int")}, ${unnest(10, "int")}, ${lines(11)}, ${unnest(12, "float8")}
) as x (id, service, key, half, run, step, item, command, attempt, generation, input, claim_until)
order by x.service, x.key, x.half
on conflict (service, key, half) do update
set attempt = excluded.attempt, input = excluded.input, claim_until = excluded.claim_until, is_over = false
where saga_queue_item.attempt <= excluded.attempt`;

/** Puts commands into their services' queues in one autocommit statement; no two of them for the same half of a key. */
export async function enqueue(client: pg.ClientBase, rows: readonly QueueRow[]): Promise<void> {
  await client.query({
    name: "enqueue",
    text,
    values: [
      toArray(rows.map((r) => r.id)),
      toLines(rows.map((r) => r.service)),
      toLines(rows.map((r) => r.key)),
      toLines(rows.map((r) => r.half)),
      toArray(rows.map((r) => r.run)),
      toLines(rows.map((r) => r.step)),
      toArray(rows.map((r) => r.item)),
      toLines(rows.map((r) => r.command)),
      toArray(rows.map((r) => r.attempt)),
      toArray(rows.map((r) => r.generation)),
      toLines(rows.map((r) => r.input)),
      toArray(rows.map((r) => r.claimUntil)),
    ],
  });
}
