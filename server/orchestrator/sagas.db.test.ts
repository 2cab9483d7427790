import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { Sagas } from "./sagas";
import { orderSaga, publish } from "./testing/fixtures";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("whoever asks at the same time gets the same compiled version, and what failed is asked for anew", async () => {
  const sagas = new Sagas(database.pool);
  const ask = () => Promise.allSettled(Array.from({ length: 1_000 }, () => sagas.get("Order", 1)));
  const early = await ask();
  expect(early.filter(({ status }) => status === "rejected")).toHaveLength(1_000);
  await publish(database.pool, orderSaga);
  const found = await ask();
  const compiled = new Set(found.map((each) => (each.status === "fulfilled" ? each.value : null)));
  expect([...compiled]).toEqual([sagas.peek("Order", 1)]);
  expect(sagas.peek("Order", 1)).toMatchObject({ type: "Order", version: 1 });
});
