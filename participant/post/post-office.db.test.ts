import type { PoolClient } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/server/testing/database";
import { later, memoryStore, participant, postgresStore, type Store, TryLater } from "../index";
import { commandOf } from "../testing/commands";
import { LetterBox } from "../testing/letter-box";

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
  box.received.splice(0);
});

let runs = 0;
const newRun = () => `run-${++runs}`;

test("work that fails rests longer each time", async () => {
  const memory = memoryStore();
  const rests: (number | null)[] = [];
  const transaction: Store<null>["transaction"] = (scope, work) =>
    memory.transaction(scope, (book) => {
      const keep: typeof book.keep = (outcome) => {
        if (outcome.state === "waiting") rests.push(outcome.inMs);
        return book.keep(outcome);
      };
      return work({ ...book, keep });
    });
  let failure: Error | null = null;
  const shop = participant(service, { store: { ...memory, transaction } }).handle("ReserveLine", {
    do: () => later({ inMs: 60_000 }),
    finish: () => {
      if (failure) throw failure;
      return null;
    },
  });
  const command = commandOf({ service, command: "ReserveLine", run: newRun() });
  await shop.receive(command);
  for (failure of [
    new Error("Broken"),
    new TryLater("Closed"),
    new TryLater("Closed", { afterMs: 7 }),
    new Error("Broken"),
  ])
    await shop.settle(command.key).catch(() => {});
  expect(rests).toEqual([60_000, 1_000, 2_000, 7, 4_000]);
});

describe.each([
  ["in memory", () => memoryStore() as Store<unknown>],
  ["in PostgreSQL", () => postgresStore(db.pool, { schema: "kept_apart" }) as Store<unknown>],
])("work that was put off, %s,", (_, storeOf) => {
  test("keeps no other waiting when it fails, and is tried again by itself", async () => {
    const [done, errors]: [string[], string[]] = [[], []];
    let isBroken = true;
    const shop = participant("Kept", {
      store: storeOf(),
      studio: box.url,
      onError: (error) => errors.push(String(error)),
    });
    shop.handle("ReserveLine", {
      do: () => later({ inMs: 0 }),
      finish: ({ run, input }) => {
        if (input.isBroken && isBroken) throw new Error("Out of order");
        done.push(run ?? "");
        return null;
      },
    });
    const reserve = (run: string, input: { isBroken?: boolean } = {}) =>
      shop.receive(commandOf({ service: "Kept", command: "ReserveLine", run, input }));
    const broken = Array.from({ length: 20 }, newRun);
    for (const run of broken) await reserve(run, { isBroken: true });
    const good = newRun();
    await reserve(good);
    const office = shop.open();
    await expect.poll(() => done).toEqual([good]);
    expect(errors.slice(0, 20)).toEqual(broken.map(() => "Error: Out of order"));
    isBroken = false;
    await expect.poll(() => done.toSorted()).toEqual([good, ...broken].toSorted());
    await office.stop();
  });

  test("is given to nobody else while it is being done, and rests as long as it was put off", async () => {
    const store = storeOf();
    const shop = participant("Long", { store }).handle("ReserveLine", { do: () => later({ inMs: 0 }) });
    const command = commandOf({ service: "Long", command: "ReserveLine", run: newRun() });
    await shop.receive(command);
    const dueIn = async () => (await store.next("Long", "work"))?.inMs ?? 0;
    await dueIn();
    const claimed = await dueIn();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await store.renew(command.key);
    expect(await dueIn()).toBeGreaterThan(claimed - 50);
    await store.transaction("any", async (book) => {
      const waiting = await book.find(command.key);
      if (waiting) await book.keep({ ...waiting, inMs: 60_000 });
    });
    await store.renew(command.key);
    expect(await dueIn()).toBeGreaterThan(50_000);
  });

  test("is given to one of those who ask when it is due, and again if nothing is heard of it", async () => {
    const store = storeOf();
    const shop = participant("Given", { store }).handle("ReserveLine", { do: () => later({ inMs: 0 }) });
    const command = commandOf({ service: "Given", command: "ReserveLine", run: newRun() });
    await shop.receive(command);
    const first = await store.next("Given", "work");
    expect(first?.id).toBe(command.key);
    expect(first?.inMs).toBeLessThanOrEqual(0);
    const again = await store.next("Given", "work");
    expect(again?.id).toBe(command.key);
    expect(again?.inMs).toBeGreaterThan(0);
  });
});

test("processes on one table share the work: none waits for what another has in hand", async () => {
  const store = () => postgresStore(db.pool, { schema: "shared_work" });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const done: string[] = [];
  const build = () =>
    participant(service, { store: store(), studio: box.url }).handle("ReserveLine", {
      do: () => later({ inMs: 0 }),
      finish: async ({ run, input }) => {
        done.push(`${run} begun`);
        if (input.isSlow) await held;
        return null;
      },
    });
  const accepting = build();
  const [slow, quick] = [newRun(), newRun()];
  await accepting.receive(commandOf({ service, command: "ReserveLine", run: slow, input: { isSlow: true } }));
  const offices = [build().open()];
  await expect.poll(() => done).toEqual([`${slow} begun`]);
  await accepting.receive(commandOf({ service, command: "ReserveLine", run: quick }));
  offices.push(build().open());
  await expect.poll(() => done).toEqual([`${slow} begun`, `${quick} begun`]);
  release();
  await Promise.all(offices.map((office) => office.stop()));
});

