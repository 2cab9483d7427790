import { type JsMsg, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect as connectNats } from "@nats-io/transport-node";
import { connect as connectAmqp } from "amqplib";
import { api } from "@/contract/paths";
import { eventsExchange, queueOf } from "../../amqp/names";
import { declareService, declareTopology } from "../../amqp/topology";
import { commandsStream } from "../../nats/names";
import { provision, provisionService } from "../../nats/provision";

/** Where a reply goes, and what it is. */
export type Reply = { readonly id: string; readonly type: string; readonly body: string };
/** Answers what to say about a command. */
export type Handle = (command: string) => Promise<Reply>;
/** Takes a service's commands until the connection ends: a reply is with the broker before its command is acknowledged. */
export type Line = (url: string, service: string, handle: Handle) => Promise<void>;

const inHand = 40;

const overNats: Line = async (url, service, handle) => {
  const nc = await connectNats({ servers: url, reconnect: false });
  const client = jetstream(nc);
  const manager = await jetstreamManager(nc);
  await provision(manager);
  await provisionService(manager, service);
  const answer = async (message: JsMsg) => {
    const { id, type, body } = await handle(message.string());
    await client.publish(`saga.events.${service}.${type}`, body, { msgID: id });
    message.ack();
  };
  const consumer = await client.consumers.get(commandsStream, service);
  await consumer.consume({
    max_messages: inHand,
    callback: (message) => void answer(message),
  });
  await nc.closed();
};

const overAmqp: Line = async (url, service, handle) => {
  const connection = await connectAmqp(url);
  const ended = new Promise<void>((resolve) => connection.once("close", () => resolve()));
  connection.on("error", () => {});
  await declareTopology(connection);
  await declareService(connection, service);
  const channel = await connection.createConfirmChannel();
  await channel.prefetch(inHand);
  await channel.consume(queueOf(service), async (message) => {
    if (!message) return;
    const { type, body } = await handle(message.content.toString());
    channel.publish(eventsExchange, `${service}.${type}`, Buffer.from(body), { persistent: true }, (error) => {
      if (!error) channel.ack(message);
    });
  });
  await ended;
};

type Item = { readonly id: string; readonly lease: string; readonly [field: string]: unknown };

/** The queue over HTTP; `url` has the key in it, as the user. */
const overQueue: Line = async (url, service, handle) => {
  const { origin, username } = new URL(url);
  const ask = async (what: string, body: unknown) => {
    const headers = { authorization: `Bearer ${username}`, "content-type": "application/json" };
    const address = `${origin}${api}/queues/${service}/${what}`;
    const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${what} was answered ${response.status}`);
    return response.json();
  };
  const work = async (item: Item) => {
    const { id, lease, run, key, step, half, attempt, generation, input } = item;
    const asked = { subject: run, idempotencykey: key, sagastep: step, sagahalf: half, data: input };
    const { body } = await handle(JSON.stringify({ ...asked, sagaattempt: attempt, sagageneration: generation }));
    const { error, result } = JSON.parse(body).data;
    await (error ? ask("fail", { id, lease, error }) : ask("complete", { id, lease, result }));
  };
  for (;;) {
    const { items } = (await ask("claim", { max: inHand, waitMs: 1_000 })) as { readonly items: readonly Item[] };
    // What could not be answered is somebody else's when its lease is over.
    await Promise.allSettled(items.map(work));
  }
};

export const lines: { readonly [kind: string]: Line } = { nats: overNats, amqp: overAmqp, queue: overQueue };
