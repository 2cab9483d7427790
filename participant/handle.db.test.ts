import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/server/testing/database";
import { type Command, memoryStore, participant, postgresStore, Refused, type Store, TryLater } from "./index";
import { commandOf } from "./testing/commands";

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.pool.query(
    "create table reservation (id text primary key, run text, released boolean not null default false)",
  );
});
afterAll(() => db.drop());

let runs = 0;
const newRun = () => `run-${++runs}`;
const service = "InventoryService";

/** A warehouse that counts what it does; its shelf is a table where the store has one. */
function warehouse<Tx>(store: Store<Tx>) {
  const shelf = new Map<string, { run: string | null; released: number }>();
  let made = 0;
  let position: "open" | "closed" | "broken" | "soldOut" = "open";
  const inventory = participant(service, { store })
    .handle("ReserveItems", {
      do: async ({ run }) => {
        if (position === "closed") throw new TryLater("The warehouse is closed", { afterMs: 1500 });
        if (position === "soldOut") throw new Refused("out_of_stock", "Out of stock", { detail: "None left" });
        await sleep(1);
        made += 1;
        const reservation_id = `res_${made}`;
        shelf.set(reservation_id, { run, released: 0 });
        if (position === "broken") throw new Error("The roof came down");
        return { reservation_id };
      },
      undo: {
        command: "ReleaseReservation",
        by: "reservation_id",
        do: ({ result }) => {
          const reservation = shelf.get(result.reservation_id);
          if (reservation) reservation.released += 1;
          return { reservation_id: result.reservation_id };
        },
      },
      probe: "FindReservation",
    })
    .handle("CountItems", { do: () => null });
  const held = (run: string) => [...shelf.values()].filter((one) => one.run === run && one.released === 0).length;
  return {
    shelf,
    held,
    turn: (to: typeof position) => {
      position = to;
    },
    at: (run: string, more: { item?: number; generation?: number; attempt?: number } = {}) => {
      const sent = (command: string, half: "action" | "compensation", input: Command["input"]) =>
        inventory.receive(commandOf({ service, command, run, half, input, ...more }));
      const { key } = commandOf({ service, command: "ReserveItems", run, ...more });
      return {
        key,
        reserve: () => sent("ReserveItems", "action", { sku: "CHAIR" }),
        release: (input: Command["input"] = {}) => sent("ReleaseReservation", "compensation", input),
        find: () => sent("FindReservation", "action", { action_key: key }),
        count: () => sent("CountItems", "action", {}),
      };
    },
  };
}

