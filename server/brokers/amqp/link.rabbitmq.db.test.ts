import { type ChannelModel, connect, type GetMessage } from "amqplib";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { testLog } from "../../orchestrator/testing/fixtures";
import { type Destination, type Incoming, NotAllTaken, type Outgoing, type Published } from "../link";
import type { BrokerRegistration, LinkOptions } from "../registration";
import { startDeafProxy } from "../testing/deaf-proxy";
import { type RabbitMqServer, startRabbitMq } from "../testing/rabbitmq-server";
import { registrationOf } from "../testing/registration";
import { until } from "../testing/until";
import { AmqpLink } from "./link";
import { commandsExchange, deadQueue, eventsExchange, queueOf, queueOptions, studioQueue } from "./names";

/** A node needs seconds to be back, on a busy machine very many. */
const restartMs = 90_000;
let server: RabbitMqServer;
let outside: ChannelModel;
const links = new Set<AmqpLink>();

beforeAll(async () => {
  server = await startRabbitMq();
  const link = open();
  await isConnected(link);
  await link.prepare("Shop");
  await server.settle();
});
afterEach(async () => {
  await Promise.all([...links].map((link) => link.close()));
  links.clear();
  await empty();
});
afterAll(() => server.stop());

const at = (url: string, more: Partial<BrokerRegistration> = {}) => registrationOf(url, { kind: "amqp", ...more });

function open(registration = at(server.url), options: Partial<LinkOptions> = {}): AmqpLink {
  const link = new AmqpLink(registration, { log: testLog, ...options });
  links.add(link);
  return link;
}

/** Somebody else at the broker: a participant, or whoever looks after it. */
async function asOther<T>(work: (connection: ChannelModel) => Promise<T>): Promise<T> {
  outside = await connect(server.url);
  try {
    return await work(outside);
  } finally {
    await outside.close();
  }
}

const empty = () =>
  asOther(async (connection) => {
    const channel = await connection.createChannel();
    for (const queue of [studioQueue, deadQueue, queueOf("Shop")]) await channel.purgeQueue(queue);
  });

async function waitingFor(service: string): Promise<readonly GetMessage[]> {
  return asOther(async (connection) => {
    const channel = await connection.createChannel();
    const messages: GetMessage[] = [];
    for (;;) {
      const message = await channel.get(queueOf(service), { noAck: true });
      if (!message) return messages;
      messages.push(message);
    }
  });
}

const countOf = (service: string) =>
  asOther(async (connection) => {
    const channel = await connection.createChannel();
    return (await channel.checkQueue(queueOf(service))).messageCount;
  });

const pay: Destination = { kind: "command", service: "Shop", command: "Pay" };
const paid: Destination = { kind: "event", source: "Shop", type: "Paid" };
const message = (id: string, to: Destination = pay): Outgoing => ({
  id,
  to,
  headers: { "Saga-Id": "r" },
  body: `{"id":"${id}"}`,
  expiresAt: null,
});
const patience = (ms = 30_000) => AbortSignal.timeout(ms);
const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const isConnected = (link: AmqpLink) => until(() => link.status().state === "connected");
const idOf = ({ body }: Incoming) => JSON.parse(body.toString()).id as string;

/** Reads events, and keeps their ids. */
function reading(link: AmqpLink, take: (messages: readonly Incoming[]) => void = () => {}) {
  const read: Incoming[] = [];
  const stop = link.consume(async (messages) => {
    take(messages);
    read.push(...messages);
  });
  return { read, stop, ids: () => read.map(idOf) };
}

test("of a batch that could not be taken whole only what it names comes again", async () => {
  const link = open();
  const seen: string[] = [];
  const stop = link.consume(async (messages) => {
    seen.push(...messages.map((each) => `${idOf(each)} ${each.deliveries}`));
    const failing = messages.filter((each) => idOf(each) === "part-2" && each.deliveries === 1);
    if (failing.length > 0) throw new NotAllTaken(new Set(failing), "not now");
  });
  await isConnected(link);
  await Promise.all(["part-1", "part-2", "part-3"].map((id) => link.publish(message(id, paid), patience())));
  await until(() => seen.includes("part-2 2"));
  expect(seen.sort()).toEqual(["part-1 1", "part-2 1", "part-2 2", "part-3 1"]);
  await stop();
});

test(
  "a command waits in the queue of its service, with its id and headers, and survives kill -9",
  async () => {
    const link = open();
    await isConnected(link);
    await link.prepare("Shop");
    expect(await link.publish(message("c1"), patience())).toBe("stored");
    await server.kill();
    await server.start();
    const [command] = await waitingFor("Shop");
    expect(command?.content.toString()).toBe('{"id":"c1"}');
    expect(command?.fields).toMatchObject({ exchange: commandsExchange, routingKey: "Shop.Pay" });
    expect(command?.properties).toMatchObject({
      messageId: "c1",
      contentType: "application/cloudevents+json",
      deliveryMode: 2,
      headers: { "Saga-Id": "r" },
    });
  },
  restartMs,
);