describe("a letter", () => {
  const aged = (set: string) => db.pool.query(`update old_post.participant_outbox set ${set}`);
  const errors: string[] = [];
  const store = () => postgresStore(db.pool, { schema: "old_post" });
  const shopOn = (own: Store<PoolClient>) =>
    participant(service, { store: own, studio: box.url, onError: (error) => errors.push(String(error)) }).handle(
      "ReserveLine",
      { do: () => later(), finish: () => null },
    );
  /** One of each kind, written while nothing ran that could send them. */
  async function written() {
    errors.splice(0);
    const own = store();
    const shop = shopOn(own);
    const command = commandOf({ service, command: "ReserveLine", run: newRun() });
    await shop.receive(command);
    await shop.settle(command.key);
    await shop.emit("Sold", {});
    return { shop, left: () => own.next(service, "letter") };
  }
  const timesTried = (type: string) => box.events.filter((event) => event.type === type).length;

  test("that is old when the process comes back is sent all the same, though nobody is there at first", async () => {
    const { shop, left } = await written();
    await aged("at = at - interval '2 days'");
    box.status = 503;
    const office = shop.open();
    for (const type of ["SagaStepCompleted", "Sold"]) await expect.poll(() => timesTried(type)).toBeGreaterThan(1);
    box.status = 202;
    await expect.poll(left).toBeNull();
    await office.stop();
    expect(errors).toEqual([]);
  });

  test("with a reply that is still refused after a day of trying is given up, and that is said; an event never is", async () => {
    const { shop, left } = await written();
    await aged("tries = 24 * 60 * 4");
    const again = async (status: number) => {
      box.status = status;
      await aged("due_at = clock_timestamp()");
      return shop.open();
    };
    let office = await again(404);
    for (const type of ["SagaStepCompleted", "Sold"]) await expect.poll(() => timesTried(type)).toBe(1);
    await office.stop();
    expect(errors).toEqual([expect.stringMatching("A reply was given up.*404")]);
    office = await again(202);
    await expect.poll(left).toBeNull();
    await office.stop();
    expect(box.events.at(-1)?.type).toBe("Sold");
  });

  test("that nobody was there to take for days is not given up at the first refusal", async () => {
    const { shop, left } = await written();
    await aged("tries = 24 * 60 * 4");
    for (const [status, seen] of [
      [503, 1],
      [429, 2],
    ] as const) {
      box.status = status;
      await aged("due_at = clock_timestamp()");
      const office = shop.open();
      for (const type of ["SagaStepCompleted", "Sold"]) await expect.poll(() => timesTried(type)).toBe(seen);
      await office.stop();
    }
    box.status = 202;
    await aged("due_at = clock_timestamp()");
    const office = shop.open();
    await expect.poll(left).toBeNull();
    await office.stop();
    expect(errors).toEqual([]);
    expect(timesTried("SagaStepCompleted")).toBe(3);
  });

  test("that is too large is given up at once, and that is said", async () => {
    const { shop, left } = await written();
    box.status = 413;
    const office = shop.open();
    await expect.poll(left).toBeNull();
    await office.stop();
    expect(errors.toSorted()).toEqual([
      expect.stringMatching("A reply was given up.*413"),
      expect.stringMatching("An event was given up.*413"),
    ]);
  });

  test("with a reply goes before the events that are due, however many they are", async () => {
    const own = store();
    const shop = shopOn(own);
    await shop.emit("Sold", {});
    const command = commandOf({ service, command: "ReserveLine", run: newRun() });
    await shop.receive(command);
    await shop.settle(command.key);
    await aged("due_at = clock_timestamp() - interval '1 hour' where kind = 'event'");
    const office = shop.open();
    await expect.poll(() => box.events.map(({ type }) => type)).toEqual(["SagaStepCompleted", "Sold"]);
    await office.stop();
  });
});

test("what is said goes by the newest line that is open, and over HTTP to the studio where none is", async () => {
  const said: string[] = [];
  const lineOf = (name: string) => ({
    send: async (_: string, { type }: { type: string }) => {
      said.push(`${type} by ${name}`);
      return { taken: true } as const;
    },
  });
  const shop = participant(service, { store: memoryStore(), studio: box.url });
  const calls = await shop.listen({ port: 0 });
  const nats = shop.open(lineOf("NATS"));
  await shop.emit("Opened", {});
  await expect.poll(() => said).toEqual(["Opened by NATS"]);
  const amqp = shop.open(lineOf("AMQP"));
  await shop.emit("Sold", {});
  await expect.poll(() => said).toEqual(["Opened by NATS", "Sold by AMQP"]);
  await amqp.stop();
  await shop.emit("Restocked", {});
  await expect.poll(() => said.at(-1)).toBe("Restocked by NATS");
  await nats.stop();
  expect(box.events).toEqual([]);
  await shop.emit("Closed", {});
  await expect.poll(() => box.events).toMatchObject([{ type: "Closed" }]);
  await calls.stop();
});
