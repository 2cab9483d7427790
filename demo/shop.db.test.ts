import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commandNames } from "./services/commands";
import { call, Order, openTestShop, signed, type TestShop } from "./testing";

let shop: TestShop;

beforeAll(async () => {
  shop = await openTestShop();
});
afterAll(async () => {
  await shop.close();
  expect(shop.errors).toEqual([]);
});
beforeEach(() => shop.reset());

const order = (run: string, data = {}) => new Order(shop.url, run, data);
const read = () => shop.read();
const balance = () => shop.balance();
const turn = (command: string, position: object) => shop.turn(command, position);

describe("an order", () => {
  test("goes through all four services and leaves its mark in each", async () => {
    const one = order("run-1");
    const reserved = await one.act("InventoryService/ReserveItems", "reserve_inventory");
    expect(reserved).toMatchObject({ status: 200, body: { items: [{ sku: "CHAIR-OAK", quantity: 2 }] } });
    expect(reserved.body.reservation_id).toMatch(/^res_/);
    const paid = await one.act("PaymentService/ProcessPayment", "process_payment");
    expect(paid.body).toMatchObject({ payment_id: expect.stringMatching(/^pay_/), amount: 129 });
    const shipped = await one.act("ShippingService/CreateShipment", "create_shipment");
    expect(shipped.body).toMatchObject({ tracking_number: expect.stringMatching(/^SG\d{12}$/) });
    await one.act("NotificationService/SendOrderConfirmation", "send_confirmation");
    expect(await balance()).toMatchObject({
      "Stock reserved": "2 items",
      "Charged minus refunded": "129.00",
      "Parcels in transit": "1",
      "Confirmations sent": "1",
      "Cancellation notices sent": "0",
      "Bookings held": "0",
    });
  });

  test("is undone to nothing, but for the mails", async () => {
    const before = await balance();
    const one = order("run-1");
    const steps = [
      ["InventoryService/ReserveItems", "InventoryService/ReleaseReservation", "reserve_inventory"],
      ["PaymentService/ProcessPayment", "PaymentService/RefundPayment", "process_payment"],
      ["ShippingService/CreateShipment", "ShippingService/CancelShipment", "create_shipment"],
      ["NotificationService/SendOrderConfirmation", "NotificationService/SendCancellationNotice", "send_confirmation"],
    ] as const;
    const results = new Map<string, unknown>();
    for (const [action, , step] of steps) results.set(step, (await one.act(action, step)).body);
    for (const [, undo, step] of [...steps].reverse()) {
      expect(await one.undo(undo, step, results.get(step))).toMatchObject({ status: 200, body: { undone: 1 } });
    }
    expect(await balance()).toEqual({ ...before, "Confirmations sent": "1", "Cancellation notices sent": "1" });
  });

  test("without an amount costs what its goods cost", async () => {
    const one = new Order(shop.url, "run-1");
    const { total_amount: _, ...data } = one.data as Record<string, never>;
    const answer = await call(shop.url, "PaymentService/ProcessPayment", data, { key: "k" });
    expect(answer.body.amount).toBe(259);
  });
});

test("what the shop never heard of is in stock from the first order on, however its line is written", async () => {
  const data = { items: ["UNICORN", { product_id: "UNICORN", qty: 2 }] };
  const answer = await order("run-1", data).act("InventoryService/ReserveItems", "reserve_inventory");
  expect(answer.body.items).toEqual([{ sku: "UNICORN", quantity: 3 }]);
});

describe("refusals change nothing", () => {
  test.each([
    [
      "out_of_stock",
      {
        items: [
          { sku: "CHAIR-OAK", quantity: 1 },
          { sku: "CLOCK-WALL", quantity: 1 },
        ],
      },
    ],
    ["invalid_input", { items: [] }],
    ["invalid_input", { items: [{ sku: "a\u0000b", quantity: 1 }] }],
    ["invalid_input", { items: "CHAIR-OAK" }],
  ])("%s", async (type, data) => {
    const answer = await order("run-1", data).act("InventoryService/ReserveItems", "reserve_inventory");
    expect(answer).toMatchObject({ status: 422, body: { type, status: 422 } });
    expect((await balance())["Stock reserved"]).toBe("0 items");
    expect((await read()).calls[0]).toMatchObject({ did: "declined", status: 422, run: "run-1", attempt: 1 });
  });

  test.each([
    ["no key", { headers: {}, body: "{}" }],
    ["an empty key", { headers: { "idempotency-key": "" }, body: "{}" }],
    ["a key of 256 characters", { headers: { "idempotency-key": "k".repeat(256) }, body: "{}" }],
    ["HTML", { headers: { "idempotency-key": "k" }, body: "<html>" }],
    ["an array", { headers: { "idempotency-key": "k" }, body: "[]" }],
  ])("a call with %s is 400 problem+json", async (_, { headers, body }) => {
    const init = { method: "POST", headers: signed({ ...headers }, body), body };
    const response = await fetch(`${shop.url}/TicketService/Issue`, init);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect((await read()).calls).toEqual([]);
  });

  test("an unknown command is 404, even when a prototype knows its name", async () => {
    for (const path of ["TicketService/Refund", "NoService/Issue", "constructor/name", "TicketService/toString"]) {
      expect(await call(shop.url, path, {}, { key: "k" })).toMatchObject({ status: 404, body: { type: "not_found" } });
    }
  });

  test("a call that nobody signed is 401, and leaves no trace", async () => {
    const headers = { "idempotency-key": "run-1:ticket:1:action" };
    const response = await fetch(`${shop.url}/TicketService/Issue`, { method: "POST", headers, body: "{}" });
    expect(response.status).toBe(401);
    expect((await read()).calls).toEqual([]);
  });

  test("a body over 256 KB is 413", async () => {
    const answer = await call(shop.url, "TicketService/Issue", { filler: "x".repeat(300_000) }, { key: "k" });
    expect(answer.status).toBe(413);
  });

  test("browsers are turned away", async () => {
    const headers = { origin: "https://elsewhere.example" };
    expect((await fetch(`${shop.url}/demo/reset`, { method: "POST", headers })).status).toBe(403);
  });
});

