import { createHash } from "node:crypto";
import type pg from "pg";
import { parseDefinition } from "@/engine/definition/parse";

export type Patience = { readonly timeout: string; readonly concurrency: number };

const undo = (step: string, command: string) => `
    compensation:
      command: Shop.${command}
      input: { order: "\${data.order}", step: ${step}, key: "\${action_key}" }
      timeout: PT1S
      retry: { attempts: 20, initial: PT0.1S, max: PT1S }`;

const step = (id: string, command: string, undoing: string | null, { timeout }: Patience) => `
  - id: ${id}
    action: { command: Shop.${command}, timeout: ${timeout}, retry: { attempts: 3, initial: PT0.1S, max: PT1S } }
${undoing === null ? "    class: readonly" : undo(id, undoing).slice(1)}`;

/** One call for each parcel, three side by side. */
const parcels = ({ timeout }: Patience) => `
  - id: parcels
    kind: forEach
    items: "\${data.parcels}"
    as: parcel
    concurrency: 2
    action: { command: Shop.Pack, timeout: ${timeout}, retry: { attempts: 3, initial: PT0.1S, max: PT1S } }
${undo("parcels", "Unpack").slice(1)}`;

/** A run of another saga, with undos of its own. */
const delivery = `
  - { id: delivery, kind: saga, saga: Delivery, input: { order: "\${data.order}" } }`;

/**
 * The order of four steps, undone one by one or along its graph; a diamond whose branches go side by side; and a big one
 * with a list of parcels and a saga within the saga, in both orders.
 */
export function sources(patience: Patience): readonly string[] {
  const order = [
    step("reserve", "Reserve", "Release", patience),
    step("pay", "Pay", "Refund", patience),
    step("ship", "Ship", "Recall", patience),
    step("notify", "Notify", null, patience),
  ].join("");
  const diamond = [
    step("reserve", "Reserve", "Release", patience),
    step("pay", "Pay", "Refund", patience),
    step("pack", "Pack", "Unpack", patience),
    step("ship", "Ship", "Recall", patience),
  ].join("");
  const big = [
    step("reserve", "Reserve", "Release", patience),
    parcels(patience),
    delivery,
    step("pay", "Pay", "Refund", patience),
  ].join("");
  const child = [step("truck", "Truck", "Untruck", patience), step("route", "Route", "Unroute", patience)].join("");
  const edges = ["reserve, to: pay", "reserve, to: pack", "pay, to: ship", "pack, to: ship"];
  return [
    `saga: Order\nbusinessKey: \${data.order}\nsteps:${order}\n`,
    `saga: OrderInSequence\nundoOrder: sequence\nbusinessKey: \${data.order}\nbusinessKeyUnique: true\nsteps:${order}\n`,
    `saga: Big\nbusinessKey: \${data.order}\nsteps:${big}\n`,
    `saga: BigInSequence\nundoOrder: sequence\nbusinessKey: \${data.order}\nsteps:${big}\n`,
    `saga: Delivery\nbusinessKey: \${data.order}\nsteps:${child}\n`,
    `saga: Diamond\nbusinessKey: \${data.order}\nsteps:${diamond}\nedges:\n${edges.map((edge) => `  - { from: ${edge} }\n`).join("")}`,
  ];
}

/** What clients start. */
export const names = ["Order", "OrderInSequence", "Diamond", "Big", "BigInSequence"] as const;

/** Publishes the sagas and registers the participant. */
export async function prepare(pool: pg.Pool, participant: string, patience: Patience): Promise<void> {
  for (const source of sources(patience)) {
    const parsed = parseDefinition(source);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const document = JSON.stringify(parsed.value);
    const hash = createHash("sha256").update(document).digest("hex");
    const { saga } = parsed.value;
    await pool.query(
      "insert into saga_definition (type, title, draft, latest_version, updated_at) values ($1, $1, $2, 1, now())",
      [saga, document],
    );
    await pool.query(
      "insert into saga_version (type, number, document, hash, published_by) values ($1, 1, $2, $3, 'chaos')",
      [saga, document, hash],
    );
  }
  await pool.query(
    "insert into service (name, transport, concurrency, created_by, updated_at) values ('Shop', $1, $2, 'chaos', now())",
    [JSON.stringify({ kind: "http", url: participant, allowPrivateNetwork: true }), patience.concurrency],
  );
}
