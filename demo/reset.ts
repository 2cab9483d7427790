import type pg from "pg";
import { stockShelves } from "./schema";

/** Empties the shop and turns every switch back to `ok`. Runs that are under way lose what they did here. */
export async function reset(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query(`
      truncate demo_shop.participant_outcome, demo_shop.participant_outbox, demo_shop.switch, demo_shop.call,
        demo_shop.reservation_line, demo_shop.reservation, demo_shop.product, demo_shop.refund, demo_shop.charge,
        demo_shop.parcel, demo_shop.mail, demo_shop.booking, demo_shop.budget_hold, demo_shop.budget,
        demo_shop.supplier_line, demo_shop.purchase_order, demo_shop.entry`);
    await stockShelves(client);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}
