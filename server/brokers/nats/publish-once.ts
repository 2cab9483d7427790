import type { JetStreamClient } from "@nats-io/jetstream";
import { type NatsConnection, headers as newHeaders } from "@nats-io/transport-node";
import type { Outgoing } from "../link";
import { subjectOf } from "./names";
import { type Sent, sentDespite } from "./sent-despite";

const acknowledgedWithinMs = 5_000;

type On = { readonly nc: NatsConnection; readonly client: JetStreamClient };

/** Publishes under the message's id, which JetStream stores once however often it comes. */
export async function publishOnce({ nc, client }: On, message: Outgoing, signal: AbortSignal): Promise<Sent> {
  const headers = newHeaders();
  for (const [name, value] of Object.entries(message.headers)) headers.set(name, value);
  const options = { msgID: message.id, headers, timeout: acknowledgedWithinMs };
  let stop = () => {};
  const over = new Promise<Sent>((resolve) => {
    stop = () => resolve("in_doubt");
    signal.addEventListener("abort", stop, { once: true });
  });
  const sent = client.publish(subjectOf(message.to), message.body, options).then(
    (): Sent => "stored",
    (error: unknown) => sentDespite(error, nc.info?.cluster !== undefined),
  );
  try {
    return await Promise.race([sent, over]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
