import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/server/testing/database";
import {
  later,
  memoryStore,
  type Participant,
  participant,
  postgresStore,
  Refused,
  type Running,
  type Store,
  TryLater,
} from "./index";
import { commandOf } from "./testing/commands";
import { LetterBox } from "./testing/letter-box";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const service = "SupplierService";
const box = new LetterBox();
let db: TestDatabase;

beforeAll(async () => {
  await box.start();
  db = await createTestDatabase();
});
afterAll(async () => {
  await box.stop();
  await db.drop();
});
beforeEach(() => {
  box.status = 202;
  box.said = "{}";
  box.received.splice(0);
});

type Wish = { afterMs?: number; soldOut?: boolean; closedFor?: number };
let runs = 0;
const newRun = () => `later-${++runs}`;

describe.each([
  ["in memory", () => memoryStore() as Store<unknown>],
  ["in PostgreSQL", () => postgresStore(db.pool) as Store<unknown>],
])("remembered %s", (_, storeOf) => {
  let store: Store<unknown>;
  let supplier: Participant<unknown>;
  let office: Running;
  const errors: string[] = [];
  let done: string[] = [];
  const begun: object[] = [];

  const build = () =>
    participant<unknown>(service, {
      store,
      secret,
      studio: box.url,
      onError: (error) => errors.push(String(error)),
    }).handle<Wish, { line: string }>("ReserveLine", {
      do: ({ input: { afterMs } }) => later(afterMs === undefined ? {} : { inMs: afterMs, note: "bring a van" }),
      finish: ({ key, input, note, attempt }) => {
        if (input.soldOut) throw new Refused("sold_out", "Sold out");
        if (input.closedFor !== undefined && attempt === 1 && !errors.includes(key)) {
          errors.push(key);
          throw new TryLater("Closed", { afterMs: input.closedFor });
        }
        done.push(key);
        return { line: String(note) };
      },
      undo: {
        command: "CancelLine",
        do: ({ result }) => ({ line: result.line }),
        nothing: ({ run }) => void begun.push({ cancelled: run }),
      },
    });
  beforeEach(() => {
    store = storeOf();
    supplier = build();
    office = supplier.open();
    errors.splice(0);
    done = [];
    begun.splice(0);
  });
  // What is in the post still would come in the next test.
  afterEach(async () => {
    await expect.poll(() => store.next(service, "letter")).toBeNull();
    await office.stop();
  });

  const reserve = (run: string, input: object = { afterMs: 0 }, attempt = 1) =>
    supplier.receive(commandOf({ service, command: "ReserveLine", run, attempt, input: { ...input } }));
  const cancel = (run: string) =>
    supplier.receive(commandOf({ service, command: "CancelLine", run, half: "compensation" }));
  const arrived = (count: number) => expect.poll(() => box.events.length).toBeGreaterThanOrEqual(count);

  test("work is accepted first, done by itself, and its signed reply names the run, the attempt and the item", async () => {
    const run = newRun();
    const command = commandOf({ service, command: "ReserveLine", run, item: 2, attempt: 3, input: { afterMs: 0 } });
    expect(await supplier.receive(command)).toEqual({ kind: "accepted", did: "accepted" });
    await arrived(1);
    expect(box.events[0]).toEqual({
      specversion: "1.0",
      id: expect.stringContaining(`${command.key}#3:reply:`),
      source: service,
      type: "SagaStepCompleted",
      subject: run,
      data: {
        ...{ saga_id: run, step_name: "reserve", item: 2, attempt: 3, generation: 1 },
        result: { line: "bring a van" },
      },
    });
    const { headers, body, path } = box.received[0] ?? { headers: {}, body: "", path: "" };
    expect(path).toBe("/api/v1/replies");
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(box.events[0]);
    expect(await supplier.receive(command)).toMatchObject({ kind: "done", did: "repeat" });
  });

  test("the same call again is accepted again: one work, and the reply is for the last attempt", async () => {
    const run = newRun();
    await reserve(run, { afterMs: 300 });
    expect(await reserve(run, { afterMs: 300 }, 2)).toEqual({ kind: "accepted", did: "repeat" });
    // The first comes once more, from a broker that was away.
    expect(await reserve(run, { afterMs: 300 }, 1)).toEqual({ kind: "accepted", did: "repeat" });
    await arrived(1);
    expect(box.events).toMatchObject([{ data: { attempt: 2 } }]);
    expect(done).toHaveLength(1);
  });

  test("what somebody settles by hand is replied to, whatever process it was accepted in", async () => {
    const run = newRun();
    await reserve(run, {});
    await office.stop();
    supplier = build();
    office = supplier.open();
    const { key } = commandOf({ service, command: "ReserveLine", run });
    const result = { line: "by the bank's own call" };
    expect(await supplier.settle(key, () => result)).toEqual({ kind: "done", did: "effect", result });
    const repeated = await supplier.settle(key, () => ({ line: "and never twice" }));
    expect(repeated).toEqual({ kind: "done", did: "repeat", result });
    expect(await supplier.settle("another key")).toBeNull();
    await arrived(1);
    expect(box.events).toMatchObject([{ data: { result: { line: "by the bank's own call" } } }]);
  });

  test("a refusal is a reply as well; the same key may be tried again, and then its success is another reply", async () => {
    const run = newRun();
    await reserve(run, { afterMs: 0, soldOut: true });
    await arrived(1);
    expect(box.events).toMatchObject([{ type: "SagaStepFailed", data: { error: { code: "sold_out" } } }]);
    expect(await reserve(run, { afterMs: 0 })).toEqual({ kind: "accepted", did: "accepted" });
    await arrived(2);
    expect(box.events[1]).toMatchObject({ type: "SagaStepCompleted", data: { attempt: 1 } });
    expect(box.events[1]?.id).not.toBe(box.events[0]?.id);
  });

  test("work that asks for another time gets it", async () => {
    await reserve(newRun(), { afterMs: 0, closedFor: 20 });
    await arrived(1);
    expect(box.events).toMatchObject([{ type: "SagaStepCompleted" }]);
  });

  test("an undo that comes before the work wins: it is not done, and the reply says so", async () => {
    const run = newRun();
    await reserve(run, { afterMs: 100 });
    expect(await cancel(run)).toMatchObject({ did: "nothing", result: { undone: 0 } });
    await arrived(1);
    expect(box.events).toMatchObject([{ type: "SagaStepFailed", data: { error: { code: "tombstoned" } } }]);
    expect(done).toEqual([]);
    expect(await reserve(run)).toMatchObject({ kind: "refused", problem: { code: "tombstoned" } });
  });

  test("who settles what was undone meanwhile is told so, however often, and may take back what was begun", async () => {
    const run = newRun();
    await reserve(run, {});
    await cancel(run);
    expect(begun).toEqual([{ cancelled: run }]);
    const { key } = commandOf({ service, command: "ReserveLine", run });
    for (let times = 0; times < 2; times += 1)
      expect(await supplier.settle(key, () => ({ line: "too late" }))).toMatchObject({
        kind: "refused",
        did: "tombstone",
      });
    await arrived(1);
    expect(box.events).toMatchObject([{ type: "SagaStepFailed", data: { error: { code: "tombstoned" } } }]);
  });

  test("an undo withdraws a reply that nobody has taken yet", async () => {
    box.status = 503;
    const run = newRun();
    await reserve(run);
    await arrived(1);
    expect(await cancel(run)).toMatchObject({ result: { undone: 1, line: "bring a van" } });
    expect(await store.next(service, "letter")).toBeNull();
  });

  test("a reply that is not taken is sent until it is, under one id, also by the next process", async () => {
    box.status = 503;
    await reserve(newRun());
    await arrived(2);
    expect(errors).toEqual([]);
    await office.stop();
    box.status = 202;
    const before = box.events.length;
    office = build().open();
    await arrived(before + 1);
    await expect.poll(() => store.next(service, "letter")).toBeNull();
    expect(new Set(box.events.map(({ id }) => id)).size).toBe(1);
  });

  test("a refusal of a reply is complained of, once", async () => {
    box.status = 401;
    await reserve(newRun());
    await arrived(3);
    expect(errors).toEqual(["Error: A reply was not taken: 401 {}"]);
    box.status = 202;
    await expect.poll(() => store.next(service, "letter")).toBeNull();
  });

  test("work of somebody who left no address is refused", async () => {
    const command = { ...commandOf({ service, command: "ReserveLine", run: newRun() }), run: null, step: null };
    expect(await supplier.receive(command)).toMatchObject({ problem: { code: "no_return_address" } });
  });

  test("events are said after the commit, and reacted to once", async () => {
    let failing = true;
    const ordering = participant<unknown>("OrderService", { store, studio: box.url, onError: () => {} }).handle(
      "PlaceOrder",
      {
        do: ({ run }, { emit }) => {
          emit("OrderCreated", { order_id: run }, { subject: run ?? "" });
          if (failing) throw new Error("Not yet");
          return null;
        },
      },
    );
    const ordersOffice = ordering.open();
    const run = newRun();
    const place = () => ordering.receive(commandOf({ service: "OrderService", command: "PlaceOrder", run }));
    await expect(place()).rejects.toThrow("Not yet");
    failing = false;
    await place();
    await place();
    await arrived(1);
    await ordersOffice.stop();
    expect(box.received).toHaveLength(1);
    expect(box.received[0]?.path).toBe("/api/v1/events");
    const event = box.events[0];
    if (!event) throw new Error("No event came");
    expect(event).toMatchObject({
      source: "OrderService",
      type: "OrderCreated",
      subject: run,
      data: { order_id: run },
    });

    let heard = 0;
    const billing = participant<unknown>("BillingService", { store }).on("OrderCreated", () => {
      heard += 1;
    });
    await Promise.all([billing.hear(event), billing.hear(event), billing.hear({ ...event, type: "OrderLost" })]);
    await billing.hear({ ...event, id: "another" });
    expect(heard).toBe(2);
  });
});

