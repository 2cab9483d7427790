import { z } from "zod";
import { action, undo } from "../command";
import { newId, text } from "../input";

const mailboxFull = { type: "mailbox_unavailable", title: "Mailbox unavailable", detail: "The mailbox takes no mail." };

export const notificationService = {
  /** Nothing takes it back: whoever has read it knows. */
  TellRequester: action({
    input: z.object({ purchase_id: text.optional(), requester: text.optional() }),
    refusal: mailboxFull,
    perform: async (db, purchase) => {
      const id = newId("msg");
      await db.query("insert into demo_shop.mail (id, kind, customer, order_id) values ($1, 'confirmation', $2, $3)", [
        id,
        purchase.requester ?? null,
        purchase.purchase_id ?? null,
      ]);
      return { subject: id, result: { message_id: id } };
    },
  }),

  SendOrderConfirmation: action({
    input: z.object({ order_id: text.optional(), customer_id: text.optional() }),
    refusal: mailboxFull,
    perform: async (db, order) => {
      const id = newId("msg");
      await db.query("insert into demo_shop.mail (id, kind, customer, order_id) values ($1, 'confirmation', $2, $3)", [
        id,
        order.customer_id ?? null,
        order.order_id ?? null,
      ]);
      return { subject: id, result: { message_id: id } };
    },
  }),

  /** A sent mail cannot be unsent: its undo is a second mail, to the same customer. */
  SendCancellationNotice: undo({
    undoes: "SendOrderConfirmation",
    idField: "message_id",
    refusal: mailboxFull,
    undo: async (db, confirmation) => {
      const id = newId("msg");
      await db.query(
        `insert into demo_shop.mail (id, kind, customer, order_id)
         select $1, 'cancellation', m.customer, m.order_id from demo_shop.mail m where m.id = $2`,
        [id, confirmation],
      );
      return { message_id: id };
    },
  }),
};
