import { type ChannelModel, type ConfirmChannel, connect } from "amqplib";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type RabbitMqServer, startRabbitMq } from "@/server/brokers/testing/rabbitmq-server";
import {
  type CloudEvent,
  type Json,
  memoryStore,
  type Participant,
  participant,
  Refused,
  type Running,
  type Store,
} from "../index";
import { sign } from "../signature";

const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const patience = { timeout: 20_000 };
let server: RabbitMqServer;
let connection: ChannelModel;
let channel: ConfirmChannel;
let service = "";
let shop: Participant<null>;
let running: Running;
let effects: string[] = [];
let failures = 0;
let errors: string[] = [];
let said: CloudEvent[] = [];
let dead: string[] = [];
let count = 0;

beforeAll(async () => {
  server = await startRabbitMq();
  await listen();
}, 120_000);
afterAll(async () => {
  await connection.close();
  await server.stop();
}, 60_000);
beforeEach(async () => {
  service = `Shop${++count}`;
  [effects, errors, said, dead, failures] = [[], [], [], [], 0];
  shop = build();
  running = await shop.amqp({ url: server.url });
});
afterEach(() => running.stop());

/** Hears what is said and what is dead, as the studio would. */
async function listen() {
  connection = await connect(server.url);
  connection.on("error", () => {});
  channel = await connection.createConfirmChannel();
  channel.on("error", () => {});
  for (const exchange of ["saga.commands", "saga.events", "saga.dead"])
    await channel.assertExchange(exchange, "topic", { durable: true });
  const { queue: events } = await channel.assertQueue("", { exclusive: true });
  await channel.bindQueue(events, "saga.events", "#");
  const { queue: letters } = await channel.assertQueue("", { exclusive: true });
  await channel.bindQueue(letters, "saga.dead", "#");
  await channel.consume(events, (message) => message && said.push(JSON.parse(message.content.toString())), {
    noAck: true,
  });
  await channel.consume(letters, (message) => message && dead.push(message.content.toString()), { noAck: true });
}

/** A store that is away while it is told to be, as a database that is started anew. */
function outOfReach(): { readonly store: Store<null>; readonly tries: () => number; readonly back: () => void } {
  const memory = memoryStore();
  let [isAway, tries] = [true, 0];
  const transaction: Store<null>["transaction"] = async (scope, work) => {
    if (!isAway) return memory.transaction(scope, work);
    tries += 1;
    throw new Error("No database");
  };
  const back = () => {
    isAway = false;
  };
  return { store: { ...memory, transaction }, tries: () => tries, back };
}

function build(store = memoryStore()): Participant<null> {
  return participant(service, { store, secret, onError: (error) => errors.push(String(error)) })
    .handle("Reserve", {
      do: ({ key, input }) => {
        if (failures > 0) {
          failures -= 1;
          throw new Error("Out of order");
        }
        if (input.soldOut) throw new Refused("sold_out", "Sold out");
        effects.push(key);
        return { reserved: effects.length };
      },
      undo: { command: "Release", do: ({ action }) => void effects.splice(effects.indexOf(action.key), 1) },
      probe: "Find",
    })
    .on(`Opened${count}`, (event, { emit }) => emit("Heard", { of: event.id, at: event.time ?? null }));
}

type Sent = { command?: string; run?: string; half?: string; attempt?: number; data?: Json; by?: string | null };

/** As the studio publishes a command. */
async function send({ command = "Reserve", run = `run-${service}`, half = "action", attempt = 1, ...more }: Sent = {}) {
  const key = `${run}:reserve:1:${half === "probe" ? "action" : half}`;
  const body = JSON.stringify({
    ...{ specversion: "1.0", id: key, source: "Order", type: `${service}.${command}`, subject: run },
    ...{ idempotencykey: key, sagastep: "reserve", sagahalf: half, sagaattempt: attempt, sagageneration: 1 },
    data: more.data ?? {},
  });
  const headers = sign(more.by === undefined ? secret : more.by, body, key);
  await publish("saga.commands", `${service}.${command}`, body, headers);
  return key;
}

async function publish(exchange: string, key: string, body: string, headers: Record<string, string> = {}) {
  channel.publish(exchange, key, Buffer.from(body), { persistent: true, headers });
  await channel.waitForConfirms();
}

/** What waits in the queue, not counting what is in hand. */
const left = async () => (await channel.checkQueue(`saga.commands.${service}`)).messageCount;
const heard = (times: number) => expect.poll(() => said.length, patience).toBe(times);

test("a command is done and replied to; an attempt more gets the same answer, and its undo takes it back once", async () => {
  const key = await send();
  await heard(1);
  await send({ attempt: 2 });
  await heard(2);
  await send({ command: "Find", half: "probe" });
  await heard(3);
  await send({ command: "Release", half: "compensation" });
  await heard(4);
  expect(effects).toEqual([]);
  expect(said[0]).toMatchObject({
    id: expect.stringContaining(`${key}#1:reply:`),
    source: service,
    subject: `run-${service}`,
  });
  expect(said).toMatchObject([
    { type: "SagaStepCompleted", data: { attempt: 1, result: { reserved: 1 } } },
    { type: "SagaStepCompleted", data: { attempt: 2, result: { reserved: 1 } } },
    { type: "SagaProbeCompleted", data: { result: { happened: true } } },
    { type: "SagaCompensationCompleted", data: { result: { undone: 1 } } },
  ]);
  expect(await left()).toBe(0);
});