describe("idempotency", () => {
  test("the same key has one effect and one answer, even when fifty come at once", async () => {
    const one = order("run-1");
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => one.act("PaymentService/ProcessPayment", "process_payment")),
    );
    expect(new Set(answers.map(({ body }) => body.payment_id)).size).toBe(1);
    expect((await balance())["Charged minus refunded"]).toBe("129.00");
    const { calls } = await read();
    expect(calls.filter(({ did }) => did === "effect")).toHaveLength(1);
    expect(calls.filter(({ did }) => did === "repeat")).toHaveLength(49);
  });

  test("a key is not shared between commands", async () => {
    await call(shop.url, "TicketService/Issue", {}, { key: "k" });
    const other = await call(shop.url, "FlightService/Book", {}, { key: "k" });
    expect(other).toMatchObject({ status: 422, body: { type: "key_reused" } });
  });

  test("orders of the same goods at once do not deadlock, and none is lost", async () => {
    const goods = [
      { sku: "CHAIR-OAK", quantity: 1 },
      { sku: "LAMP-BRASS", quantity: 2 },
    ];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        order(`run-${i}`, { items: i % 2 ? goods : goods.toReversed() }).act("InventoryService/ReserveItems", "r"),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await balance())["Stock reserved"]).toBe("120 items");
  });

  test("a restart forgets nothing", async () => {
    const one = order("run-1");
    const first = await one.act("ShippingService/CreateShipment", "create_shipment");
    const again = await shop.start();
    const second = await new Order(again.url, "run-1").act("ShippingService/CreateShipment", "create_shipment");
    await again.stop();
    expect(second.body).toEqual(first.body);
  });
});

describe("undo", () => {
  test("finds what its step made when the result is unknown", async () => {
    const one = order("run-1");
    await one.act("PaymentService/ProcessPayment", "process_payment");
    const undone = await one.undo("PaymentService/RefundPayment", "process_payment", null);
    expect(undone).toMatchObject({ status: 200, body: { undone: 1, amount: 129 } });
    expect((await balance())["Charged minus refunded"]).toBe("0.00");
  });

  test("finds it by the action's key or by the id of what was made, and leaves other things alone", async () => {
    const at = (item: number) => ({ key: `run-1:tickets:${item}:1:action`, run: "run-1", step: "tickets" });
    const first = await call(shop.url, "CarService/Reserve", {}, at(0));
    await call(shop.url, "CarService/Reserve", {}, at(1));
    await call(shop.url, "CarService/Reserve", {}, at(2));
    const step = { run: "run-1", step: "tickets" };
    await call(shop.url, "CarService/ReleaseCar", { action_key: at(1).key }, { key: "undo-1", ...step });
    expect((await balance())["Bookings held"]).toBe("2");
    await call(shop.url, "CarService/ReleaseCar", { original_result: first.body as never }, { key: "undo-0", ...step });
    expect((await balance())["Bookings held"]).toBe("1");
  });

  test("of an undone action does nothing more, whatever its key", async () => {
    const one = order("run-1");
    const paid = await one.act("PaymentService/ProcessPayment", "process_payment");
    await one.undo("PaymentService/RefundPayment", "process_payment", paid.body);
    const repeated = await one.undo("PaymentService/RefundPayment", "process_payment", paid.body);
    expect(repeated.body).toMatchObject({ undone: 1 });
    const anew = await one.undo("PaymentService/RefundPayment", "process_payment", paid.body, 2);
    expect(anew).toMatchObject({ status: 200, body: { undone: 0 } });
    expect((await balance())["Charged minus refunded"]).toBe("0.00");
    expect((await read()).calls.map(({ did }) => did)).toEqual(["nothing", "repeat", "effect", "effect"]);
  });

  test("of an action that never came is a success, and the action that comes after it is refused", async () => {
    const one = order("run-1");
    const undone = await one.undo("InventoryService/ReleaseReservation", "reserve_inventory", null);
    expect(undone).toMatchObject({ status: 200, body: { undone: 0 } });
    const late = await one.act("InventoryService/ReserveItems", "reserve_inventory");
    expect(late).toMatchObject({ status: 409, body: { type: "tombstoned" } });
    expect((await balance())["Stock reserved"]).toBe("0 items");
    expect((await read()).calls.map(({ did }) => did)).toEqual(["tombstone", "nothing"]);
    const elsewhere = await order("run-2").act("InventoryService/ReserveItems", "reserve_inventory");
    expect(elsewhere.status).toBe(200);
  });

  test("a tombstone for one key leaves the step's other keys alone", async () => {
    const step = { run: "run-1", step: "car" };
    await call(shop.url, "CarService/ReleaseCar", { action_key: "run-1:car:1:action" }, { key: "undo", ...step });
    const first = await call(shop.url, "CarService/Reserve", {}, { key: "run-1:car:1:action", ...step });
    expect(first.status).toBe(409);
    const second = await call(shop.url, "CarService/Reserve", {}, { key: "run-1:car:2:action", ...step });
    expect(second.status).toBe(200);
  });

  test("and action at the same moment never leave an effect behind", async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const one = order(`race-${i}`);
        const act = () => one.act("PaymentService/ProcessPayment", "process_payment");
        const undo = () => one.undo("PaymentService/RefundPayment", "process_payment", null);
        await Promise.all(i % 2 ? [act(), undo()] : [undo(), act()]);
      }),
    );
    expect((await balance())["Charged minus refunded"]).toBe("0.00");
  });
});

