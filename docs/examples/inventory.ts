import pg from "pg";
import { participant, postgresStore, Refused } from "@/participant";

const { DATABASE_URL, SAGA_SECRET = "", SAGA_STUDIO = "http://localhost:3000", PORT = "4001" } = process.env;

const pool = new pg.Pool({ connectionString: DATABASE_URL });
await pool.query(`
  create table if not exists stock (sku text primary key, free integer not null check (free >= 0));
  create table if not exists reservation (id text primary key, sku text not null, quantity integer not null);
  insert into stock values ('CHAIR', 1000), ('CLOCK', 0) on conflict do nothing`);

const inventory = participant("InventoryService", {
  store: postgresStore(pool),
  secret: SAGA_SECRET,
  studio: SAGA_STUDIO,
});

inventory.handle("ReserveItems", {
  parse: ({ sku, quantity = 1 }) => {
    if (typeof sku !== "string" || typeof quantity !== "number") throw new Error("A sku and a quantity are needed");
    return { sku, quantity };
  },
  do: async ({ key, input: { sku, quantity } }, { tx, emit }) => {
    const taken = await tx.query("update stock set free = free - $2 where sku = $1 and free >= $2", [sku, quantity]);
    if (taken.rowCount === 0) throw new Refused("out_of_stock", `There are not ${quantity} of ${sku} left`);
    const reservation_id = `res_${key}`;
    await tx.query("insert into reservation values ($1, $2, $3)", [reservation_id, sku, quantity]);
    emit("ItemsReserved", { reservation_id, sku, quantity });
    return { reservation_id };
  },
  undo: {
    command: "ReleaseReservation",
    do: async ({ result }, { tx }) => {
      await tx.query(
        `with gone as (delete from reservation where id = $1 returning sku, quantity)
         update stock set free = free + gone.quantity from gone where stock.sku = gone.sku`,
        [result.reservation_id],
      );
      return null;
    },
  },
  probe: "FindReservation",
});

inventory.on("DeliveryArrived", async ({ data }, { tx }) => {
  await tx.query("update stock set free = free + $2 where sku = $1", [data.sku, data.quantity]);
});

const running = await inventory.listen({ port: Number(PORT) });
process.stdout.write(`listening on ${running.url}\n`);
process.once("SIGTERM", async () => {
  await running.stop();
  await pool.end();
});
