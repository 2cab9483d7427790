import type { Channel, ChannelModel } from "amqplib";
import {
  commandsExchange,
  deadExchange,
  deadQueue,
  deadQueueOptions,
  eventsExchange,
  queueOf,
  queueOptions,
  studioQueue,
} from "./names";

/** The broker has something of this name, made in another way. */
const preconditionFailed = 406;

/** The exchanges, this product's own queue, and where dead messages go. What is there already stays as it is. */
export async function declareTopology(connection: ChannelModel): Promise<void> {
  await onChannel(connection, async (channel) => {
    for (const exchange of [commandsExchange, eventsExchange, deadExchange])
      await channel.assertExchange(exchange, "topic", { durable: true });
    await channel.assertQueue(deadQueue, deadQueueOptions);
    await channel.bindQueue(deadQueue, deadExchange, "#");
    await channel.assertQueue(studioQueue, queueOptions);
    await channel.bindQueue(studioQueue, eventsExchange, "#");
  });
}

/** Where commands to a service wait. A participant that made its queue in another way keeps it as it made it. */
export async function declareService(connection: ChannelModel, service: string): Promise<void> {
  const queue = queueOf(service);
  try {
    await onChannel(connection, (channel) => channel.assertQueue(queue, queueOptions));
  } catch (error) {
    if ((error as { code?: unknown }).code !== preconditionFailed) throw error;
  }
  await onChannel(connection, (channel) => channel.bindQueue(queue, commandsExchange, `${service}.#`));
}

/** A channel of its own: what a broker refuses closes the channel it was asked on. */
async function onChannel(connection: ChannelModel, work: (channel: Channel) => Promise<unknown>): Promise<void> {
  const channel = await connection.createChannel();
  // Told by the rejected promise as well; an event that nobody hears would end the process.
  channel.on("error", () => {});
  await work(channel);
  await channel.close();
}