describe("switches", () => {
  const pay = (run: string) => order(run).act("PaymentService/ProcessPayment", "process_payment");

  test("stand at ok, one for each command", async () => {
    const { switches } = await read();
    expect(switches.map(({ service, command }) => ({ service, command }))).toEqual(commandNames);
    expect(new Set(switches.map(({ mode }) => mode))).toEqual(new Set(["ok"]));
  });

  test("decline refuses, and back at ok the same key goes through", async () => {
    await turn("PaymentService/ProcessPayment", { mode: "decline" });
    expect(await pay("run-1")).toMatchObject({ status: 422, body: { type: "card_declined" } });
    await turn("PaymentService/ProcessPayment", { mode: "ok" });
    expect((await pay("run-1")).status).toBe(200);
  });

  test("error fails as often as it was told and then works", async () => {
    await turn("PaymentService/ProcessPayment", { mode: "error", times: 2 });
    const statuses = [(await pay("run-1")).status, (await pay("run-1")).status, (await pay("run-1")).status];
    expect(statuses).toEqual([500, 500, 200]);
    const position = (await read()).switches.find(({ command }) => command === "ProcessPayment");
    expect(position).toMatchObject({ mode: "ok", times: 2 });
  });

  test("timeout after effect does it and never answers", async () => {
    await turn("PaymentService/ProcessPayment", { mode: "timeout_after_effect" });
    const unanswered = fetch(`${shop.url}/PaymentService/ProcessPayment`, {
      method: "POST",
      headers: signed(
        {
          "idempotency-key": "run-1:process_payment:1:action",
          "saga-id": "run-1",
          "saga-step": "process_payment",
        },
        JSON.stringify({ total_amount: 129 }),
      ),
      body: JSON.stringify({ total_amount: 129 }),
      signal: AbortSignal.timeout(700),
    });
    await expect(unanswered).rejects.toThrow("timeout");
    expect((await balance())["Charged minus refunded"]).toBe("129.00");
    expect((await read()).calls[0]).toMatchObject({ did: "effect", status: 0 });
    await turn("PaymentService/ProcessPayment", { mode: "ok" });
    expect((await pay("run-1")).status).toBe(200);
    expect((await balance())["Charged minus refunded"]).toBe("129.00");
  });

  test("slow answers late, and an undo that overtakes it wins", async () => {
    await turn("PaymentService/ProcessPayment", { mode: "slow", delayMs: 300 });
    const slow = pay("run-1");
    const undone = await order("run-1").undo("PaymentService/RefundPayment", "process_payment", null);
    expect(undone.body).toMatchObject({ undone: 0 });
    expect((await slow).status).toBe(409);
  });

  test.each([
    ["an unknown mode", "PaymentService/ProcessPayment", { mode: "explode" }, 422],
    ["too many times", "PaymentService/ProcessPayment", { mode: "error", times: 1001 }, 422],
    ["no body", "PaymentService/ProcessPayment", undefined, 422],
    ["an unknown command", "PaymentService/Explode", { mode: "ok" }, 404],
  ])("%s is refused", async (_, command, position, status) => {
    expect((await turn(command, position as object)).status).toBe(status);
  });
});
