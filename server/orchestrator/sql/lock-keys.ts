import { createHash } from "node:crypto";
import type pg from "pg";

/** Which run of which saga is meant: no two events of one may be looked at at the same time. */
export type RunKey = { readonly saga: string; readonly key: string };

/** Any number that nobody else locks under. */
const family = 1_397_114_453;
/** Keys share locks: each takes room in the server's memory, and a batch may name thousands of keys. */
const stripes = 256;

/** Waits for its turn at these keys, until the transaction ends. All ask in the same order, so none waits in a circle. */
export async function lockKeys(client: pg.Client, keys: readonly RunKey[]): Promise<void> {
  const sorted = [...new Set(keys.map(stripeOf))].sort((a, b) => a - b);
  await client.query({
    name: "lock_keys",
    text: "select pg_advisory_xact_lock($1::int, x.stripe) from unnest($2::int[]) as x (stripe)",
    values: [family, sorted],
  });
}

function stripeOf({ saga, key }: RunKey): number {
  return createHash("sha256").update(`${saga}:${key}`).digest().readUInt16BE(0) % stripes;
}
