import type pg from "pg";

/** What a command asks of the participant. `of`: the key of the action, its own or that of the one to undo. */
export type Deed = {
  readonly key: string;
  readonly of: string;
  readonly order: string;
  readonly step: string;
};

/** The participant's books, beside the product's own tables: a key is taken in the very statement that has its effect. */
export const ledgerTables = `
  create table ledger_key (key text primary key);
  create table ledger_effect (id bigserial primary key, "order" text not null, step text not null, what text not null)`;

/** Once for each key, and never after its undo: false when it is refused for that. */
export async function act(pool: pg.Pool, { key, order, step }: Deed): Promise<boolean> {
  await pool.query({
    name: "act",
    text: `with taken as (insert into ledger_key (key) values ($1) on conflict do nothing returning key)
           insert into ledger_effect ("order", step, what) select $2, $3, 'effect' from taken`,
    values: [key, order, step],
  });
  const { rowCount } = await pool.query({
    name: "undone",
    text: "select 1 from ledger_key k where k.key = $1",
    values: [`undo of ${key}`],
  });
  return rowCount === 0;
}

/** Of an action that never came it leaves the key taken, so that it cannot come later. */
export async function undo(pool: pg.Pool, { of, order, step }: Deed): Promise<void> {
  await pool.query({
    name: "undo",
    text: `with barred as (insert into ledger_key (key) values ($1) on conflict do nothing returning key),
                taken as (insert into ledger_key (key) values ('undo of ' || $1) on conflict do nothing returning key)
           insert into ledger_effect ("order", step, what)
           select $2, $3, 'undo' from taken where not exists (select from barred)`,
    values: [of, order, step],
  });
}
