import { z } from "zod";
import { type ActionCommand, action, type UndoCommand, undo } from "../command";
import { money, newId, text, toMoney } from "../input";

export const accountingService = {
  BookCommitment: book("commitment"),
  ReverseCommitment: reverse("BookCommitment"),
  BookInvoice: book("invoice"),
  ReverseInvoice: reverse("BookInvoice"),
};

function book(kind: "commitment" | "invoice"): ActionCommand {
  return action({
    input: z.object({ purchase_id: text.optional(), cost_centre: text.nullish(), amount: money }),
    refusal: { type: "period_closed", title: "Period closed", detail: "The books of this period are closed." },
    perform: async (db, { purchase_id, cost_centre, amount }) => {
      const id = newId("ent");
      await db.query(
        "insert into demo_shop.entry (id, kind, purchase_id, cost_centre, amount_cents) values ($1, $2, $3, $4, $5)",
        [id, kind, purchase_id ?? null, cost_centre ?? null, amount],
      );
      return { subject: id, result: { entry_id: id, amount: toMoney(amount) } };
    },
  });
}

/** Books are never erased: what was booked is marked as reversed. */
function reverse(undoes: string): UndoCommand {
  return undo({
    undoes,
    idField: "entry_id",
    refusal: { type: "period_closed", title: "Period closed", detail: "The books of this period are closed." },
    undo: async (db, entry) => {
      await db.query("update demo_shop.entry set reversed_at = clock_timestamp() where id = $1", [entry]);
      return { entry_id: entry };
    },
  });
}
