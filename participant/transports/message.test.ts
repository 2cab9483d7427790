import { beforeEach, describe, expect, test } from "vitest";
import { type CloudEvent, later, memoryStore, participant, type Store, TryLater } from "../index";
import { type Say, takeCommand, takeEvent, toBody } from "./message";

const errors: string[] = [];
let said: CloudEvent[] = [];
const say = async (event: CloudEvent) => void said.push(event);
const shop = participant("Shop", { store: memoryStore(), onError: (error) => errors.push(String(error)) })
  .handle("Break", {
    do: () => {
      throw new Error("Out of order");
    },
  })
  .handle("Busy", {
    do: () => {
      throw new TryLater("Closed", { afterMs: 1499.5 });
    },
  })
  .handle("Reserve", {
    do: () => null,
    undo: {
      command: "Release",
      do: () => {
        throw new Error("Out of order");
      },
    },
  })
  .handle("Read", { do: () => ({ pages: "x".repeat(1_100_000) }) })
  .handle("Wait", { do: () => later() })
  .handle("Pay", { do: () => ({ paid: true }), probe: "Find" })
  .on("Broken", () => {
    throw new Error("Out of order");
  });

const message = (command: string, more: object = {}) => ({
  body: JSON.stringify({
    ...{ specversion: "1.0", id: "m-1", source: "Order", type: `Shop.${command}`, subject: "run-1", sagastep: "pay" },
    ...{ idempotencykey: `run-1:pay:1:action:${command}`, sagahalf: "action", sagaattempt: 2, data: {}, ...more },
  }),
  headers: {},
  deliveries: 1,
});
const take = (incoming: ReturnType<typeof message>, saying: Say = say) => {
  said = [];
  return takeCommand(shop, incoming, saying);
};

test("an action that breaks comes again, later each time; after ten times it is dead, and nobody is told that it did not happen", async () => {
  const [key, seen] = ["breaks-ten-times", [] as unknown[]];
  for (let deliveries = 1; deliveries <= 10; deliveries += 1) {
    const verdict = await take({ ...message("Break", { idempotencykey: key }), deliveries });
    seen.push(verdict.kind === "again" ? verdict.afterMs : verdict.kind);
    expect(said).toEqual([]);
  }
  expect(seen).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, "dead"]);
  expect(errors.at(-1)).toMatch("The service failed 10 times");
});

test("an undo that breaks is owed all the same: it comes again however often it has come", async () => {
  const key = "undone-at-last";
  await take(message("Reserve", { idempotencykey: key }));
  const undo = message("Release", {
    idempotencykey: `${key}:compensation`,
    sagahalf: "compensation",
    data: { action_key: key },
  });
  for (let deliveries = 1; deliveries <= 25; deliveries += 1)
    expect(await take({ ...undo, deliveries })).toMatchObject({ kind: "again", isHeld: false });
  expect(said).toEqual([]);
});

test("what a store that is there will never have is dead like what breaks the handler", async () => {
  const memory = memoryStore();
  const store: Store<null> = {
    ...memory,
    transaction: async (scope, work) => {
      if (scope.includes("\u0000")) throw new Error("invalid byte sequence");
      return memory.transaction(scope, work);
    },
  };
  const strict = participant("Shop", { store }).on("Sold", () => {});
  const unwritable = { specversion: "1.0", id: "e-\u0000", source: "S", type: "Sold" };
  const event = { body: JSON.stringify(unwritable), headers: {}, deliveries: 1 };
  for (let tries = 1; tries < 10; tries += 1)
    expect(await takeEvent(strict, event)).toMatchObject({ kind: "again", isHeld: false });
  expect(await takeEvent(strict, event)).toMatchObject({ kind: "dead" });
});

