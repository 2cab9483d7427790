import { afterAll, beforeAll, expect, test } from "vitest";
import { Unavailable } from "../errors";
import { startTestApi, type TestApi } from "../testing/api";
import { orderSaga } from "../testing/definitions";
import { createScriptedTransport } from "../testing/scripted-transport";
import { publish, runWhen, stepOf } from "../testing/with-sagas";
import type { Brokers } from "./brokers";
import { type Intake, startIntake } from "./intake";
import { type BrokerLink, comesAgain, type Incoming } from "./link";
import { until } from "./testing/until";

let api: TestApi;
let intake: Intake;
let isAway = false;
let take: ((messages: readonly Incoming[]) => Promise<void>) | null = null;

/** A link whose deliveries the test makes itself: how often a message came is what matters here. */
const link: BrokerLink = {
  publish: async () => "unreachable",
  prepare: async () => {},
  consume: (taken) => {
    take = taken;
    return async () => {
      take = null;
    };
  },
  status: () => ({ state: "connected", since: 0, lastError: null }),
  close: async () => {},
};

beforeAll(async () => {
  const transport = createScriptedTransport();
  transport.script.set("StockService.Reserve", "accepted");
  api = await startTestApi({ transport });
  await publish(api, orderSaga());
  await api.call("admin", "PUT", "/brokers/main", {
    body: { kind: "nats", url: "nats://127.0.0.1:1", enabled: false },
  });
  await api.call("admin", "PUT", "/services/StockService", { body: { transport: { kind: "nats", broker: "main" } } });
  const { orchestrator } = api.deps;
  const failing: typeof orchestrator = {
    ...orchestrator,
    reply: (requests) => {
      if (requests.some(({ event }) => event.startsWith("poison"))) throw new TypeError("a fault of our own");
      if (isAway) throw new Unavailable();
      return orchestrator.reply(requests);
    },
  };
  const brokers = { all: async () => new Map([["main", link]]) } as unknown as Brokers;
  intake = startIntake({ brokers, deps: { ...api.deps, orchestrator: failing }, log: api.deps.log });
  await until(() => take !== null);
});
afterAll(async () => {
  await intake.stop();
  await api.stop();
});

async function waitingRun(order: string): Promise<string> {
  const { body } = await api.call("operator", "POST", "/sagas/Order/runs", {
    body: { data: { order_id: order } },
    headers: { "idempotency-key": order },
  });
  await runWhen(api, body.id, (run) => stepOf(run, "reserve").status === "executing");
  return body.id;
}

function reply(run: string, id: string, deliveries: number): Incoming {
  const data = { step_name: "reserve", result: null };
  const event = { specversion: "1.0", id, source: "StockService", type: "SagaStepCompleted", subject: run, data };
  return {
    identity: null,
    address: "saga.events.StockService.SagaStepCompleted",
    headers: {},
    body: Buffer.from(JSON.stringify(event)),
    deliveries,
  };
}

test("a broker whose last batch hangs keeps no other from being read", async () => {
  const stopped: string[] = [];
  const linkOf = (name: string, stop: () => Promise<void>): BrokerLink => ({
    ...link,
    consume: () => {
      reading.add(name);
      return stop;
    },
  });
  const reading = new Set<string>();
  let end = () => {};
  const hanging = new Promise<void>((resolve) => {
    end = resolve;
  });
  const old = linkOf("old", () => hanging.then(() => void stopped.push("old")));
  let links = new Map([["main", old]]);
  const brokers = { all: async () => links } as unknown as Brokers;
  const other = startIntake({ brokers, deps: api.deps, log: api.deps.log });
  await until(() => reading.has("old"));
  links = new Map([["main", linkOf("new", async () => void stopped.push("new"))]]);
  await until(() => reading.has("new"));
  expect(stopped).toEqual([]);
  end();
  await other.stop();
  expect(stopped.sort()).toEqual(["new", "old"]);
});

const letters = async () => (await api.call("viewer", "GET", "/dead-letters")).body.items;

test("what fails by a fault of ours comes again, and the messages beside it are taken at once", async () => {
  const run = await waitingRun("beside");
  const other = await waitingRun("poisoned");
  const batch = [reply(other, "poison-1", 1), reply(run, "good-1", 1)];
  await expect(take?.(batch)).rejects.toThrow("a fault of our own");
  await runWhen(api, run, ({ state }) => state === "completed");
  expect(await letters()).toEqual([]);
});

test("a dead letter beside a message that comes again is written once, and only that message comes again", async () => {
  const said = { address: "saga.events.A.Rubbish", headers: {}, body: Buffer.from("{") };
  const rubbish: Incoming = { identity: null, ...said, deliveries: 1 };
  const failing = reply(await waitingRun("again"), "poison-3", 1);
  const refused = await take?.([rubbish, failing]).catch((error: unknown) => error);
  expect([rubbish, failing].filter((message) => comesAgain(refused, message))).toEqual([failing]);
  expect(await letters()).toMatchObject([{ subject: "saga.events.A.Rubbish", reason: "invalid_json" }]);
  await api.db.pool.query("delete from dead_letter");
});

test("what failed ten times is a dead letter, and comes no more", async () => {
  const run = await waitingRun("often");
  await take?.([reply(run, "poison-2", 10)]);
  expect(await letters()).toMatchObject([{ source: "broker:main", reason: "not_taken" }]);
});

test("what cannot be taken because the orchestrator is away comes again, however often it came", async () => {
  const before = await letters();
  const runs = [await waitingRun("away-1"), await waitingRun("away-2")];
  const batch = runs.map((run, index) => reply(run, `away-${index}`, 50));
  isAway = true;
  await expect(take?.(batch)).rejects.toMatchObject({ again: new Set(batch), cause: expect.any(Unavailable) });
  await expect(take?.(batch.slice(0, 1))).rejects.toThrow(Unavailable);
  expect(await letters()).toEqual(before);
  isAway = false;
  await take?.(batch);
  for (const run of runs) await runWhen(api, run, ({ state }) => state === "completed");
  expect(await letters()).toEqual(before);
});
