import { z } from "zod";
import type { JsonObject } from "@/participant";
import { action, type Db, type Done, undo } from "../command";
import { newId, text } from "../input";
import { type OrderLine, orderLine } from "../order-line";
import { refuse } from "../refuse";

const outOfStock = { type: "out_of_stock", title: "Out of stock" };
const noneLeft = { ...outOfStock, detail: "None of these goods are left." };
const releaseRefused = { type: "release_refused", title: "Release refused", detail: "The goods are being packed." };
const order = z.object({ order_id: text.optional(), items: z.array(orderLine).min(1).max(200) });

export const inventoryService = {
  ReserveItems: action({ input: order, refusal: noneLeft, perform: reserve }),
  ReleaseReservation: undo({
    undoes: "ReserveItems",
    idField: "reservation_id",
    refusal: releaseRefused,
    undo: release,
  }),

  /** The same by the names that choreographies know. */
  ReserveInventory: action({
    input: order,
    refusal: noneLeft,
    says: { done: "InventoryReserved", refused: "InventoryFailed" },
    perform: reserve,
  }),
  ReleaseInventory: undo({
    undoes: "ReserveInventory",
    idField: "reservation_id",
    refusal: releaseRefused,
    says: "InventoryReleased",
    undo: release,
  }),
};

async function reserve(db: Db, { order_id, items }: z.output<typeof order>): Promise<Done> {
  const lines = mergeLines(items);
  const id = newId("res");
  await db.query("insert into demo_shop.reservation (id, order_id) values ($1, $2)", [id, order_id ?? null]);
  for (const [sku, quantity] of lines) await reserveLine(db, id, sku, quantity);
  const reserved = lines.map(([sku, quantity]) => ({ sku, quantity }));
  return { subject: id, result: { reservation_id: id, items: reserved } };
}

async function release(db: Db, reservation: string): Promise<JsonObject> {
  const { rows } = await db.query<{ sku: string; quantity: string }>(
    `with r as (
       update demo_shop.reservation set released_at = clock_timestamp() where id = $1 and released_at is null returning id
     )
     select l.sku, l.quantity from demo_shop.reservation_line l join r on l.reservation = r.id order by l.sku`,
    [reservation],
  );
  for (const { sku, quantity } of rows)
    await db.query("update demo_shop.product set reserved = reserved - $2 where sku = $1", [sku, quantity]);
  return { reservation_id: reservation };
}

/** One line a SKU, in a fixed order: two orders of the same goods must not lock each other's rows crosswise. */
function mergeLines(items: readonly OrderLine[]): readonly (readonly [string, number])[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of items) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].sort(([one], [other]) => (one < other ? -1 : 1));
}

async function reserveLine(db: Db, reservation: string, sku: string, quantity: number): Promise<void> {
  await stockOnFirstSight(db, sku);
  const { rows } = await db.query<{ free: string }>(
    "select on_hand - reserved as free from demo_shop.product where sku = $1 for update",
    [sku],
  );
  const free = Number(rows[0]?.free ?? 0);
  if (free < quantity) throw refuse(outOfStock.type, outOfStock.title, `${sku}: ${quantity} wanted, ${free} left.`);
  await db.query("update demo_shop.product set reserved = reserved + $2 where sku = $1", [sku, quantity]);
  await db.query("insert into demo_shop.reservation_line (reservation, sku, quantity) values ($1, $2, $3)", [
    reservation,
    sku,
    quantity,
  ]);
}

/** The shop can get anything: an article it never heard of is in stock from the first order on. */
async function stockOnFirstSight(db: Db, sku: string): Promise<void> {
  await db.query(
    `insert into demo_shop.product (sku, name, price_cents, on_hand) values ($1, $1, 1000, 10000000)
     on conflict (sku) do nothing`,
    [sku],
  );
}
