import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { templateDatabase } from "./template-database";

export type TestDatabase = {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Ends the pool and every other session, and removes the database. */
  readonly drop: () => Promise<void>;
};

/** A new migrated, empty database on the test run's own PostgreSQL: make one per test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await asAdmin(server, `create database ${name} template ${templateDatabase} strategy file_copy`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  const url = address.toString();
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  // Ending the database's sessions, or a test that kills them, must not crash the test process.
  pool.on("error", () => {});
  const drop = async () => {
    await pool.end();
    await asAdmin(server, `drop database if exists ${name} with (force)`);
  };
  return { url, pool, drop };
}

async function asAdmin(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
