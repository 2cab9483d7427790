import { z } from "zod";
import type { JsonObject } from "@/participant";
import { action, type Db, undo } from "../command";
import { money, newId, text, toMoney } from "../input";
import { type OrderLine, orderLine } from "../order-line";

export const cardDeclined = { type: "card_declined", title: "Card declined", detail: "The bank declined the card." };
const refundRefused = { type: "refund_refused", title: "Refund refused", detail: "The bank did not take the refund." };

const method = z.union([text, z.object({ type: text.default("card") })]).default("card");
const payment = z.object({
  order_id: text.optional(),
  payment_method: method,
  total_amount: money.optional(),
  items: z.array(orderLine).max(200).optional(),
});
const trip = z.object({ trip_id: text.optional(), payment_method: method, amount: money });

type NewCharge = {
  readonly prefix: string;
  readonly reference?: string;
  readonly method: string;
  readonly cents: number;
};

export const paymentService = {
  ProcessPayment: action({
    input: payment,
    refusal: cardDeclined,
    says: { done: "PaymentProcessed", refused: "PaymentFailed" },
    perform: async (db, order) => {
      const cents = order.total_amount ?? (await priceOf(db, order.items ?? []));
      const paid = { prefix: "pay", reference: order.order_id, method: nameOf(order.payment_method), cents };
      const id = await charge(db, paid);
      return { subject: id, result: { payment_id: id, amount: toMoney(cents) } };
    },
  }),

  RefundPayment: undo({
    undoes: "ProcessPayment",
    idField: "payment_id",
    refusal: refundRefused,
    says: "PaymentRefunded",
    undo: refund,
  }),

  Charge: action({
    input: trip,
    refusal: cardDeclined,
    perform: async (db, input) => {
      const paid = {
        prefix: "chg",
        reference: input.trip_id,
        method: nameOf(input.payment_method),
        cents: input.amount,
      };
      const id = await charge(db, paid);
      return { subject: id, result: { payment_id: id, amount: toMoney(input.amount) } };
    },
  }),

  RefundCharge: undo({ undoes: "Charge", idField: "payment_id", refusal: refundRefused, undo: refund }),
};

function nameOf(given: z.output<typeof method>): string {
  return typeof given === "string" ? given : given.type;
}

async function charge(db: Db, wanted: NewCharge): Promise<string> {
  const id = newId(wanted.prefix);
  await db.query("insert into demo_shop.charge (id, reference, method, amount_cents) values ($1, $2, $3, $4)", [
    id,
    wanted.reference ?? null,
    wanted.method,
    wanted.cents,
  ]);
  return id;
}

async function refund(db: Db, charged: string): Promise<JsonObject> {
  const id = newId("ref");
  const { rows } = await db.query<{ amount_cents: string }>(
    `insert into demo_shop.refund (id, charge, amount_cents)
     select $1, c.id, c.amount_cents from demo_shop.charge c where c.id = $2
     on conflict (charge) do nothing
     returning amount_cents`,
    [id, charged],
  );
  return { refund_id: id, amount: toMoney(Number(rows[0]?.amount_cents ?? 0)) };
}

/** An order that names no amount costs what its goods cost. */
async function priceOf(db: Db, items: readonly OrderLine[]): Promise<number> {
  const { rows } = await db.query<{ cents: string }>(
    `select coalesce(sum(p.price_cents * x.quantity), 0) as cents
     from unnest($1::text[], $2::bigint[]) x(sku, quantity) join demo_shop.product p using (sku)`,
    [items.map(({ sku }) => sku), items.map(({ quantity }) => quantity)],
  );
  return Number(rows[0]?.cents ?? 0);
}
