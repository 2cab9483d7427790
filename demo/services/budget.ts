import { z } from "zod";
import { action, type Db, undo } from "../command";
import { money, newId, text, toMoney } from "../input";
import { refuse } from "../refuse";

/** Has no money left: a purchase on it is refused without any switch. */
const frozen = "CC-FROZEN";
const usualLimitCents = 1_000_000_000_00;

const exceeded = { type: "budget_exceeded", title: "Budget exceeded" };

export const budgetService = {
  HoldAmount: action({
    input: z.object({ purchase_id: text.optional(), cost_centre: text, amount: money }),
    refusal: { ...exceeded, detail: "There is not enough money left in this budget." },
    perform: async (db, { purchase_id, cost_centre, amount }) => {
      const id = newId("hold");
      await hold(db, cost_centre, amount);
      await db.query(
        "insert into demo_shop.budget_hold (id, cost_centre, purchase_id, amount_cents) values ($1, $2, $3, $4)",
        [id, cost_centre, purchase_id ?? null, amount],
      );
      return { subject: id, result: { hold_id: id, cost_centre, amount: toMoney(amount) } };
    },
  }),

  ReleaseAmount: undo({
    undoes: "HoldAmount",
    idField: "hold_id",
    refusal: { type: "release_refused", title: "Release refused", detail: "The books of this month are closed." },
    undo: async (db, hold) => {
      await db.query(
        `with h as (
           update demo_shop.budget_hold set released_at = clock_timestamp() where id = $1
           returning cost_centre, amount_cents
         )
         update demo_shop.budget b set held_cents = b.held_cents - h.amount_cents from h
         where b.cost_centre = h.cost_centre`,
        [hold],
      );
      return { hold_id: hold };
    },
  }),
};

/** A cost centre that nobody ever heard of has a budget from its first purchase on. */
async function hold(db: Db, costCentre: string, cents: number): Promise<void> {
  await db.query(
    "insert into demo_shop.budget (cost_centre, limit_cents) values ($1, $2) on conflict (cost_centre) do nothing",
    [costCentre, costCentre === frozen ? 0 : usualLimitCents],
  );
  const { rows } = await db.query<{ left: string }>(
    "select limit_cents - held_cents as left from demo_shop.budget where cost_centre = $1 for update",
    [costCentre],
  );
  const left = Number(rows[0]?.left ?? 0);
  if (left < cents)
    throw refuse(exceeded.type, exceeded.title, `${costCentre}: ${toMoney(cents)} wanted, ${toMoney(left)} left.`);
  await db.query("update demo_shop.budget set held_cents = held_cents + $2 where cost_centre = $1", [
    costCentre,
    cents,
  ]);
}