test("an undo that overtakes its action wins, and a refusal is a reply", async () => {
  await send({ command: "Release", half: "compensation" });
  await heard(1);
  await send();
  await send({ run: `refused-${service}`, data: { soldOut: true } });
  await heard(3);
  const codes = said.map(({ data }) => (data as { error?: { code: string } }).error?.code);
  expect(codes.toSorted()).toEqual(["sold_out", "tombstoned", undefined]);
  expect(effects).toEqual([]);
});

test("what breaks comes again", async () => {
  failures = 1;
  await send();
  await heard(1);
  expect(said).toMatchObject([{ type: "SagaStepCompleted" }]);
  expect(errors).toEqual(["Error: Out of order"]);
});

test("what comes while the database is away is kept in hand, and not given back until the broker gives it up", async () => {
  await running.stop();
  const queue = `saga.commands.${service}`;
  const policy = [queue, `^${queue}$`, '{"delivery-limit":1}', "--apply-to", "queues"];
  await server.control("set_policy", ...policy);
  const { store, tries, back } = outOfReach();
  running = await build(store).amqp({ url: server.url });
  await send();
  await expect.poll(tries, patience).toBeGreaterThan(3);
  back();
  await heard(1);
  expect(said).toMatchObject([{ type: "SagaStepCompleted" }]);
  expect(dead).toEqual([]);
});

test("a message that nobody can read, or that nobody signed, is dead at once", async () => {
  await publish("saga.commands", `${service}.Reserve`, "<html>", sign(secret, "<html>"));
  await send({ by: null });
  await expect.poll(() => dead.length, patience).toBe(2);
  expect(dead).toContain("<html>");
  expect(effects).toEqual([]);
  expect(said).toEqual([]);
});

test("commands wait for a participant that is away; none is lost or done twice, and what was cut off is replied to", async () => {
  await running.stop();
  const store = memoryStore();
  shop = build(store);
  const keys = await Promise.all(Array.from({ length: 20 }, (_, i) => send({ run: `waits-${service}-${i}` })));
  // As if the process had ended between its commit and its reply.
  await shop.receive({
    ...{ service, command: "Reserve", key: keys[7] ?? "", run: `waits-${service}-7`, step: "reserve", item: null },
    ...{ attempt: 1, generation: 1, input: {}, isLate: false },
  });
  running = await shop.amqp({ url: server.url });
  await heard(20);
  expect(effects.toSorted()).toEqual(keys.toSorted());
});

test("an event is reacted to once, and what is said of it arrives", async () => {
  const event = { specversion: "1.0", id: "e-1", source: "Elsewhere", type: `Opened${count}`, data: {} };
  await publish("saga.events", `Elsewhere.Opened${count}`, JSON.stringify(event));
  await publish("saga.events", `Elsewhere.Opened${count}`, JSON.stringify(event));
  const others = () => said.filter(({ source }) => source === service);
  await expect.poll(others, patience).toMatchObject([{ type: "Heard", data: { of: "e-1" } }]);
  await expect.poll(async () => (await channel.checkQueue(`saga.events.${service}`)).messageCount, patience).toBe(0);
  expect(others()).toHaveLength(1);
});

test("an event in binary mode is the same event", async () => {
  const told = { specversion: "1.0", id: "e-1", source: "Elsewhere", type: `Opened${count}` };
  const headers = Object.fromEntries(Object.entries(told).map(([name, value]) => [`cloudEvents:${name}`, value]));
  channel.publish("saga.events", `Elsewhere.Opened${count}`, Buffer.from("{}"), {
    contentType: "application/json",
    // A time of this protocol's own.
    headers: { ...headers, "cloudEvents:time": { "!": "timestamp", value: 1_767_348_000 } },
  });
  await channel.waitForConfirms();
  const others = () => said.filter(({ source }) => source === service);
  await expect
    .poll(others, patience)
    .toMatchObject([{ type: "Heard", data: { of: "e-1", at: "2026-01-02T10:00:00.000Z" } }]);
  expect(dead).toEqual([]);
});

test("a broker that dies and comes back is worked with again", async () => {
  await send({ run: `before-${service}` });
  await heard(1);
  await server.settle();
  await server.kill();
  await server.start();
  await listen();
  await send({ run: `after-${service}` });
  await heard(2);
  expect(effects).toHaveLength(2);
}, 120_000);

test("one may wait for a broker that is not there, and give up", async () => {
  const giveUp = new AbortController();
  const waiting = shop.amqp({ url: "amqp://127.0.0.1:1", signal: giveUp.signal });
  await expect.poll(() => errors.length, patience).toBe(1);
  giveUp.abort();
  await (await waiting).stop();
});
