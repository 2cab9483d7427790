import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./database";

let one: TestDatabase;
let other: TestDatabase;

beforeAll(async () => {
  one = await createTestDatabase();
  other = await createTestDatabase();
});

afterAll(async () => {
  await one.drop();
  await other.drop();
});

test("a test database is migrated", async () => {
  const { rows } = await one.pool.query(
    "select count(*)::int as applied from _prisma_migrations where finished_at is not null",
  );
  expect(rows[0].applied).toBeGreaterThan(0);
});

test("two test databases share nothing", async () => {
  await one.pool.query("insert into setup_link (token_hash, role, expires_at) values ('x', 'admin', now())");
  const { rows } = await other.pool.query("select * from setup_link");
  expect(rows).toEqual([]);
});