describe.each([
  ["in memory", () => memoryStore() as Store<unknown>],
  ["in PostgreSQL", () => postgresStore(db.pool) as Store<unknown>],
])("remembered %s", (_, storeOf) => {
  let shop: ReturnType<typeof warehouse<unknown>>;
  beforeAll(() => {
    shop = warehouse(storeOf());
  });

  test("one key has one effect and one answer, even when fifty come at once", async () => {
    const run = newRun();
    const answers = await Promise.all(Array.from({ length: 50 }, () => shop.at(run).reserve()));
    expect(shop.held(run)).toBe(1);
    expect(new Set(answers.map((answer) => JSON.stringify("result" in answer && answer.result))).size).toBe(1);
    expect(answers.filter((answer) => "did" in answer && answer.did === "effect")).toHaveLength(1);
  });

  test("a key is not shared between commands", async () => {
    const run = newRun();
    await shop.at(run).reserve();
    expect(await shop.at(run).count()).toMatchObject({ kind: "refused", problem: { code: "key_reused" } });
  });

  test("what was not done is not remembered: refused, put off or broken, the same key goes through later", async () => {
    const run = newRun();
    shop.turn("soldOut");
    expect(await shop.at(run).reserve()).toMatchObject({ kind: "refused", problem: { code: "out_of_stock" } });
    shop.turn("closed");
    expect(await shop.at(run).reserve()).toMatchObject({ kind: "busy", afterMs: 1500 });
    shop.turn("broken");
    await expect(shop.at(run).reserve()).rejects.toThrow("roof");
    shop.turn("open");
    expect(await shop.at(run).reserve()).toMatchObject({ kind: "done", did: "effect" });
  });

  test("an undo takes back what stands, once", async () => {
    const run = newRun();
    await shop.at(run).reserve();
    expect(await shop.at(run).release()).toMatchObject({ did: "effect", result: { undone: 1 } });
    expect(await shop.at(run).release()).toMatchObject({ did: "repeat", result: { undone: 1 } });
    expect(await shop.at(run, { generation: 2 }).release()).toMatchObject({ did: "nothing", result: { undone: 0 } });
    expect([...shop.shelf.values()].filter((one) => one.run === run)).toEqual([{ run, released: 1 }]);
    expect(await shop.at(run).reserve()).toMatchObject({ did: "repeat" });
    expect(shop.held(run)).toBe(0);
  });

  test("an undo whose input has a key of its own, a door's say, still finds what its step did", async () => {
    const run = newRun();
    await shop.at(run).reserve();
    expect(await shop.at(run).release({ key: "door-7" })).toMatchObject({ did: "effect", result: { undone: 1 } });
    expect(shop.held(run)).toBe(0);
  });

  test("an undo finds its item by the item, by the action's key or by the id of what was made", async () => {
    const run = newRun();
    const items = [0, 1, 2, 3].map((item) => shop.at(run, { item }));
    const made = await Promise.all(items.map((item) => item.reserve()));
    await items[1]?.release();
    expect(shop.held(run)).toBe(3);
    await shop.at(run, { generation: 7 }).release({ action_key: items[2]?.key });
    const result = made[3]?.kind === "done" ? made[3].result : null;
    await shop.at(run, { generation: 8 }).release({ original_result: result });
    expect(shop.held(run)).toBe(1);
    expect(await shop.at(run, { generation: 9 }).release()).toMatchObject({ result: { undone: 1 } });
  });

  test("an undo that comes first is a success, and its action is refused for good when it comes", async () => {
    const run = newRun();
    expect(await shop.at(run).release()).toMatchObject({ did: "nothing", result: { undone: 0 } });
    expect(await shop.at(run).reserve()).toMatchObject({
      kind: "refused",
      problem: { code: "tombstoned", status: 409 },
    });
    expect(shop.held(run)).toBe(0);
  });

  test("a tombstone for one key, or one item, leaves the others alone", async () => {
    const run = newRun();
    await shop.at(run).release({ action_key: shop.at(run).key });
    expect(await shop.at(run).reserve()).toMatchObject({ kind: "refused" });
    expect(await shop.at(run, { generation: 2 }).reserve()).toMatchObject({ kind: "done" });
    const other = newRun();
    await shop.at(other, { item: 1 }).release();
    expect(await shop.at(other, { item: 0 }).reserve()).toMatchObject({ kind: "done" });
    expect(await shop.at(other, { item: 1 }).reserve()).toMatchObject({ kind: "refused" });
  });

  test("an undo and its action at the same moment never leave an effect", async () => {
    const races = Array.from({ length: 40 }, newRun);
    await Promise.all(
      races.map((run, i) => {
        const { reserve, release } = shop.at(run);
        return Promise.all(i % 2 ? [reserve(), release()] : [release(), reserve()]);
      }),
    );
    expect(races.filter((run) => shop.held(run) > 0)).toEqual([]);
  });

  test("a probe tells what happened; where it says no the action never may", async () => {
    const [yes, no, undone] = [newRun(), newRun(), newRun()];
    const reserved = await shop.at(yes).reserve();
    const result = reserved.kind === "done" ? reserved.result : null;
    expect(await shop.at(yes).find()).toMatchObject({ result: { happened: true, result } });
    expect(await shop.at(no).find()).toMatchObject({ result: { happened: false, fenced: true } });
    expect(await shop.at(no).reserve()).toMatchObject({ kind: "refused", problem: { code: "tombstoned" } });
    await shop.at(undone).reserve();
    await shop.at(undone).release();
    expect(await shop.at(undone).find()).toMatchObject({ result: { happened: false, fenced: true } });
  });

  test("a probe and its action at the same moment agree", async () => {
    const races = Array.from({ length: 40 }, newRun);
    const agreed = await Promise.all(
      races.map(async (run) => {
        const { reserve, find } = shop.at(run);
        const [reserved, found] = await Promise.all([reserve(), find()]);
        return (reserved.kind === "done") === (found.kind === "done" && found.did === "probed");
      }),
    );
    expect(agreed).toEqual(races.map(() => true));
  });
});

