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

/** The order of four steps, undone one by one or along its graph; and a diamond whose branches go side by side. */
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
  const edges = ["reserve, to: pay", "reserve, to: pack", "pay, to: ship", "pack, to: ship"];
  return [
    `saga: Order\nbusinessKey: \${data.order}\nsteps:${order}\n`,
    `saga: OrderInSequence\nundoOrder: sequence\nbusinessKey: \${data.order}\nbusinessKeyUnique: true\nsteps:${order}\n`,
    `saga: Diamond\nbusinessKey: \${data.order}\nsteps:${diamond}\nedges:\n${edges.map((edge) => `  - { from: ${edge} }\n`).join("")}`,
  ];
}

export const names = ["Order", "OrderInSequence", "Diamond"] as const;

/** Publishes the sagas and registers the participant. */
export async function prepare(pool: pg.Pool, participant: string, patience: Patience): Promise<void> {
  for (const source of sources(patience)) {
    const parsed = parseDefinition(source);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const document = JSON.stringify(parsed.value);
    const hash = createHash("sha256").update(document).digest("hex");
    const { saga } = parsed.value;
    await pool.query("insert into saga_definition (type, title, draft, updated_at) values ($1, $1, $2, now())", [
      saga,
      document,
    ]);
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
