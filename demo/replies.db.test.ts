import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "@/participant";
import { LetterBox } from "@/participant/testing/letter-box";
import { call, openTestShop, secret, type TestShop } from "./testing";

const receiver = new LetterBox();
let shop: TestShop;

beforeAll(async () => {
  await receiver.start();
  shop = await openTestShop(receiver.url);
});
afterAll(async () => {
  await shop.close();
  await receiver.stop();
});
beforeEach(async () => {
  receiver.status = 202;
  await shop.reset();
  receiver.received.splice(0);
  shop.errors.splice(0);
  // Unless a test says otherwise, work is done at once.
  await shop.turn("SupplierService/ReserveLine", { mode: "slow", delayMs: 0 });
});

/** One item of a forEach, as the orchestrator sends it. */
function line(item: number, { run = "run-1", ...more }: { run?: string } & JsonObject = {}) {
  const keyOf = (half: string) => `${run}:reserve_lines:${item}:1:${half}`;
  const body = { purchase_id: "PUR-1", supplier: "Nordic Oak", sku: "CHAIR-OAK", quantity: 1, item, ...more };
  const send = (command: string, sent: JsonObject, half: string, attempt = 1) =>
    call(shop.url, `SupplierService/${command}`, sent, { key: keyOf(half), run, step: "reserve_lines", attempt });
  return {
    reserve: (attempt = 1) => send("ReserveLine", body, "action", attempt),
    cancel: () => send("CancelLine", { action_key: keyOf("action") }, "compensation"),
    find: () => send("FindLine", { action_key: keyOf("action") }, "action"),
  };
}

/** From now on work is accepted for later, and done when the test hastens it. */
const later = () => shop.turn("SupplierService/ReserveLine", { mode: "slow", delayMs: 120_000 });
const patience = { timeout: 10_000 };
const settled = () => expect.poll(() => balanceOf("Replies owed"), patience).toBe("0");
const sentTimes = (least: number) =>
  expect.poll(() => receiver.received.length, patience).toBeGreaterThanOrEqual(least);
const balanceOf = async (label: string) => (await shop.balance())[label];
const deeds = async () => (await shop.read()).calls.map(({ did }) => did);
/** A moment after the reply the ledger says it too. */
const didAll = (all: readonly string[]) => expect.poll(deeds, patience).toEqual(all);

test("a line is accepted first, and its reply comes by itself", async () => {
  expect(await line(2).reserve()).toEqual({ status: 202, body: {} });
  await settled();
  expect(receiver.events).toEqual([
    {
      specversion: "1.0",
      id: expect.any(String),
      source: "SupplierService",
      type: "SagaStepCompleted",
      subject: "run-1",
      data: {
        saga_id: "run-1",
        step_name: "reserve_lines",
        item: 2,
        attempt: 1,
        generation: 1,
        result: {
          reservation_id: expect.stringMatching(/^line_/),
          supplier: "Nordic Oak",
          sku: "CHAIR-OAK",
          quantity: 1,
        },
      },
    },
  ]);
  expect(await balanceOf("Lines held at suppliers")).toBe("1");
  await didAll(["effect"]);
});

test("a reply is signed with the service's secret", async () => {
  await line(0).reserve();
  await settled();
  const { headers, body } = receiver.received[0] ?? { headers: {}, body: "" };
  const signed = headers as Record<string, string>;
  expect(new Webhook(secret).verify(body, signed)).toEqual(receiver.events[0]);
  expect(() => new Webhook(secret).verify(`${body} `, signed)).toThrow();
});

test("a line that is sold out, or that the switch declines, is refused in the reply and holds nothing", async () => {
  await line(0, { sku: "CLOCK-WALL" }).reserve();
  await settled();
  await shop.turn("SupplierService/ReserveLine", { mode: "decline" });
  expect((await line(1).reserve()).status).toBe(202);
  await settled();
  const error = { code: "line_unavailable", message: "Line unavailable" };
  expect(receiver.events).toMatchObject([
    {
      type: "SagaStepFailed",
      data: { item: 0, error: { ...error, detail: "CLOCK-WALL is sold out at Nordic Oak." } },
    },
    { type: "SagaStepFailed", data: { item: 1, error } },
  ]);
  expect(await balanceOf("Lines held at suppliers")).toBe("0");
  await didAll(["declined", "declined"]);
});

test("three lines at once get three replies, each for its own item", async () => {
  await Promise.all([0, 1, 2].map((item) => line(item).reserve()));
  await settled();
  const items = receiver.events.map(({ data }) => (data as JsonObject).item);
  expect(items.toSorted()).toEqual([0, 1, 2]);
  expect(await balanceOf("Lines held at suppliers")).toBe("3");
});

