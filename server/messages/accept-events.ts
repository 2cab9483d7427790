import type { BrokerCaller } from "../auth/actor";
import type { AppError } from "../errors";
import type { ReplyDeps } from "./accept-replies";
import type { CloudEvent } from "./take-messages";

/**
 * Events that are no replies, from a broker: null for each that is durable, else why it cannot be taken. Nothing waits
 * for events of others yet, so they are passed over.
 */
export async function acceptEvents(
  _: ReplyDeps,
  events: readonly CloudEvent[],
  __: BrokerCaller,
): Promise<readonly (AppError | null)[]> {
  return events.map(() => null);
}
