import type { Call, Db } from "./command";
import type { ShopProblem } from "./problem";

const undoneBeforeItCame: ShopProblem = {
  type: "tombstoned",
  title: "Undone before it came",
  status: 409,
  detail: "The undo of this action came before it, or it was said not to have happened, so it may not happen any more.",
};

/** Why an action may not happen any more; null: it may. */
export async function undoneBefore(db: Db, call: Call): Promise<ShopProblem | null> {
  return (await hasTombstone(db, call)) ? undoneBeforeItCame : null;
}

/** Whether the undo of this action came before it. */
export async function hasTombstone(db: Db, call: Call): Promise<boolean> {
  const { rows } = await db.query({
    name: "demo_has_tombstone",
    text: `select 1 from demo_shop.tombstone where service = $1 and command = $2 and action_key = $3
           union all
           select 1 from demo_shop.tombstone
           where service = $1 and command = $2 and action_key is null and run = $4 and step is not distinct from $5
           limit 1`,
    values: [call.service, call.command, call.key, call.run, call.step],
  });
  return rows.length > 0;
}

type Target = { readonly command: string; readonly actionKey: string | null };

/** By the action's key where the undo knows it, else by run and step. */
export async function leaveTombstone(db: Db, call: Call, { command, actionKey }: Target): Promise<void> {
  await db.query(
    `insert into demo_shop.tombstone (service, command, action_key, run, step, undo_key)
     values ($1, $2, $3, $4, $5, $6)`,
    [call.service, command, actionKey, call.run, call.step, call.key],
  );
}