describe("while the store cannot be reached", () => {
  let isAway = true;
  const memory = memoryStore();
  const store: Store<null> = {
    ...memory,
    transaction: async (scope, work) => {
      if (isAway) throw new Error("No database");
      return memory.transaction(scope, work);
    },
  };
  const bank = participant("Shop", {
    store,
    onError: (error) => errors.push(String(error)),
  })
    .handle("Break", {
      do: () => {
        throw new Error("Out of order");
      },
    })
    .on("Broken", () => {
      throw new Error("Out of order");
    });
  const event = {
    ...message("Break"),
    body: JSON.stringify({ specversion: "1.0", id: "e-2", source: "S", type: "Broken" }),
  };
  beforeEach(() => {
    [isAway, said] = [true, []];
  });

  test.each([
    ["a command", () => takeCommand(bank, message("Break"), say)],
    ["a command that is late", () => takeCommand(bank, message("Break", { expirytime: "2020-01-01T00:00:00Z" }), say)],
    ["an event", () => takeEvent(bank, event)],
  ])("%s is kept in hand, and is not to blame however long that takes", async (_, takeOnce) => {
    for (let tries = 0; tries < 25; tries += 1) expect(await takeOnce()).toMatchObject({ kind: "again", isHeld: true });
    expect(said).toEqual([]);
  });

  test("no failure is counted: when it is back, a handler may fail as often as ever", async () => {
    for (let tries = 0; tries < 25; tries += 1) await takeEvent(bank, event);
    isAway = false;
    for (let tries = 1; tries < 10; tries += 1)
      expect(await takeEvent(bank, { ...event, deliveries: 25 + tries })).toMatchObject({
        kind: "again",
        isHeld: false,
      });
    expect(await takeEvent(bank, { ...event, deliveries: 35 })).toMatchObject({ kind: "dead" });
  });
});

test("what asks for another time is said to the run, whose retry policy it is", async () => {
  expect(await take(message("Busy"))).toEqual({ kind: "taken" });
  const error = { code: "try_later", message: "Closed", retryable: true, retryAfterMs: 1500 };
  expect(said).toMatchObject([{ type: "SagaStepFailed", data: { error } }]);
});

test("an action that nobody waits for any more is not done, unless it was; an undo is done whenever it comes", async () => {
  const bookings: string[] = [];
  const hotel = participant("Shop", { store: memoryStore(), onError: (error) => errors.push(String(error)) }).handle(
    "Book",
    {
      do: ({ key }) => {
        bookings.push(key);
        return null;
      },
      undo: { command: "Cancel", do: () => null },
    },
  );
  const takeThere = (incoming: ReturnType<typeof message>) => {
    said = [];
    return takeCommand(hotel, incoming, say);
  };
  const minutesAgo = (minutes: number) => ({ expirytime: new Date(Date.now() - minutes * 60_000).toISOString() });
  expect(await takeThere(message("Book", minutesAgo(5)))).toEqual({ kind: "taken" });
  expect([bookings, said]).toEqual([[], []]);
  expect(errors.at(-1)).toMatch("Shop.Book came when nobody waited for it any more");
  expect(await takeThere(message("Book", minutesAgo(-5)))).toEqual({ kind: "taken" });
  expect(await takeThere(message("Book", minutesAgo(5)))).toEqual({ kind: "taken" });
  expect(bookings).toHaveLength(1);
  expect(said).toMatchObject([{ type: "SagaStepCompleted" }]);
  const undo = { sagahalf: "compensation", idempotencykey: "run-1:pay:1:compensation", ...minutesAgo(5) };
  expect(await takeThere(message("Cancel", undo))).toEqual({ kind: "taken" });
  expect(said).toMatchObject([{ type: "SagaCompensationCompleted", data: { result: { undone: 1 } } }]);
});

test("what replies later says nothing now", async () => {
  expect(await take(message("Wait"))).toEqual({ kind: "taken" });
  expect(said).toEqual([]);
});

test("what cannot be said comes again, and is not done again", async () => {
  const nobody = () => Promise.reject(new Error("The broker is away"));
  for (let deliveries = 1; deliveries <= 15; deliveries += 1)
    expect(await take({ ...message("Pay"), deliveries }, nobody)).toMatchObject({ kind: "again" });
  expect(said).toEqual([]);
  expect(await take(message("Pay"))).toEqual({ kind: "taken" });
  expect(said).toMatchObject([{ type: "SagaStepCompleted", data: { attempt: 2, result: { paid: true } } }]);
});

