import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { JsonObject } from "@/participant";
import { type Answer, call, openTestShop, type TestShop } from "./testing";

let shop: TestShop;

beforeAll(async () => {
  shop = await openTestShop();
});
afterAll(async () => {
  await shop.close();
  expect(shop.errors).toEqual([]);
});
beforeEach(() => shop.reset());

const ordered = { purchase_id: "PUR-1", reservations: ["line_1"], amount: 215 };

/** One purchase's order, as the orchestrator sends it: a probe comes under the action's key. */
function purchase(run: string) {
  const keyOf = (half: string) => `${run}:place_order:1:${half}`;
  const send = (command: string, body: JsonObject, key: string): Promise<Answer> =>
    call(shop.url, `SupplierService/${command}`, body, { key, run, step: "place_order", attempt: 1 });
  return {
    place: () => send("PlaceOrder", ordered, keyOf("action")),
    find: () => send("FindOrder", { action_key: keyOf("action") }, keyOf("action")),
    cancel: () => send("CancelOrder", { action_key: keyOf("action") }, keyOf("compensation")),
  };
}

const orders = async () => (await shop.balance())["Purchase orders"];
const deeds = async () => (await shop.read()).calls.map(({ did }) => did);

test("a probe tells what happened, with the result that was never heard", async () => {
  const one = purchase("run-1");
  const placed = await one.place();
  expect(await one.find()).toMatchObject({ status: 200, body: { happened: true, result: placed.body } });
  expect(await one.find()).toMatchObject({ body: { happened: true } });
  expect(await orders()).toBe("1");
  expect(await deeds()).toEqual(["probed", "probed", "effect"]);
});

test("a probe that says no fences the key: the action that comes after it is refused", async () => {
  const one = purchase("run-1");
  expect(await one.find()).toMatchObject({ status: 200, body: { happened: false, fenced: true } });
  expect(await one.place()).toMatchObject({ status: 409, body: { type: "tombstoned" } });
  expect(await one.find()).toMatchObject({ body: { happened: false, fenced: true } });
  expect(await orders()).toBe("0");
  expect(await deeds()).toEqual(["fenced", "tombstone", "fenced"]);
  expect((await purchase("run-2").place()).status).toBe(200);
});

test("a probe and its action at the same moment agree", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const one = purchase(`race-${i}`);
      const asked = i % 2 ? one.find() : null;
      const [placed, found] = await Promise.all([one.place(), asked ?? one.find()]);
      return { happened: found.body.happened, placed: placed.status };
    }),
  );
  for (const { happened, placed } of answers) expect(placed).toBe(happened ? 200 : 409);
  expect(await orders()).toBe(String(answers.filter(({ happened }) => happened).length));
});

test("what happened and was undone counts as not happened, and stays so", async () => {
  const one = purchase("run-1");
  await one.place();
  await one.cancel();
  expect(await one.find()).toMatchObject({ body: { happened: false, fenced: true } });
  await one.place();
  expect(await orders()).toBe("0");
});

test("an undo after a probe that said no has nothing to do", async () => {
  const one = purchase("run-1");
  await one.find();
  expect(await one.cancel()).toMatchObject({ status: 200, body: { undone: 0 } });
});

test("a probe that declines tells nothing and fences nothing", async () => {
  await shop.turn("SupplierService/FindOrder", { mode: "decline" });
  const one = purchase("run-1");
  expect(await one.find()).toMatchObject({ status: 422, body: { type: "not_told" } });
  expect((await one.place()).status).toBe(200);
});
