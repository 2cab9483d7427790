import { JetStreamApiError } from "@nats-io/jetstream";
import { errors } from "@nats-io/transport-node";
import { isUnanswered } from "./trouble";

/**
 * `not_stored`: JetStream said no, or it never left. `too_large`: the same, and so it will be for ever. `no_stream`: nobody
 * was there to store it. `in_doubt`: it left, and nobody knows.
 */
export type Sent = "stored" | "not_stored" | "too_large" | "no_stream" | "in_doubt";

/** Of a stream that takes less than its server. */
const exceedsMaximum = 10_054;
const storeFailed = 10_077;

/** What an error says of the message that was to be published. In a cluster others may have stored what one could not. */
export function sentDespite(error: unknown, isCluster: boolean): Sent {
  if (isUnanswered(error)) return "no_stream";
  // The library measures a message before it sends it; nothing else of ours is no argument.
  if (error instanceof errors.InvalidArgumentError) return "too_large";
  if (error instanceof errors.ClosedConnectionError) return "not_stored";
  if (!(error instanceof JetStreamApiError)) return "in_doubt";
  if (error.code === exceedsMaximum) return "too_large";
  return isCluster && error.code === storeFailed ? "in_doubt" : "not_stored";
}