test("an effect whose reply is longer than a message may be is not told as one that did not happen", async () => {
  const asLinesDo = async (event: CloudEvent) => {
    said.push(event);
    toBody(event);
  };
  for (const deliveries of [1, 10]) {
    const verdict = await take({ ...message("Read"), deliveries }, asLinesDo);
    expect(verdict).toMatchObject({ kind: "dead", reason: expect.stringContaining("1000000") });
    expect(said).toMatchObject([{ type: "SagaStepCompleted" }]);
  }
});

test("a probe that is refused says nothing: things are as they were", async () => {
  const stranger = { sagahalf: "probe", idempotencykey: "run-1:pay:1:action:Wait" };
  expect(await take(message("Find", stranger))).toEqual({ kind: "taken" });
  expect(said).toEqual([]);
});

test.each([
  ["no JSON", "<html>"],
  ["no object", "[]"],
  ["no key", JSON.stringify({ type: "Shop.Pay", subject: "run-1" })],
  ["another service's", JSON.stringify({ type: "Bank.Pay", subject: "run-1", idempotencykey: "k" })],
])("a message that is %s is dead", async (_, body) => {
  expect(await take({ ...message("Pay"), body })).toMatchObject({ kind: "dead" });
});

test("an event that breaks comes again, and in the end does not; one of another kind is let pass", async () => {
  const event = (type: string, deliveries: number) => ({
    ...{ headers: {}, deliveries },
    body: JSON.stringify({ specversion: "1.0", id: "e-1", source: "Elsewhere", type, data: {} }),
  });
  for (let deliveries = 1; deliveries < 10; deliveries += 1)
    expect(await takeEvent(shop, event("Broken", deliveries))).toMatchObject({ kind: "again" });
  expect(await takeEvent(shop, event("Broken", 10))).toMatchObject({ kind: "dead" });
  expect(await takeEvent(shop, event("Other", 1))).toEqual({ kind: "taken" });
  expect(await takeEvent(shop, { ...event("Other", 1), body: "{}" })).toMatchObject({ kind: "dead" });
});

test.each([
  ["ce-", "e%201"],
  ["ce-", '"e 1"'],
  ["cloudevents:", "e 1"],
  ["cloudevents_", "e 1"],
])("an event in binary mode, by headers %sid %s, is reacted to", async (prefix, id) => {
  const heard: CloudEvent[] = [];
  const hearing = participant("Shop", { store: memoryStore(), onError: (error) => errors.push(String(error)) }).on(
    "Opened",
    (event) => void heard.push(event),
  );
  const told = { specversion: "1.0", id, source: "Elsewhere", type: "Opened", subject: "run-1" };
  const headers = Object.fromEntries(Object.entries(told).map(([name, value]) => [`${prefix}${name}`, value]));
  const takeIt = (more: Readonly<Record<string, string | undefined>>, body: string) =>
    takeEvent(hearing, { headers: { ...headers, "content-type": "application/json", ...more }, body, deliveries: 1 });
  const refused: readonly [Readonly<Record<string, string | undefined>>, string][] = [
    [{}, "{"],
    [{ "content-type": "text/plain" }, "{}"],
    [{ "content-type": "application/cloudevents+json" }, "{}"],
    [{ [`${prefix}type`]: undefined }, "{}"],
    [{ [`${prefix}specversion`]: "0.3" }, "{}"],
  ];
  for (const [more, body] of refused) expect(await takeIt(more, body)).toMatchObject({ kind: "dead" });
  expect(heard).toEqual([]);
  expect(await takeIt({}, '{"door":7}')).toEqual({ kind: "taken" });
  expect(heard).toEqual([{ ...told, id: "e 1", data: { door: 7 } }]);
});

test("an event's header that is not in UTF-8 makes it none; one without data has none", async () => {
  const event = { "ce-specversion": "1.0", "ce-id": "e-2", "ce-source": "Elsewhere", "ce-type": "Other" };
  const bare = { headers: event, body: "", deliveries: 1 };
  expect(await takeEvent(shop, bare)).toEqual({ kind: "taken" });
  expect(await takeEvent(shop, { ...bare, headers: { ...event, "ce-id": "%C0%A0" } })).toMatchObject({ kind: "dead" });
});
