import type { Pool, PoolClient } from "pg";
import type { Book, Letter, Next, Outcome, Store } from "./store";
import { tablesIn } from "./tables";

export type PostgresStore = Store<PoolClient> & {
  /** Creates the tables that are missing, once; the first transaction does so by itself. */
  readonly ready: () => Promise<void>;
  /** Forgets what was done more than so many days ago. Keep it longer than a run may take, and its operators. */
  readonly forget: (days: number) => Promise<number>;
};

/** Any number does, as long as nobody else locks it. */
const lockSpace = 7_205_911;

/** Remembers in your own database, in your own transaction: `tx` is the client that it runs on. */
export function postgresStore(pool: Pool, { schema = "public" } = {}): PostgresStore {
  const tables = tablesIn(schema);
  let creation: Promise<void> | null = null;
  const ready = () => {
    creation ??= create(pool, tables.sql).catch((error: unknown) => {
      creation = null;
      throw error;
    });
    return creation;
  };
  return {
    ready,
    transaction: async (scope, work) => {
      await ready();
      return inTransaction(pool, async (tx) => {
        await tx.query({
          name: "participant_lock",
          text: `select pg_advisory_xact_lock(hashtextextended($1, ${lockSpace}))`,
          values: [scope],
        });
        return work(bookOf(tx, tables));
      });
    },
    next: async (service, kind) => {
      await ready();
      const { rows } = await pool.query<Next>(kind === "work" ? tables.nextWork : tables.nextLetter, [service]);
      return rows[0] ?? null;
    },
    renew: async (key) => {
      await pool.query(tables.renew, [key]);
    },
    forget: async (days) => {
      await ready();
      const { rowCount } = await pool.query(tables.forget, [days]);
      return rowCount ?? 0;
    },
  };
}

async function create(pool: Pool, sql: string): Promise<void> {
  await inTransaction(pool, async (tx) => {
    // Two processes that start at once must not both create the tables.
    await tx.query("select pg_advisory_xact_lock($1)", [lockSpace]);
    await tx.query(sql);
  });
}

async function inTransaction<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that ends is told by the query on it as well; an event that nobody hears would end the process.
  const ignore = () => {};
  client.on("error", ignore);
  const release = (isBroken = false) => {
    client.off("error", ignore);
    client.release(isBroken);
  };
  try {
    // A snapshot that were taken with the lock's own statement would not show what its last holder wrote.
    await client.query("begin isolation level read committed");
    const result = await work(client);
    await client.query("commit");
    release();
    return result;
  } catch (error) {
    // A connection that cannot even roll back is thrown away, and with it the transaction.
    await client.query("rollback").then(
      () => release(),
      () => release(true),
    );
    throw error;
  }
}

function bookOf(tx: PoolClient, tables: ReturnType<typeof tablesIn>): Book<PoolClient> {
  const one = async <Row extends object>(text: string, values: readonly unknown[]): Promise<Row | null> => {
    const { rows } = await tx.query<Row>(text, [...values]);
    return rows[0] ?? null;
  };
  const run = async (text: string, values: readonly unknown[]) => void (await tx.query(text, [...values]));
  return {
    tx,
    find: (key) => one<Outcome>(tables.find, [key]),
    findAll: async (sought) => {
      const { service, command } = sought;
      const { rows } =
        "subject" in sought
          ? await tx.query<Outcome>(tables.findBySubject, [service, command, sought.subject])
          : await tx.query<Outcome>(tables.findByPlace, [service, command, sought.run, sought.step, sought.item]);
      return rows;
    },
    isBarred: async ({ service, command, run: ofRun, step, item }) =>
      (await one(tables.isBarred, [service, command, ofRun, step, item])) !== null,
    keep: (outcome) => run(tables.keep, toRow(outcome)),
    forget: (key) => run(tables.forgetOne, [key]),
    post: ({ id, service, key, scope, kind, event }) =>
      run(tables.post, [id, service, key, scope, kind, JSON.stringify(event)]),
    letter: (id) => one<Letter>(tables.letter, [id]),
    postpone: (id, ms, tries) => run(tables.postpone, [id, ms, tries]),
    drop: (id) => run(tables.drop, [id]),
    withdraw: (key) => run(tables.withdraw, [key]),
  };
}

function toRow(outcome: Outcome): readonly unknown[] {
  const { key, service, command, run, step, item, state, undoneBy, subject, attempt, generation, inMs } = outcome;
  const { result, input, note } = outcome;
  return [
    ...[key, service, command, run, step, item, state, undoneBy, subject, attempt, generation, inMs],
    ...[JSON.stringify(result), JSON.stringify(input), JSON.stringify(note)],
  ];
}
