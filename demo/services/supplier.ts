import { z } from "zod";
import { action, probe, undo } from "../command";
import { money, newId, text, toMoney } from "../input";
import { soldOut } from "../products";
import { refuse } from "../refuse";

const unavailable = { type: "line_unavailable", title: "Line unavailable" };
const line = z.object({
  purchase_id: text.optional(),
  supplier: text,
  sku: text,
  quantity: z.number().int().min(1).max(10_000),
});
const order = z.object({
  purchase_id: text.optional(),
  reservations: z.array(text).max(200),
  amount: money,
  deliver_on: text.nullish(),
  note: text.nullish(),
});

export const supplierService = {
  /** A supplier looks into the store before it says yes, so it replies later. */
  ReserveLine: action({
    input: line,
    refusal: { ...unavailable, detail: "The supplier does not deliver this article." },
    repliesLater: true,
    perform: async (db, { purchase_id, supplier, sku, quantity }) => {
      if (soldOut.has(sku)) throw refuse(unavailable.type, unavailable.title, `${sku} is sold out at ${supplier}.`);
      const id = newId("line");
      await db.query(
        "insert into demo_shop.supplier_line (id, supplier, purchase_id, sku, quantity) values ($1, $2, $3, $4, $5)",
        [id, supplier, purchase_id ?? null, sku, quantity],
      );
      return { subject: id, result: { reservation_id: id, supplier, sku, quantity } };
    },
  }),

  CancelLine: undo({
    undoes: "ReserveLine",
    idField: "reservation_id",
    refusal: { type: "already_packed", title: "Already packed", detail: "The supplier has packed the goods." },
    undo: async (db, reservation) => {
      await db.query("update demo_shop.supplier_line set cancelled_at = clock_timestamp() where id = $1", [
        reservation,
      ]);
      return { reservation_id: reservation };
    },
  }),

  FindLine: probe("ReserveLine"),

  PlaceOrder: action({
    input: order,
    refusal: { type: "order_refused", title: "Order refused", detail: "The supplier does not take the order." },
    perform: async (db, { purchase_id, reservations, amount, deliver_on, note }) => {
      const id = newId("po");
      await db.query(
        `insert into demo_shop.purchase_order (id, purchase_id, amount_cents, lines, deliver_on, note)
         values ($1, $2, $3, $4::json, $5, $6)`,
        [id, purchase_id ?? null, amount, JSON.stringify(reservations), deliver_on ?? null, note ?? null],
      );
      return { subject: id, result: { order_id: id, amount: toMoney(amount), deliver_on: deliver_on ?? null } };
    },
  }),

  CancelOrder: undo({
    undoes: "PlaceOrder",
    idField: "order_id",
    refusal: { type: "already_shipped", title: "Already shipped", detail: "The goods are on their way." },
    undo: async (db, placed) => {
      await db.query("update demo_shop.purchase_order set cancelled_at = clock_timestamp() where id = $1", [placed]);
      return { order_id: placed };
    },
  }),

  FindOrder: probe("PlaceOrder"),
};
