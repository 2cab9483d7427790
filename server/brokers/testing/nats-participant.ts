import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, headers } from "@nats-io/transport-node";
import { commandsStream } from "../nats/names";
import { provision, provisionService } from "../nats/provision";

// biome-ignore lint/suspicious/noExplicitAny: tests read commands as they come, and assert what they are
type CloudEvent = any;

/** What a participant sees of a command. */
export type Received = {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly event: CloudEvent;
};

/** What it says: the type of its reply, and data beside `saga_id` and `step_name`; null: nothing. */
export type Said = { readonly type: string; readonly data?: object } | null;

/** A service at the other end of a NATS server, written without any of the product's own code but the names of streams. */
export type NatsParticipant = {
  readonly received: Received[];
  /** By `half Command`; what is not said is done. */
  readonly script: Map<string, Said>;
  readonly send: (subject: string, body: string | Uint8Array, id?: string) => Promise<void>;
  /** An event in binary mode, or whatever else these headers make of it. */
  readonly sendWith: (headers: Readonly<Record<string, string>>, subject: string, body: string) => Promise<void>;
  readonly reply: (to: Received, said: Exclude<Said, null>, id?: string) => Promise<void>;
  readonly deleteStream: (name: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export async function startNatsParticipant(url: string, service: string): Promise<NatsParticipant> {
  const nc = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  const client = jetstream(nc);
  const manager = await jetstreamManager(nc);
  await provision(manager);
  await provisionService(manager, service);
  const received: Received[] = [];
  const script = new Map<string, Said>();
  const send: NatsParticipant["send"] = async (subject, body, id) => {
    const kind = headers();
    kind.set("content-type", "application/cloudevents+json");
    await client.publish(subject, body, { headers: kind, ...(id === undefined ? {} : { msgID: id }) });
  };
  const sendWith: NatsParticipant["sendWith"] = async (given, subject, body) => {
    const said = headers();
    for (const [name, value] of Object.entries(given)) said.set(name, value);
    await client.publish(subject, body, { headers: said });
  };
  const reply: NatsParticipant["reply"] = ({ event }, { type, data = {} }, id) =>
    send(`saga.events.${service}.${type}`, JSON.stringify(toReply({ service, event, type, data, id })));
  const consumer = await client.consumers.get(commandsStream, service);
  const messages = await consumer.consume();
  const working = (async () => {
    for await (const message of messages) {
      const event = message.json<CloudEvent>();
      const seen = Object.fromEntries([...(message.headers ?? [])].map(([name, [value = ""]]) => [name, value]));
      const command = { headers: seen, text: message.string(), event };
      received.push(command);
      const name = `${event.sagahalf} ${event.type.split(".")[1]}`;
      const said = script.has(name) ? script.get(name) : done(event);
      if (said) await reply(command, said);
      message.ack();
    }
  })();
  return {
    received,
    script,
    send,
    sendWith,
    reply,
    deleteStream: async (name) => void (await manager.streams.delete(name)),
    stop: async () => {
      await messages.close();
      await working;
      await nc.close();
    },
  };
}

function done(event: CloudEvent): Said {
  const type = event.sagahalf === "compensation" ? "SagaCompensationCompleted" : "SagaStepCompleted";
  return { type, data: { result: { did: event.type } } };
}

type ToReply = {
  readonly service: string;
  readonly event: CloudEvent;
  readonly type: string;
  readonly data: object;
  readonly id: string | undefined;
};

function toReply({ service, event, type, data, id }: ToReply) {
  return {
    specversion: "1.0",
    id: id ?? `${event.id}:reply`,
    source: service,
    type,
    subject: event.subject,
    data: { saga_id: event.subject, step_name: event.sagastep, attempt: event.sagaattempt, ...data },
  };
}
