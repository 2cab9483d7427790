/** What is called how in NATS: streams, consumers, subjects (docs/brokers.md). */
import { AckPolicy, type ConsumerConfig, RetentionPolicy, StorageType, type StreamConfig } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { Destination } from "../link";

export const commandsStream = "SAGA_COMMANDS";
export const eventsStream = "SAGA_EVENTS";
/** The durable consumer that all processes of this product share. */
export const studioConsumer = "saga-studio";

const day = 24 * 60 * 60_000;
const keptMs = 7 * day;
const duplicatesMs = 2 * 60_000;
export const ackWaitMs = 30_000;

export function subjectOf(to: Destination): string {
  if (to.kind === "command") return `saga.commands.${to.service}.${to.command}`;
  return `saga.events.${toToken(to.source)}.${toToken(to.type)}`;
}

/** One token of a subject: what could be taken for a wildcard or a border becomes `_`. */
function toToken(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, "_") || "_";
}

type Stream = Pick<StreamConfig, "name"> & Partial<StreamConfig>;

export const streams: readonly Stream[] = [
  { ...kept(), name: commandsStream, subjects: ["saga.commands.>"], duplicate_window: nanos(duplicatesMs) },
  { ...kept(), name: eventsStream, subjects: ["saga.events.>"], duplicate_window: nanos(duplicatesMs) },
];

function kept() {
  return { storage: StorageType.File, retention: RetentionPolicy.Limits, max_age: nanos(keptMs) };
}

/** Of a service's commands; the service itself may have made it, with the same words. */
export function commandsConsumer(service: string): Partial<ConsumerConfig> {
  return consumer(service, `saga.commands.${service}.>`);
}

export const eventsConsumer: Partial<ConsumerConfig> = consumer(studioConsumer, "saga.events.>");

function consumer(name: string, filter: string): Partial<ConsumerConfig> {
  return {
    durable_name: name,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
  };
}