test("an event that nobody listens to has been said all the same", async () => {
  [box.status, box.said] = [422, JSON.stringify({ code: "unknown_event" })];
  const errors: unknown[] = [];
  const store = memoryStore();
  const shop = participant(service, { store, studio: box.url, onError: (error) => errors.push(error) });
  const office = shop.open();
  await shop.emit("NobodyCares", {});
  await expect.poll(() => box.events).toMatchObject([{ type: "NobodyCares" }]);
  await expect.poll(() => store.next(service, "letter")).toBeNull();
  await office.stop();
  expect(errors).toEqual([]);
});

test("a middleware sees every command and may say something else; late work as well", async () => {
  const seen: string[] = [];
  const shop = participant(service, { store: memoryStore(), studio: box.url })
    .use(async (command, next) => {
      const answer = await next();
      seen.push(`${command.command}${command.isLate ? " late" : ""}: ${"did" in answer ? answer.did : answer.kind}`);
      return command.command === "Hush" ? { kind: "unheard" } : answer;
    })
    .handle("ReserveLine", { do: () => later({ inMs: 0 }), finish: () => null })
    .handle("Hush", { do: () => null });
  const office = shop.open();
  await shop.receive(commandOf({ service, command: "ReserveLine", run: newRun() }));
  await expect.poll(() => seen).toEqual(["ReserveLine: accepted", "ReserveLine late: effect"]);
  expect(await shop.receive(commandOf({ service, command: "Hush", run: newRun() }))).toEqual({ kind: "unheard" });
  await office.stop();
});
