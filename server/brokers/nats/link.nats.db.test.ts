import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testLog } from "../../orchestrator/testing/fixtures";
import { type Destination, type Incoming, NotAllTaken, type Outgoing } from "../link";
import { startDeafProxy } from "../testing/deaf-proxy";
import { type NatsServer, startNatsServer } from "../testing/nats-server";
import { registrationOf } from "../testing/registration";
import { until } from "../testing/until";
import { NatsLink } from "./link";
import { commandsStream, eventsStream } from "./names";

let server: NatsServer;
const links = new Set<NatsLink>();

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(async () => {
  for (const link of links) await link.close();
  await server.stop();
});

function open(registration = registrationOf(server.url)): NatsLink {
  const link = new NatsLink(registration, { log: testLog });
  links.add(link);
  return link;
}

async function close(link: NatsLink): Promise<void> {
  links.delete(link);
  await link.close();
}

const command: Destination = { kind: "command", service: "Shop", command: "Pay" };
const event = (type: string): Destination => ({ kind: "event", source: "The Shop", type });
const message = (id: string, to: Destination = command, body = `{"id":"${id}"}`): Outgoing => ({
  id,
  to,
  headers: { "Saga-Id": "r" },
  body,
  expiresAt: null,
});
const patience = () => AbortSignal.timeout(10_000);
const isConnected = (link: NatsLink) => () => link.status().state === "connected";

async function ask<T>(question: (nc: NatsConnection) => Promise<T>): Promise<T> {
  const nc = await connect({ servers: server.url });
  try {
    return await question(nc);
  } finally {
    await nc.close();
  }
}

const stored = (stream: string) =>
  ask(async (nc) => (await (await jetstreamManager(nc)).streams.info(stream)).state.messages);

/** Reads events, and keeps their bodies. */
function reader(link: NatsLink, take: (messages: readonly Incoming[]) => Promise<void> = async () => {}) {
  const read: Incoming[] = [];
  const stop = link.consume(async (messages) => {
    await take(messages);
    read.push(...messages);
  });
  return { read, stop, bodies: () => read.map(({ body }) => body.toString()) };
}

test("streams, the consumer of events and each service's own are made", async () => {
  const link = open();
  await link.prepare("Shop");
  await until(isConnected(link));
  await link.prepare("Bank");
  const { commands, consumers } = await ask(async (nc) => {
    const manager = await jetstreamManager(nc);
    const all = await manager.consumers.list(commandsStream).next();
    const { config } = await manager.streams.info(commandsStream);
    return { commands: config, consumers: all.map((each) => each.config) };
  });
  expect(commands).toMatchObject({ subjects: ["saga.commands.>"], storage: "file", retention: "limits" });
  expect(consumers.map((each) => [each.durable_name, each.filter_subject, each.ack_policy]).sort()).toEqual([
    ["Bank", "saga.commands.Bank.>", "explicit"],
    ["Shop", "saga.commands.Shop.>", "explicit"],
  ]);
  await close(link);
});

test("a published message is stored once, however often its id comes", async () => {
  const link = open();
  const before = await stored(commandsStream);
  for (const id of ["once", "once", "once#2"]) expect(await link.publish(message(id), patience())).toBe("stored");
  expect(await stored(commandsStream)).toBe(before + 2);
  await close(link);
});

test("events arrive with their headers, and are acknowledged once taken", async () => {
  const link = open();
  const { bodies, read, stop } = reader(link);
  await link.publish(message("e1", event("Paid.Late")), patience());
  await until(() => read.length === 1);
  expect(bodies()).toEqual(['{"id":"e1"}']);
  expect(read[0]).toMatchObject({ address: "saga.events.The_Shop.Paid_Late", deliveries: 1 });
  expect(read[0]?.headers).toMatchObject({ "Saga-Id": "r" });
  await stop();
  const again = reader(link);
  await link.publish(message("e2", event("Paid")), patience());
  await until(() => again.read.length > 0);
  expect(again.bodies()).toEqual(['{"id":"e2"}']);
  await again.stop();
  await close(link);
});

test("what could not be taken comes again, and holds nothing up", async () => {
  const link = open();
  let refusals = 0;
  const { read, bodies, stop } = reader(link, async (messages) => {
    if (refusals > 0 || !messages.some(({ body }) => body.toString().includes("late"))) return;
    refusals += 1;
    throw new Error("not now");
  });
  await link.publish(message("late", event("Paid")), patience());
  await until(() => refusals === 1);
  await link.publish(message("other", event("Paid")), patience());
  await until(() => read.length === 2);
  expect(bodies().sort()).toEqual(['{"id":"late"}', '{"id":"other"}']);
  expect(read.find(({ body }) => body.toString().includes("late"))?.deliveries).toBe(2);
  await stop();
  await close(link);
});

