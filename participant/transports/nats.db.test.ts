import { AckPolicy, type JetStreamClient, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, headers as emptyHeaders, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type NatsServer, startNatsServer } from "@/server/brokers/testing/nats-server";
import {
  type CloudEvent,
  type Json,
  memoryStore,
  type Participant,
  participant,
  Refused,
  type Running,
} from "../index";
import { sign } from "../signature";

const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const patience = { timeout: 15_000 };
let server: NatsServer;
let connection: NatsConnection;
let client: JetStreamClient;
let service = "";
let shop: Participant<null>;
let running: Running;
let effects: string[] = [];
let failures = 0;
let errors: string[] = [];
let count = 0;

beforeAll(async () => {
  server = await startNatsServer();
  connection = await connect({ servers: server.url, maxReconnectAttempts: -1 });
  client = jetstream(connection);
}, 30_000);
afterAll(async () => {
  await connection.close();
  await server.stop();
});
beforeEach(async () => {
  service = `Shop${++count}`;
  effects = [];
  errors = [];
  failures = 0;
  shop = build();
  running = await shop.nats({ url: server.url, concurrency: 3 });
});
afterEach(() => running.stop());

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
        return { reserved: effects.length, ...(input.pages ? { text: "x".repeat(Number(input.pages)) } : {}) };
      },
      undo: { command: "Release", do: ({ action }) => void effects.splice(effects.indexOf(action.key), 1) },
      probe: "Find",
    })
    .on(`Opened${count}`, (event, { emit }) => emit("Heard", { of: event.id }));
}

type Sent = {
  command?: string;
  run?: string;
  half?: string;
  attempt?: number;
  data?: Json;
  by?: string | null;
  /** The same message once more, as after a lost acknowledgement. */
  again?: string;
};

/** As the studio publishes a command. */
async function send({ command = "Reserve", run = `run-${service}`, half = "action", attempt = 1, ...more }: Sent = {}) {
  const key = `${run}:reserve:1:${half === "probe" ? "action" : half}`;
  const id = `${half === "probe" ? `${key}:probe` : key}${attempt === 1 ? "" : `#${attempt}`}`;
  const body = JSON.stringify({
    ...{ specversion: "1.0", id, source: "Order", type: `${service}.${command}`, subject: run, idempotencykey: key },
    ...{ sagastep: "reserve", sagahalf: half, sagaattempt: attempt, sagageneration: 1, data: more.data ?? {} },
  });
  const headers = emptyHeaders();
  const by = more.by === undefined ? secret : more.by;
  for (const [name, value] of Object.entries(sign(by, body, key))) headers.set(name, value);
  await client.publish(`saga.commands.${service}.${command}`, body, { msgID: id + (more.again ?? ""), headers });
  return key;
}

/** What the service has said, oldest first; of one id only the first is kept, as the broker's own duplicate window has it. */
async function said(): Promise<readonly CloudEvent[]> {
  const manager = await jetstreamManager(connection);
  const filter_subject = `saga.events.${service}.>`;
  const { name } = await manager.consumers.add("SAGA_EVENTS", { ack_policy: AckPolicy.None, filter_subject });
  const consumer = await client.consumers.get("SAGA_EVENTS", name);
  const events: CloudEvent[] = [];
  const { num_pending } = await consumer.info();
  if (num_pending > 0)
    for await (const message of await consumer.fetch({ max_messages: num_pending, expires: 1000 }))
      events.push(message.json());
  await manager.consumers.delete("SAGA_EVENTS", name);
  return events;
}

async function pending(): Promise<number> {
  const manager = await jetstreamManager(connection);
  const { num_pending, num_ack_pending } = await manager.consumers.info("SAGA_COMMANDS", service);
  return num_pending + num_ack_pending;
}
const nothingPending = () => expect.poll(pending, patience).toBe(0);

test("a command is done and replied to, and acknowledged after it", async () => {
  const key = await send();
  await nothingPending();
  expect(await said()).toEqual([
    {
      ...{
        specversion: "1.0",
        id: expect.stringContaining(`${key}#1:reply:`),
        source: service,
        type: "SagaStepCompleted",
        subject: `run-${service}`,
      },
      data: {
        ...{ saga_id: `run-${service}`, step_name: "reserve", attempt: 1, generation: 1 },
        result: { reserved: 1 },
      },
    },
  ]);
});

test("the next attempt of a command gets the same answer, and an undo takes it back once", async () => {
  await send();
  await nothingPending();
  await send({ attempt: 2 });
  await nothingPending();
  await send({ command: "Find", half: "probe" });
  await nothingPending();
  await send({ command: "Release", half: "compensation" });
  await nothingPending();
  expect(effects).toEqual([]);
  expect(await said()).toMatchObject([
    { type: "SagaStepCompleted", data: { attempt: 1, result: { reserved: 1 } } },
    { type: "SagaStepCompleted", data: { attempt: 2, result: { reserved: 1 } } },
    { type: "SagaProbeCompleted", data: { result: { happened: true, result: { reserved: 1 } } } },
    { type: "SagaCompensationCompleted", data: { result: { undone: 1 } } },
  ]);
});

test("an undo that overtakes its action on the broker wins", async () => {
  await send({ command: "Release", half: "compensation" });
  await nothingPending();
  await send();
  await nothingPending();
  expect(await said()).toMatchObject([
    { type: "SagaCompensationCompleted", data: { result: { undone: 0 } } },
    { type: "SagaStepFailed", data: { error: { code: "tombstoned" } } },
  ]);
  expect(effects).toEqual([]);
});

