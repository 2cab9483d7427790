import type pg from "pg";
import type { DemoShop } from "@/contract/demo";
import { toMoney } from "./input";

type Figure = "reserved" | "charged" | "refunded" | "parcels" | "confirmations" | "cancellations" | "bookings";
type PurchaseFigure = "held" | "lines" | "orders" | "entries" | "owed";
type Row = Record<Figure | PurchaseFigure, string>;

const figures = `
select
  (select coalesce(sum(reserved), 0) from demo_shop.product) as reserved,
  (select coalesce(sum(amount_cents), 0) from demo_shop.charge) as charged,
  (select coalesce(sum(amount_cents), 0) from demo_shop.refund) as refunded,
  (select count(*) from demo_shop.parcel where cancelled_at is null) as parcels,
  (select count(*) from demo_shop.mail where kind = 'confirmation') as confirmations,
  (select count(*) from demo_shop.mail where kind = 'cancellation') as cancellations,
  (select count(*) from demo_shop.booking where cancelled_at is null) as bookings,
  (select coalesce(sum(held_cents), 0) from demo_shop.budget) as held,
  (select count(*) from demo_shop.supplier_line where cancelled_at is null) as lines,
  (select count(*) from demo_shop.purchase_order where cancelled_at is null) as orders,
  (select count(*) from demo_shop.entry where reversed_at is null) as entries,
  (select count(*) from demo_shop.participant_outcome where state = 'waiting')
    + (select count(*) from demo_shop.participant_outbox where kind = 'reply') as owed
`;

/** How the shop stands: after a clean unwind every line is what it was before, but for the mails. */
export async function readBalance(pool: pg.Pool): Promise<DemoShop["balance"]> {
  const { rows } = await pool.query<Row>(figures);
  const row = rows[0] as Row;
  return [
    { label: "Stock reserved", value: `${row.reserved} items` },
    { label: "Charged minus refunded", value: toMoney(Number(row.charged) - Number(row.refunded)).toFixed(2) },
    { label: "Parcels in transit", value: row.parcels },
    { label: "Confirmations sent", value: row.confirmations },
    { label: "Cancellation notices sent", value: row.cancellations },
    { label: "Bookings held", value: row.bookings },
    { label: "Budget held", value: toMoney(Number(row.held)).toFixed(2) },
    { label: "Lines held at suppliers", value: row.lines },
    { label: "Purchase orders", value: row.orders },
    { label: "Accounting entries", value: row.entries },
    { label: "Replies owed", value: row.owed },
  ];
}