test("of a batch that could not be taken whole only what it names comes again", async () => {
  const link = open();
  const seen: string[] = [];
  const stop = link.consume(async (messages) => {
    seen.push(...messages.map(({ body, deliveries }) => `${body} ${deliveries}`));
    const failing = messages.filter(({ body, deliveries }) => body.toString().includes("part-2") && deliveries === 1);
    if (failing.length > 0) throw new NotAllTaken(new Set(failing), "not now");
  });
  await until(isConnected(link));
  for (const id of ["part-1", "part-2", "part-3"]) await link.publish(message(id, event("Part")), patience());
  await until(() => seen.includes('{"id":"part-2"} 2'));
  expect(seen.sort()).toEqual(['{"id":"part-1"} 1', '{"id":"part-2"} 1', '{"id":"part-2"} 2', '{"id":"part-3"} 1']);
  await stop();
  await close(link);
});

test("a killed broker loses nothing: publishes wait, and what was being taken comes again", async () => {
  const link = open();
  const { bodies, stop } = reader(link);
  for (const id of ["a1", "a2"]) await link.publish(message(id, event("Moved")), patience());
  await server.kill();
  await until(() => link.status().state === "down");
  expect(link.status().lastError).not.toBeNull();
  const waiting = [3, 4, 5].map((n) => link.publish(message(`a${n}`, event("Moved")), patience()));
  await server.start();
  expect(await Promise.all(waiting)).toEqual(["stored", "stored", "stored"]);
  await until(() => new Set(bodies()).size === 5);
  await stop();
  await close(link);
});

test("a publish whose acknowledgement is lost goes out again under its id, and is stored once", async () => {
  const proxy = await startDeafProxy(server.port);
  const link = open(registrationOf(`nats://127.0.0.1:${proxy.port}`));
  await until(isConnected(link));
  const before = await stored(eventsStream);
  proxy.deafen();
  const publishing = link.publish(message("lost", event("Lost")), patience());
  await until(async () => (await stored(eventsStream)) === before + 1);
  proxy.cut();
  expect(await publishing).toBe("stored");
  expect(await stored(eventsStream)).toBe(before + 1);
  await close(link);
  await proxy.stop();
});

test("without a broker a publish is unreachable, and unknown once it was sent", async () => {
  const proxy = await startDeafProxy(server.port);
  const link = open(registrationOf(`nats://127.0.0.1:${proxy.port}`));
  await until(isConnected(link));
  proxy.deafen();
  const sent = link.publish(message("sent", event("Sent")), AbortSignal.timeout(300));
  expect(await sent).toBe("unknown");
  await server.kill();
  await until(() => link.status().state === "down");
  expect(await link.publish(message("never"), AbortSignal.timeout(50))).toBe("unreachable");
  await server.start();
  await close(link);
  await proxy.stop();
});

test("what is larger than the server takes is never stored, and that is said at once", async () => {
  const link = open();
  await until(isConnected(link));
  const before = await stored(eventsStream);
  const large = message("large", event("Large"), "x".repeat(2_000_000));
  expect(await link.publish(large, patience())).toBe("too_large");
  expect(await stored(eventsStream)).toBe(before);
  await close(link);
});

test("more publishes than are let out at once all arrive", async () => {
  const link = open();
  const before = await stored(commandsStream);
  const many = Array.from({ length: 1_000 }, (_, index) => link.publish(message(`many${index}`), patience()));
  expect(new Set(await Promise.all(many))).toEqual(new Set(["stored"]));
  expect(await stored(commandsStream)).toBe(before + 1_000);
  await close(link);
});

test("streams that somebody deleted are made again", async () => {
  const link = open();
  const { bodies, stop } = reader(link);
  await until(isConnected(link));
  await ask(async (nc) => {
    const manager = await jetstreamManager(nc);
    for (const stream of [commandsStream, eventsStream]) await manager.streams.delete(stream);
  });
  expect(await link.publish(message("after", event("After")), patience())).toBe("stored");
  await until(() => bodies().includes('{"id":"after"}'));
  await stop();
  await close(link);
});

test("streams that are missing when something is published are made on the connection that stands", async () => {
  let troubles = 0;
  const link = new NatsLink(registrationOf(server.url), { log: testLog, onTrouble: () => (troubles += 1) });
  links.add(link);
  await link.prepare("Shop");
  await until(isConnected(link));
  const consumers = () =>
    ask(async (nc) => (await (await jetstreamManager(nc)).streams.info(commandsStream)).state.consumer_count);
  await ask(async (nc) => void (await (await jetstreamManager(nc)).streams.delete(commandsStream)));
  expect(await link.publish(message("made again"), patience())).toBe("stored");
  await until(async () => (await consumers()) === 1);
  expect(troubles).toBe(0);
  await close(link);
});

test("two processes share the work: each message is taken by one of them", async () => {
  const [one, two] = [open(), open()];
  const readers = [reader(one), reader(two)];
  const got = () => readers.flatMap(({ bodies }) => bodies()).filter((body) => body.includes("shared"));
  await until(() => isConnected(one)() && isConnected(two)());
  const ids = Array.from({ length: 50 }, (_, index) => `shared${index}`);
  await Promise.all(ids.map((id) => one.publish(message(id, event("Shared")), patience())));
  await until(() => got().length >= ids.length);
  expect(got().sort()).toEqual(ids.map((id) => `{"id":"${id}"}`).sort());
  for (const { stop } of readers) await stop();
  await close(one);
  await close(two);
});
