import type pg from "pg";
import type { Json } from "@/engine";

export type InboxRow = {
  readonly id: string;
  readonly run: string;
  readonly kind: string;
  readonly payload: Json;
};

/** What has arrived for a worker's runs, less what it is already writing. Read whole, never by cursor. */
export async function readInbox(
  client: pg.Client,
  incarnation: string,
  underWay: readonly string[],
): Promise<readonly InboxRow[]> {
  const { rows } = await client.query<InboxRow>({
    name: "read_inbox",
    text: `
select i.id::text as id, i.run::text as run, i.kind, i.payload
from saga_inbox i join saga_run r on r.id = i.run
where r.id = any(array(select o.run from saga_inbox o)) and r.owner is not distinct from $1::bigint and i.id <> all($2::uuid[])
order by i.at, i.id
limit 1000`,
    values: [incarnation, underWay],
  });
  return rows;
}