test("a command to a service that was never there waits for it", async () => {
  const link = open();
  const late: Destination = { kind: "command", service: "Late", command: "Pay" };
  const sent = ids("late", 50).map((id) => link.publish(message(id, late), patience()));
  expect(new Set(await Promise.all(sent))).toEqual(new Set(["stored"]));
  expect((await waitingFor("Late")).map(({ properties }) => properties.messageId)).toEqual(ids("late", 50));
});

test("a queue that somebody deleted is made again", async () => {
  const link = open();
  const lost: Destination = { kind: "command", service: "Lost", command: "Pay" };
  await isConnected(link);
  await link.prepare("Lost");
  await asOther(async (connection) => (await connection.createChannel()).deleteQueue(queueOf("Lost")));
  expect(await link.publish(message("again", lost), patience())).toBe("stored");
  expect(await waitingFor("Lost")).toHaveLength(1);
});

test("a queue that the participant made in its own way is used as it is", async () => {
  await asOther(async (connection) => {
    await (await connection.createChannel()).assertQueue(queueOf("Own"), { durable: true });
  });
  const link = open();
  const own: Destination = { kind: "command", service: "Own", command: "Pay" };
  await isConnected(link);
  await link.prepare("Own");
  expect(await link.publish(message("own", own), patience())).toBe("stored");
  expect(await waitingFor("Own")).toHaveLength(1);
});

test("events arrive with their headers and are acknowledged once taken", async () => {
  const link = open();
  const first = reading(link);
  await link.publish(message("e1", paid), patience());
  await until(() => first.read.length === 1);
  expect(first.read[0]).toMatchObject({ address: "Shop.Paid", headers: { "Saga-Id": "r" }, deliveries: 1 });
  await first.stop();
  const second = reading(link);
  await link.publish(message("e2", paid), patience());
  await until(() => second.read.length > 0);
  expect(second.ids()).toEqual(["e2"]);
});

test("what cannot be taken comes again and holds nothing up", async () => {
  const link = open();
  let refusals = 0;
  const { read, ids: readIds } = reading(link, (messages) => {
    if (!messages.some((each) => idOf(each) === "late") || refusals === 2) return;
    refusals += 1;
    throw new Error("not now");
  });
  await link.publish(message("late", paid), patience());
  await until(() => refusals === 1);
  await link.publish(message("other", paid), patience());
  await until(() => read.length === 2);
  expect(readIds()).toEqual(["other", "late"]);
  expect(read[1]?.deliveries).toBe(3);
});

test("what was being taken when the process went comes to another", async () => {
  const first = open();
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  first.consume(async () => {
    begun();
    throw new Error("not now");
  });
  await first.publish(message("left", paid), patience());
  await isBegun;
  await first.close();
  const { read } = reading(open());
  await until(() => read.length === 1);
  expect(read[0]).toMatchObject({ deliveries: 2 });
});

