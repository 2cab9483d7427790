import { JetStreamApiError, type JetStreamClient } from "@nats-io/jetstream";
import { errors, headers as newHeaders } from "@nats-io/transport-node";
import type { Outgoing } from "../link";
import { subjectOf } from "./names";
import { isUnanswered } from "./trouble";

const acknowledgedWithinMs = 5_000;

/** `not_stored`: JetStream said no, or it never left. `no_stream`: nobody was there to store it. `in_doubt`: it left, and nobody knows. */
export type Sent = "stored" | "not_stored" | "no_stream" | "in_doubt";

/** Publishes under the message's id, which JetStream stores once however often it comes. */
export async function publishOnce(client: JetStreamClient, message: Outgoing, signal: AbortSignal): Promise<Sent> {
  const headers = newHeaders();
  for (const [name, value] of Object.entries(message.headers)) headers.set(name, value);
  const options = { msgID: message.id, headers, timeout: acknowledgedWithinMs };
  let stop = () => {};
  const over = new Promise<Sent>((resolve) => {
    stop = () => resolve("in_doubt");
    signal.addEventListener("abort", stop, { once: true });
  });
  const sent = client.publish(subjectOf(message.to), message.body, options).then((): Sent => "stored", sentDespite);
  try {
    return await Promise.race([sent, over]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function sentDespite(error: unknown): Sent {
  if (isUnanswered(error)) return "no_stream";
  const isCertain = error instanceof JetStreamApiError || error instanceof errors.ClosedConnectionError;
  return isCertain ? "not_stored" : "in_doubt";
}
