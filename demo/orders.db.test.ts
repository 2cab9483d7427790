import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startTestApi, type TestApi } from "@/server/testing/api";
import { seedForTest } from "@/server/testing/seed-demo";
import { runWhen } from "@/server/testing/with-sagas";
import { openTestShop, secret, type TestShop } from "./testing";

/** The same order, driven by the studio and done by the shop's services, against the real shop. */
let api: TestApi;
let shop: TestShop;
const texts = readdirSync("demo/definitions").map((name) => readFileSync(`demo/definitions/${name}`, "utf8"));

beforeAll(async () => {
  api = await startTestApi();
  shop = await openTestShop(api.url);
  await seedForTest(api, { demo: { url: shop.url, secret }, texts, others: ["OrderService"] });
});
afterAll(async () => {
  await shop.stop();
  await api.stop();
});
beforeEach(async () => {
  await shop.turn("PaymentService/ProcessPayment", { mode: "ok" });
  await shop.turn("InventoryService/ReleaseInventory", { mode: "ok" });
});

const isEnded = ({ state }: { readonly state: string }) => state === "completed" || state === "failed";

async function drive(order_id: string): Promise<string> {
  const { body: draft } = await api.call("viewer", "GET", "/sagas/OrderChoreography/draft");
  const data = { ...draft.document.sample, order_id };
  const { status, body } = await api.call("operator", "POST", "/sagas/OrderChoreography/runs", { body: { data } });
  expect(status).toBe(202);
  return body.id;
}

async function place(choices: object): Promise<string> {
  const sent = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(choices) };
  const { order_id } = (await (await fetch(`${shop.url}/demo/orders`, sent)).json()) as { order_id: string };
  return vi.waitFor(async () => {
    const { body } = await api.call("viewer", "GET", `/runs?q=${order_id}`);
    expect(body.items).toHaveLength(1);
    expect(body.items[0].saga).toBe("OrderChoreographyObserved");
    return body.items[0].id;
  }, 10_000);
}

test("an order that is driven is fulfilled, and one that cannot be paid gives back what it reserved", async () => {
  expect(await runWhen(api, await drive("ORD-1"), isEnded)).toMatchObject({ state: "completed", attention: [] });
  await shop.turn("PaymentService/ProcessPayment", { mode: "decline" });
  const failed = await runWhen(api, await drive("ORD-2"), isEnded);
  expect(failed).toMatchObject({ state: "failed", rollback: "clean", attention: [] });
});

test("the ledger says what came of a driven order's commands: no is no, and forgotten is forgotten", async () => {
  await shop.turn("PaymentService/ProcessPayment", { mode: "decline" });
  await shop.turn("InventoryService/ReleaseInventory", { mode: "forget" });
  const id = await drive("ORD-3");
  const deeds = async () => {
    const { calls } = await shop.read();
    return calls.flatMap(({ run, command, did }) => (run === id ? [`${command} ${did}`] : [])).toReversed();
  };
  await expect.poll(deeds).toEqual(["ReserveInventory effect", "ProcessPayment declined", "ReleaseInventory forgot"]);
});

test("an order that the shop's services do by themselves is followed to its end", async () => {
  expect(await runWhen(api, await place({}), isEnded)).toMatchObject({ state: "completed", attention: [] });
  const declined = await runWhen(api, await place({ card: "declined" }), isEnded);
  expect(declined).toMatchObject({ state: "failed", rollback: "clean", attention: [] });
  const lost = await runWhen(api, await place({ shipment: "failed" }), isEnded);
  expect(lost).toMatchObject({ state: "failed", rollback: "clean", attention: [] });
});

test("what an order's service forgets to take back is waited for", async () => {
  await shop.turn("InventoryService/ReleaseInventory", { mode: "forget" });
  const run = await runWhen(api, await place({ card: "declined" }), ({ state }) => state === "compensating");
  expect(run.steps.find(({ id }: { readonly id: string }) => id === "reserve").status).toBe("compensating");
});

test("nothing is said that nobody takes", () => {
  expect(shop.errors).toEqual([]);
});
