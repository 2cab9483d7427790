import type pg from "pg";
import { products } from "./products";

/** Any number does, as long as nobody else locks it: two shops that start at once must not both create the tables. */
const creationLock = 7_205_911;

/**
 * Tables of the demo shop, in a schema of their own; those of the participants' memory stand beside them. The tables that
 * are dropped were that memory before.
 */
const tables = `
create schema if not exists demo_shop;

drop table if exists demo_shop.handled, demo_shop.tombstone, demo_shop.owed_reply;

create table if not exists demo_shop.switch (
  service text not null,
  command text not null,
  mode text not null,
  times integer not null check (times > 0),
  left_over integer not null check (left_over >= 0),
  delay_ms integer not null check (delay_ms >= 0),
  primary key (service, command)
);

create table if not exists demo_shop.call (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  service text not null,
  command text not null,
  key text not null,
  run text,
  step text,
  attempt integer,
  did text not null,
  status integer not null
);
alter table demo_shop.call drop constraint if exists call_did_check;
alter table demo_shop.call add column if not exists heard json;
alter table demo_shop.switch drop constraint if exists switch_mode_check;
create index if not exists call_accepted on demo_shop.call (key) where did = 'accepted';

create table if not exists demo_shop.product (
  sku text primary key,
  name text not null,
  price_cents bigint not null check (price_cents >= 0),
  on_hand bigint not null,
  reserved bigint not null default 0,
  check (reserved between 0 and on_hand)
);

create table if not exists demo_shop.reservation (
  id text primary key,
  order_id text,
  released_at timestamptz
);
create table if not exists demo_shop.reservation_line (
  reservation text not null references demo_shop.reservation on delete cascade,
  sku text not null references demo_shop.product,
  quantity bigint not null check (quantity > 0),
  primary key (reservation, sku)
);

create table if not exists demo_shop.charge (
  id text primary key,
  reference text,
  method text not null,
  amount_cents bigint not null check (amount_cents >= 0),
  at timestamptz not null default clock_timestamp()
);
create table if not exists demo_shop.refund (
  id text primary key,
  charge text not null unique references demo_shop.charge on delete cascade,
  amount_cents bigint not null check (amount_cents >= 0),
  at timestamptz not null default clock_timestamp()
);

create table if not exists demo_shop.parcel (
  id text primary key,
  tracking_number text not null unique,
  order_id text,
  address json not null,
  cancelled_at timestamptz
);

create table if not exists demo_shop.mail (
  id text primary key,
  kind text not null check (kind in ('confirmation', 'cancellation')),
  customer text,
  order_id text,
  at timestamptz not null default clock_timestamp()
);

create table if not exists demo_shop.booking (
  id text primary key,
  kind text not null check (kind in ('flight', 'hotel', 'car', 'ticket')),
  trip_id text,
  confirmation text not null,
  cancelled_at timestamptz
);

create table if not exists demo_shop.budget (
  cost_centre text primary key,
  limit_cents bigint not null check (limit_cents >= 0),
  held_cents bigint not null default 0,
  check (held_cents between 0 and limit_cents)
);
create table if not exists demo_shop.budget_hold (
  id text primary key,
  cost_centre text not null references demo_shop.budget,
  purchase_id text,
  amount_cents bigint not null check (amount_cents >= 0),
  released_at timestamptz
);

create table if not exists demo_shop.supplier_line (
  id text primary key,
  supplier text not null,
  purchase_id text,
  sku text not null,
  quantity bigint not null check (quantity > 0),
  cancelled_at timestamptz
);

create table if not exists demo_shop.purchase_order (
  id text primary key,
  purchase_id text,
  amount_cents bigint not null check (amount_cents >= 0),
  lines json not null,
  deliver_on text,
  note text,
  cancelled_at timestamptz
);

create table if not exists demo_shop.entry (
  id text primary key,
  kind text not null check (kind in ('commitment', 'invoice')),
  purchase_id text,
  cost_centre text,
  amount_cents bigint not null check (amount_cents >= 0),
  reversed_at timestamptz
);
`;

/** Creates what is missing and puts goods on the shelves; running it again changes nothing. */
export async function createTables(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [creationLock]);
    await client.query(tables);
    await stockShelves(client);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

export async function stockShelves(db: Pick<pg.PoolClient, "query">): Promise<void> {
  await db.query(
    `insert into demo_shop.product (sku, name, price_cents, on_hand)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) order by 1
     on conflict (sku) do nothing`,
    [
      products.map((product) => product.sku),
      products.map((product) => product.name),
      products.map((product) => product.priceCents),
      products.map((product) => product.onHand),
    ],
  );
}