test("events come in batches, and no more than 200 at once", async () => {
  const link = open();
  const sizes: number[] = [];
  await Promise.all(ids("b", 1_000).map((id) => link.publish(message(id, paid), patience())));
  const { read } = reading(link, (messages) => sizes.push(messages.length));
  await until(() => read.length === 1_000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
  expect(sizes.length).toBeLessThan(500);
});

test(
  "kill -9 under load: whatever was called stored is delivered",
  async () => {
    const link = open();
    await isConnected(link);
    const { read, ids: readIds } = reading(link);
    const stored = new Set<string>();
    const sent = ids("load", 1_000).map(async (id): Promise<Published> => {
      const published = await link.publish(message(id, paid), patience());
      if (published === "stored") stored.add(id);
      return published;
    });
    await until(() => stored.size >= 200);
    await server.kill();
    expect(stored.size).toBeLessThan(1_000);
    await server.start();
    expect(new Set(await Promise.all(sent))).toEqual(new Set(["stored"]));
    await until(() => new Set(readIds()).size === 1_000);
    expect(read.length).toBeGreaterThanOrEqual(1_000);
  },
  restartMs,
);

test(
  "while the broker is down a publish waits, or says that it could not be reached",
  async () => {
    const told: string[] = [];
    const link = open(at(server.url), { onTrouble: (trouble) => told.push(trouble) });
    await isConnected(link);
    reading(link);
    await server.kill();
    await until(() => link.status().state === "down");
    expect(await link.publish(message("given up"), patience(200))).toBe("unreachable");
    const waiting = link.publish(message("waited"), patience());
    await server.start();
    expect(await waiting).toBe("stored");
    expect((await waitingFor("Shop")).map(({ properties }) => properties.messageId)).toEqual(["waited"]);
    await isConnected(link);
    expect(told).toHaveLength(1);
  },
  restartMs,
);

test("a confirm that is lost is in doubt: published again under the same id, or said to be unknown", async () => {
  const proxy = await startDeafProxy(server.port);
  const link = open(at(`amqp://127.0.0.1:${proxy.port}`));
  await isConnected(link);
  proxy.deafen();
  expect(await link.publish(message("doubt"), patience(300))).toBe("unknown");
  const again = link.publish(message("twice"), patience());
  await until(async () => (await countOf("Shop")) === 2);
  proxy.cut();
  expect(await again).toBe("stored");
  const arrived = (await waitingFor("Shop")).map(({ properties }) => properties.messageId);
  expect(arrived).toEqual(["doubt", "twice", "twice"]);
  await link.close();
  await proxy.stop();
});

test(
  "while the broker is short of memory it is down, and publishes wait",
  async () => {
    const link = open();
    const { read } = reading(link);
    await isConnected(link);
    await server.control("eval", "rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []}).");
    const nudged = link.publish(message("a1", paid), patience(2_000));
    await until(() => link.status().state === "down");
    expect(link.status().lastError).toMatch(/takes no messages now/);
    expect(await link.publish(message("a2", paid), patience(100))).toBe("unreachable");
    await server.control("eval", "rabbit_alarm:clear_alarm({resource_limit, memory, node()}).");
    await isConnected(link);
    expect(await link.publish(message("a3", paid), patience())).toBe("stored");
    await nudged;
    await until(() => read.some((each) => idOf(each) === "a3"));
  },
  restartMs,
);

test("a closed link answers whoever still waits", async () => {
  const link = open(at("amqp://127.0.0.1:1"));
  const waiting = link.publish(message("never"), patience());
  await until(() => link.status().state === "down");
  await link.close();
  expect(await waiting).toBe("unreachable");
});

test.each([
  ["a wrong password", () => at(server.url, { user: "guest", password: "wrong" }), /refuses these credentials/],
  ["a virtual host that is not there", () => at(`${server.url}/nowhere`), /no virtual host nowhere/],
  ["nobody there", () => at("amqp://127.0.0.1:1"), /Nothing listens at 127.0.0.1:1/],
  [
    "an address that may not be used",
    () => at(server.url, { allowPrivateNetwork: false }),
    /127.0.0.1 may not be used/,
  ],
  ["a metadata service", () => at("amqp://169.254.169.254"), /169.254.169.254 may not be used/],
  ["a name that is not known", () => at("amqp://rabbit.invalid"), /name of rabbit.invalid (is not known|cannot be)/],
])("%s is told", async (_, registration, trouble) => {
  const link = open(registration());
  await until(() => link.status().state === "down");
  expect(link.status().lastError).toMatch(trouble);
  expect(await link.publish(message("no"), patience(100))).toBe("unreachable");
});

test("a virtual host, its user and password are those of the registration", async () => {
  const link = open(at(`${server.url}/%2F`, { user: "guest", password: "guest" }));
  await isConnected(link);
  expect(link.status().lastError).toBeNull();
});

test("poison that a participant gave back too often is told with its reason", async () => {
  const dead: object[] = [];
  const link = open();
  link.consume(
    async () => {},
    async (messages) => {
      dead.push(
        ...messages.map((each) => ({ id: idOf(each), of: each.of, reason: each.reason, address: each.address })),
      );
    },
  );
  let returns = 0;
  await asOther(async (connection) => {
    const channel = await connection.createChannel();
    await channel.assertQueue(queueOf("Shop"), queueOptions);
    await channel.consume(queueOf("Shop"), (given) => {
      const isPoison = given?.properties.messageId === "poison";
      if (isPoison) returns += 1;
      if (given) channel.nack(given, false, isPoison);
    });
    for (const id of ["poison", "refused"]) await link.publish(message(id), patience());
    await until(() => dead.length === 2);
  });
  expect(dead).toContainEqual({
    id: "poison",
    reason: `The participant of Shop gave it back ${returns} times`,
    of: "command",
    address: "Shop.Pay",
  });
  const refused = { id: "refused", of: "command", reason: "The participant of Shop refused it", address: "Shop.Pay" };
  expect(dead).toContainEqual(refused);
});

test("a command that nobody waits for any more is dropped by the broker, and is no dead letter", async () => {
  const dead: string[] = [];
  const link = open();
  link.consume(
    async () => {},
    async (messages) => {
      dead.push(...messages.map(idOf));
    },
  );
  await isConnected(link);
  const publish = (id: string, inMs: number) =>
    link.publish({ ...message(id), expiresAt: Date.now() + inMs }, patience());
  expect(await publish("over", 50)).toBe("stored");
  await until(async () => (await countOf("Shop")) === 0);
  expect(await publish("wanted", 60_000)).toBe("stored");
  await asOther(async (connection) => {
    const channel = await connection.createChannel();
    await channel.consume(queueOf("Shop"), (given) => given && channel.nack(given, false, false));
    await until(() => dead.length > 0);
  });
  expect(dead).toEqual(["wanted"]);
});

test("a reply that a participant published is read", async () => {
  const link = open();
  const { read, ids: readIds } = reading(link);
  await isConnected(link);
  await asOther(async (connection) => {
    const channel = await connection.createConfirmChannel();
    channel.publish(eventsExchange, "Shop.SagaStepCompleted", Buffer.from('{"id":"k#1:reply"}'), { persistent: true });
    await channel.waitForConfirms();
  });
  await until(() => read.length === 1);
  expect(readIds()).toEqual(["k#1:reply"]);
});
