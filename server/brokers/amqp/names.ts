/** What is called how in AMQP: exchanges, queues, routing keys (docs/brokers.md). Participants declare the same. */
import type { Options } from "amqplib";
import type { Destination } from "../link";

export const commandsExchange = "saga.commands";
export const eventsExchange = "saga.events";
export const deadExchange = "saga.dead";
/** Replies and events, for all processes of this product. */
export const studioQueue = "saga.studio.events";
export const deadQueue = "saga.dead";

const commandsPrefix = "saga.commands.";
/** So often a message comes again before it is dead. */
export const deliveryLimit = 20;
/** Of a routing key, in bytes; the protocol has no room for more. */
const longestKey = 255;

export const queueOptions: Options.AssertQueue = {
  durable: true,
  arguments: { "x-queue-type": "quorum", "x-dead-letter-exchange": deadExchange, "x-delivery-limit": deliveryLimit },
};

/** What is dead stays until it is told. */
export const deadQueueOptions: Options.AssertQueue = { durable: true, arguments: { "x-queue-type": "quorum" } };

export function queueOf(service: string): string {
  return `${commandsPrefix}${service}`;
}

/** Whose commands a queue holds; null of any other queue. */
export function serviceOf(queue: string): string | null {
  return queue.startsWith(commandsPrefix) ? queue.slice(commandsPrefix.length) : null;
}

export type Route = { readonly exchange: string; readonly key: string };

export function routeOf(to: Destination): Route {
  if (to.kind === "command") return { exchange: commandsExchange, key: `${to.service}.${to.command}` };
  const key = Buffer.from(`${to.source}.${to.type}`).subarray(0, longestKey).toString();
  return { exchange: eventsExchange, key };
}
