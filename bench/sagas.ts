import { createHash } from "node:crypto";
import type pg from "pg";
import type { ServiceTransport } from "@/contract/services";
import { parseDefinition } from "@/engine/definition/parse";

const order = (saga: string) => `
saga: ${saga}
businessKey: \${data.order_id}
exposure: \${data.total_amount}
steps:
  - { id: reserve_inventory, action: Bench.ReserveItems, compensation: Bench.ReleaseReservation }
  - { id: process_payment, action: Bench.ChargePayment, compensation: Bench.RefundPayment }
  - { id: create_shipment, action: Bench.CreateShipment, compensation: Bench.CancelShipment }
  - { id: send_confirmation, action: Bench.${saga === "BenchOrder" ? "SendConfirmation" : "Decline"}, class: readonly }
`;

/** Four steps that succeed; and the same, whose fourth fails, so that three are undone. */
export const sagas = { order: "BenchOrder", unwind: "BenchUnwind" } as const;

export const orderData = {
  order_id: "ORD-10482",
  customer_id: "CUS-2207",
  items: [
    { sku: "TEAPOT-1L", quantity: 1, price: 59 },
    { sku: "MUG-BLUE", quantity: 4, price: 14.5 },
  ],
  payment_method: "card",
  total_amount: 117,
};

export async function prepare(pool: pg.Pool, url: string): Promise<void> {
  for (const saga of Object.values(sagas)) await publish(pool, order(saga));
  await register(pool, "Bench", { kind: "http", url, allowPrivateNetwork: true });
}

/** Makes a definition, YAML or JSON, version 1 of its saga. */
export async function publish(pool: pg.Pool, source: string): Promise<void> {
  const parsed = parseDefinition(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { saga } = parsed.value;
  const document = JSON.stringify(parsed.value);
  const hash = createHash("sha256").update(document).digest("hex");
  await pool.query(
    "insert into saga_definition (type, title, draft, latest_version, updated_at) values ($1, $1, $2, 1, now())",
    [saga, document],
  );
  await pool.query(
    "insert into saga_version (type, number, document, hash, published_by) values ($1, 1, $2, $3, 'bench')",
    [saga, document, hash],
  );
}

export async function register(pool: pg.Pool, service: string, transport: ServiceTransport): Promise<void> {
  await pool.query(
    `insert into service (name, transport, concurrency, created_by, updated_at) values ($1, $2, 256, 'bench', now())
     on conflict (name) do update set transport = excluded.transport`,
    [service, JSON.stringify(transport)],
  );
}