describe("in PostgreSQL", () => {
  const store = () => postgresStore(db.pool);

  test("what a handler wrote and what is remembered of it are one commit", async () => {
    let isBroken = true;
    const inventory = participant(service, { store: store() }).handle("Write", {
      do: async ({ run }, { tx }) => {
        await tx.query("insert into reservation (id, run) values ($1, $1)", [run]);
        if (isBroken) throw new Error("A crash before the commit");
        return { id: run };
      },
    });
    const run = newRun();
    const write = () => inventory.receive(commandOf({ service, command: "Write", run }));
    const rows = async () => (await db.pool.query("select 1 from reservation where id = $1", [run])).rowCount;
    await expect(write()).rejects.toThrow("A crash");
    expect(await rows()).toBe(0);
    isBroken = false;
    expect(await write()).toMatchObject({ did: "effect" });
    expect(await write()).toMatchObject({ did: "repeat", result: { id: run } });
    expect(await rows()).toBe(1);
  });

  test("a connection that is cut in the middle leaves nothing, and the same key goes through after it", async () => {
    const inventory = participant(service, { store: store() }).handle("Cut", {
      do: async ({ run, attempt }, { tx }) => {
        await tx.query("insert into reservation (id, run) values ($1, $1)", [run]);
        if (attempt === 1) await tx.query("select pg_terminate_backend(pg_backend_pid())");
        return null;
      },
    });
    const run = newRun();
    const cut = (attempt: number) => inventory.receive(commandOf({ service, command: "Cut", run, attempt }));
    await expect(cut(1)).rejects.toThrow();
    expect(await cut(2)).toMatchObject({ did: "effect" });
  });

  test("two processes on one table are as one", async () => {
    const [one, other] = [warehouse(store()), warehouse(store())];
    const run = newRun();
    await Promise.all([one.at(run).reserve(), other.at(run).reserve(), one.at(run).reserve()]);
    expect(one.held(run) + other.held(run)).toBe(1);
  });

  test("where the database's own transactions see nothing new, an action still sees the undo that it waited for", async () => {
    const pool = new pg.Pool({ connectionString: db.url, options: "-c default_transaction_isolation=serializable" });
    onTestFinished(() => pool.end());
    let release = () => {};
    const holding = new Promise<void>((resolve) => {
      release = resolve;
    });
    const inventory = participant(service, { store: postgresStore(pool) }).handle("Reserve", {
      do: () => null,
      undo: { command: "Release", do: () => null, nothing: () => holding },
    });
    const run = newRun();
    const undone = inventory.receive(commandOf({ service, command: "Release", run, half: "compensation" }));
    const sessions = async (state: string) =>
      (await db.pool.query(`select 1 from pg_stat_activity where datname = current_database() and ${state}`)).rowCount;
    await expect.poll(() => sessions("state = 'idle in transaction'")).toBe(1);
    const done = inventory.receive(commandOf({ service, command: "Reserve", run }));
    await expect.poll(() => sessions("wait_event = 'advisory'")).toBe(1);
    release();
    await undone;
    expect(await done).toMatchObject({ kind: "refused", problem: { code: "tombstoned" } });
  });

  test("what is old is forgotten when it is asked for, and not before", async () => {
    const memory = postgresStore(db.pool, { schema: "kept_apart" });
    const shop = warehouse(memory);
    await shop.at(newRun()).reserve();
    expect(await memory.forget(1)).toBe(0);
    await db.pool.query("update kept_apart.participant_outcome set at = at - interval '2 days'");
    expect(await memory.forget(1)).toBe(1);
  });
});

test("a handler's own reading of its input refuses what it does not understand", async () => {
  const inventory = participant(service, { store: memoryStore() }).handle("ReserveItems", {
    parse: ({ sku }) => {
      if (typeof sku !== "string") throw new Error("sku: expected a text");
      return { sku };
    },
    do: ({ input }) => ({ sku: input.sku }),
  });
  const send = (input: Command["input"]) =>
    inventory.receive(commandOf({ service, command: "ReserveItems", run: newRun(), input }));
  expect(await send({ sku: 5 })).toMatchObject({ problem: { code: "invalid_input", detail: "sku: expected a text" } });
  expect(await send({ sku: "CHAIR" })).toMatchObject({ result: { sku: "CHAIR" } });
});

test("a command that nobody takes is refused, and no name is taken twice", async () => {
  const inventory = participant(service, { store: memoryStore() }).handle("ReserveItems", { do: () => null });
  expect(await inventory.receive(commandOf({ service, command: "toString", run: newRun() }))).toMatchObject({
    problem: { code: "not_found", status: 404 },
  });
  expect(() => inventory.handle("ReserveItems", { do: () => null })).toThrow("already");
});

test("a participant with an empty secret does not begin", () => {
  expect(() => participant(service, { store: memoryStore(), secret: "" })).toThrow();
  expect(() => participant(service, { store: memoryStore(), secret: [] })).toThrow();
});