test("a refusal is a reply, what breaks comes again", async () => {
  await send({ run: `refused-${service}`, data: { soldOut: true } });
  await nothingPending();
  failures = 1;
  await send();
  await nothingPending();
  expect(await said()).toMatchObject([
    { type: "SagaStepFailed", data: { error: { code: "sold_out" } } },
    { type: "SagaStepCompleted" },
  ]);
  expect(errors).toEqual(["Error: Out of order"]);
});

test("an answer that is too long to be said is not told as work that was not done", async () => {
  const key = await send({ data: { pages: 1_100_000 } });
  await nothingPending();
  expect(effects).toEqual([key]);
  expect(await said()).toEqual([]);
  expect(errors).toEqual([expect.stringContaining("a message may have 1000000")]);
});

test("a command that comes again after its refusal, and now is done, is heard of", async () => {
  const [run, data] = [`redelivered-${service}`, { soldOut: true }];
  await send({ run, data });
  await nothingPending();
  const key = await send({ run, data, again: "the acknowledgement was lost" });
  await nothingPending();
  await send({ run, again: "and once more, with something on the shelf" });
  await nothingPending();
  expect(effects).toEqual([key]);
  expect(await said()).toMatchObject([
    { type: "SagaStepFailed", data: { error: { code: "sold_out" } } },
    { type: "SagaStepCompleted", data: { attempt: 1, result: { reserved: 1 } } },
  ]);
});

test("commands wait for a participant that is away, and none is lost or done twice when it comes back", async () => {
  await running.stop();
  const keys = await Promise.all(Array.from({ length: 20 }, (_, i) => send({ run: `waits-${service}-${i}` })));
  running = await shop.nats({ url: server.url });
  await nothingPending();
  expect(effects.toSorted()).toEqual(keys.toSorted());
  expect(await said()).toHaveLength(20);
});

test("what was committed but not replied to is replied to when the message comes again", async () => {
  await running.stop();
  const store = memoryStore();
  shop = build(store);
  const key = await send();
  // As if the process had ended between its commit and its reply.
  await shop.receive({
    ...{ service, command: "Reserve", key, run: `run-${service}`, step: "reserve", item: null, attempt: 1 },
    ...{ generation: 1, input: {}, isLate: false },
  });
  expect(await said()).toEqual([]);
  running = await build(store).nats({ url: server.url });
  await nothingPending();
  expect(await said()).toMatchObject([{ data: { result: { reserved: 1 } } }]);
  expect(effects).toEqual([key]);
});

test("what nobody signed is not done, nor comes again", async () => {
  await send({ by: null });
  await send({ run: `stranger-${service}`, by: `whsec_${Buffer.alloc(32, 9).toString("base64")}` });
  await nothingPending();
  expect(effects).toEqual([]);
  expect(await said()).toEqual([]);
  expect(errors).toHaveLength(2);
});

test("an event is reacted to once, and what is said of it arrives", async () => {
  const event = { specversion: "1.0", id: "e-1", source: "Elsewhere", type: `Opened${count}`, data: {} };
  for (const msgID of ["one", "two"])
    await client.publish(`saga.events.Elsewhere.Opened${count}`, JSON.stringify(event), { msgID });
  await expect.poll(said, patience).toMatchObject([{ type: "Heard", data: { of: "e-1" } }]);
  const manager = await jetstreamManager(connection);
  const left = async () => {
    const { num_pending, num_ack_pending } = await manager.consumers.info("SAGA_EVENTS", `${service}-Opened${count}`);
    return num_pending + num_ack_pending;
  };
  await expect.poll(left, patience).toBe(0);
  expect(await said()).toHaveLength(1);
});

test("an event in binary mode is the same event", async () => {
  const event = { specversion: "1.0", id: "e-1", source: "Elsewhere", type: `Opened${count}` };
  const marks = emptyHeaders();
  for (const [name, value] of Object.entries(event)) marks.set(`ce-${name}`, value);
  const subject = `saga.events.Elsewhere.Opened${count}`;
  await client.publish(subject, "{}", { headers: marks });
  await expect.poll(said, patience).toMatchObject([{ type: "Heard", data: { of: "e-1" } }]);
});

test("a new reaction hears what is said from then on, also while it is away, and nothing of before", async () => {
  const [type, heard] = [`Sold${count}`, [] as string[]];
  const say = (id: string) =>
    client.publish(
      `saga.events.Elsewhere.${type}`,
      JSON.stringify({ specversion: "1.0", id, source: "Elsewhere", type }),
    );
  const mail = () =>
    participant(`Mail${count}`, { store: memoryStore() })
      .on(type, ({ id }) => void heard.push(id))
      .nats({ url: server.url });
  await say("before");
  await (await mail()).stop();
  await say("while away");
  const back = await mail();
  await expect.poll(() => heard, patience).toEqual(["while away"]);
  await say("after");
  await expect.poll(() => heard, patience).toEqual(["while away", "after"]);
  await back.stop();
});

test("a server that dies and comes back is worked with again", async () => {
  await send({ run: `before-${service}` });
  await nothingPending();
  await server.kill();
  await server.start();
  const isSent = () =>
    send({ run: `after-${service}` }).then(
      () => true,
      () => false,
    );
  await expect.poll(isSent, patience).toBe(true);
  // What was under way when it died comes again when its 30 seconds are over.
  await expect.poll(pending, { timeout: 60_000 }).toBe(0);
  expect(effects).toHaveLength(2);
  expect(await said()).toHaveLength(2);
}, 90_000);

test("one may wait for a server that is not there, and give up", async () => {
  const giveUp = new AbortController();
  const waiting = shop.nats({ url: "nats://127.0.0.1:1", signal: giveUp.signal });
  giveUp.abort();
  await expect(waiting).rejects.toThrow("abort");
});
