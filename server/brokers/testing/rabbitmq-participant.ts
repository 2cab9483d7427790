import { connect, type Options } from "amqplib";
import { eventsExchange, queueOf } from "../amqp/names";
import { declareService, declareTopology } from "../amqp/topology";

// biome-ignore lint/suspicious/noExplicitAny: tests read commands as they come, and assert what they are
type CloudEvent = any;

export type Received = {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly event: CloudEvent;
};

/** What it does about a command: the type of its reply and data beside `saga_id` and `step_name`; or gives it back. */
export type Does = { readonly type: string; readonly data?: object } | "gives back";

/** A service at the other end of RabbitMQ, written without any of the product's own code but how things are called. */
export type RabbitMqParticipant = {
  readonly received: Received[];
  /** By `half Command`; what is not said is done. */
  readonly script: Map<string, Does>;
  readonly send: (key: string, body: string, properties?: Options.Publish) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export async function startRabbitMqParticipant(url: string, service: string): Promise<RabbitMqParticipant> {
  const connection = await connect(url);
  await declareTopology(connection);
  await declareService(connection, service);
  const channel = await connection.createConfirmChannel();
  const received: Received[] = [];
  const script = new Map<string, Does>();
  const send: RabbitMqParticipant["send"] = async (key, body, properties = {}) => {
    channel.publish(eventsExchange, key, Buffer.from(body), { persistent: true, ...properties });
    await channel.waitForConfirms();
  };
  await channel.prefetch(10);
  await channel.consume(queueOf(service), async (message) => {
    if (!message) return;
    const text = message.content.toString();
    const event: CloudEvent = JSON.parse(text);
    received.push({ headers: message.properties.headers ?? {}, text, event });
    const does = script.get(`${event.sagahalf} ${event.type.split(".")[1]}`) ?? done(event);
    if (does === "gives back") return channel.nack(message);
    await send(`${service}.${does.type}`, JSON.stringify(toReply(service, event, does)));
    channel.ack(message);
  });
  return { received, script, send, stop: () => connection.close() };
}

function done(event: CloudEvent): Exclude<Does, string> {
  const type = event.sagahalf === "compensation" ? "SagaCompensationCompleted" : "SagaStepCompleted";
  return { type, data: { result: { did: event.type } } };
}

function toReply(service: string, event: CloudEvent, { type, data = {} }: Exclude<Does, string>) {
  return {
    specversion: "1.0",
    id: `${event.id}:reply`,
    source: service,
    type,
    subject: event.subject,
    data: { saga_id: event.subject, step_name: event.sagastep, attempt: event.sagaattempt, ...data },
  };
}
