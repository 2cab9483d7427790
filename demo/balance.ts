import type pg from "pg";
import type { DemoShop } from "@/contract/demo";
import { toMoney } from "./input";

type Row = Record<
  "reserved" | "charged" | "refunded" | "parcels" | "confirmations" | "cancellations" | "bookings",
  string
>;

const figures = `
select
  (select coalesce(sum(reserved), 0) from demo_shop.product) as reserved,
  (select coalesce(sum(amount_cents), 0) from demo_shop.charge) as charged,
  (select coalesce(sum(amount_cents), 0) from demo_shop.refund) as refunded,
  (select count(*) from demo_shop.parcel where cancelled_at is null) as parcels,
  (select count(*) from demo_shop.mail where kind = 'confirmation') as confirmations,
  (select count(*) from demo_shop.mail where kind = 'cancellation') as cancellations,
  (select count(*) from demo_shop.booking where cancelled_at is null) as bookings
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
  ];
}
