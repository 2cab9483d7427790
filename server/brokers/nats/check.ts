import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { BrokerRegistration, Trouble } from "../registration";
import { connectNats } from "./connect";
import { troubleOf } from "./trouble";

/** What keeps a link from standing, or null. Makes nothing at the broker. */
export async function checkNats(registration: BrokerRegistration, timeoutMs: number): Promise<Trouble | null> {
  let nc: NatsConnection | null = null;
  try {
    nc = await connectNats(registration, timeoutMs);
    await jetstreamManager(nc, { timeout: timeoutMs });
    return null;
  } catch (error) {
    return troubleOf(error, registration);
  } finally {
    await nc?.close().catch(() => {});
  }
}
