import { type ConsumerConfig, JetStreamApiCodes, JetStreamApiError, type JetStreamManager } from "@nats-io/jetstream";
import { commandsConsumer, commandsStream, eventsConsumer, eventsStream, streams } from "./names";

/** Makes the streams and the consumer of events where they are missing; what is there stays as it is. */
export async function provision(manager: JetStreamManager): Promise<void> {
  for (const stream of streams)
    await unlessThere(
      () => manager.streams.info(stream.name),
      JetStreamApiCodes.StreamNotFound,
      () => manager.streams.add(stream),
    );
  await ensureConsumer(manager, eventsStream, eventsConsumer);
}

/** The stream keeps a service's commands; its consumer is made for it so that what waits can be seen before it comes. */
export function provisionService(manager: JetStreamManager, service: string): Promise<void> {
  return ensureConsumer(manager, commandsStream, commandsConsumer(service));
}

function ensureConsumer(manager: JetStreamManager, stream: string, config: Partial<ConsumerConfig>): Promise<void> {
  return unlessThere(
    () => manager.consumers.info(stream, config.durable_name ?? ""),
    JetStreamApiCodes.ConsumerNotFound,
    () => manager.consumers.add(stream, config),
  );
}

async function unlessThere(ask: () => Promise<unknown>, missing: number, make: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== missing) throw error;
    await make();
  }
}
