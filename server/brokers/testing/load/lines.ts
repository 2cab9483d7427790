import { type JsMsg, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect as connectNats } from "@nats-io/transport-node";
import { connect as connectAmqp } from "amqplib";
import { eventsExchange, queueOf } from "../../amqp/names";
import { declareService, declareTopology } from "../../amqp/topology";
import { commandsStream } from "../../nats/names";
import { provision } from "../../nats/provision";

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
  await provision(await jetstreamManager(nc), [service]);
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

export const lines: { readonly [kind: string]: Line } = { nats: overNats, amqp: overAmqp };