describe("sent again", () => {
  test("before its work is done a call is accepted again, and has one effect and one reply", async () => {
    await later();
    const answers = await Promise.all(Array.from({ length: 10 }, () => line(0).reserve()));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    await shop.hasten();
    await settled();
    expect(receiver.events).toHaveLength(1);
    expect(await balanceOf("Lines held at suppliers")).toBe("1");
  });

  test("and the reply is for the last attempt", async () => {
    await later();
    await line(0).reserve(1);
    await line(0).reserve(2);
    await shop.hasten();
    await settled();
    expect(receiver.events).toMatchObject([{ data: { attempt: 2 } }]);
  });

  test("after its work is done a call is answered at once", async () => {
    await line(0).reserve();
    await settled();
    expect(await line(0).reserve(2)).toMatchObject({ status: 200, body: { sku: "CHAIR-OAK" } });
    expect(receiver.events).toHaveLength(1);
  });

  test("a reply that is not taken is sent until it is, always under the same id", async () => {
    receiver.status = 503;
    await line(0).reserve();
    await sentTimes(2);
    expect(await balanceOf("Replies owed")).toBe("1");
    receiver.status = 202;
    await settled();
    expect(new Set(receiver.events.map(({ id }) => id)).size).toBe(1);
    expect(shop.errors).toEqual([]);
  });

  test("a refusal of the reply itself is complained of, once", async () => {
    receiver.status = 401;
    await line(0).reserve();
    await sentTimes(2);
    expect(shop.errors.map(String)).toEqual(["Error: A reply was not taken: 401 {}"]);
    receiver.status = 202;
    await settled();
  });
});

describe("a restart", () => {
  test("does the work that was accepted before it", async () => {
    await later();
    await line(0).reserve();
    await shop.restart();
    expect(await balanceOf("Replies owed")).toBe("1");
    await shop.hasten();
    await settled();
    expect(receiver.events).toMatchObject([{ type: "SagaStepCompleted" }]);
  });

  test("sends the reply that nobody had taken", async () => {
    receiver.status = 503;
    await line(0).reserve();
    await sentTimes(1);
    await shop.stop();
    receiver.received.splice(0);
    receiver.status = 202;
    await shop.restart();
    await settled();
    expect(receiver.events).toMatchObject([{ type: "SagaStepCompleted" }]);
  });
});

describe("an undo", () => {
  test("that comes before the work is done wins: nothing is reserved, and the reply says so", async () => {
    await later();
    await line(0).reserve();
    expect(await line(0).cancel()).toMatchObject({ status: 200, body: { undone: 0 } });
    await shop.hasten();
    await settled();
    expect(receiver.events).toMatchObject([{ type: "SagaStepFailed", data: { error: { code: "tombstoned" } } }]);
    expect(await balanceOf("Lines held at suppliers")).toBe("0");
    await didAll(["nothing", "tombstone"]);
  });

  test("takes back a reply that nobody had taken yet, so that no late success is heard of", async () => {
    receiver.status = 503;
    await line(0).reserve();
    await sentTimes(1);
    expect(await line(0).cancel()).toMatchObject({ status: 200, body: { undone: 1 } });
    expect(await balanceOf("Replies owed")).toBe("0");
    expect(await balanceOf("Lines held at suppliers")).toBe("0");
  });

  test("of one item leaves the others alone", async () => {
    await Promise.all([0, 1, 2].map((item) => line(item).reserve()));
    await settled();
    await line(1).cancel();
    expect(await balanceOf("Lines held at suppliers")).toBe("2");
  });

  test("and work at the same moment never leave a line behind", async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const one = line(0, { run: `race-${i}` });
        await one.reserve();
        await one.cancel();
      }),
    );
    await settled();
    expect(await balanceOf("Lines held at suppliers")).toBe("0");
    expect(shop.errors).toEqual([]);
  });
});

test("a supplier that does it and stays silent accepts each attempt, and tells when it is asked", async () => {
  await shop.turn("SupplierService/ReserveLine", { mode: "timeout_after_effect" });
  const one = line(0);
  expect((await one.reserve(1)).status).toBe(202);
  await settled();
  expect((await one.reserve(2)).status).toBe(202);
  expect(await one.find()).toMatchObject({ body: { happened: true, result: { sku: "CHAIR-OAK" } } });
  expect(receiver.events).toEqual([]);
  expect(await balanceOf("Lines held at suppliers")).toBe("1");
});

test("a supplier that is asked before it has done it never will", async () => {
  await later();
  const one = line(0);
  await one.reserve();
  expect(await one.find()).toMatchObject({ body: { happened: false, fenced: true } });
  await shop.hasten();
  await settled();
  expect(await balanceOf("Lines held at suppliers")).toBe("0");
});

test("a call that does not say whom to reply to is refused", async () => {
  const answer = await call(
    shop.url,
    "SupplierService/ReserveLine",
    { supplier: "A", sku: "B", quantity: 1 },
    { key: "k" },
  );
  expect(answer).toMatchObject({ status: 422, body: { type: "no_return_address" } });
});
