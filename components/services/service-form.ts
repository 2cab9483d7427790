import type { z } from "zod";
import type { BrokerView } from "@/contract/brokers";
import type { putService, ServiceTransport, ServiceView } from "@/contract/services";

export type TransportKind = ServiceTransport["kind"];

/** A registration as it is typed. */
export type ServiceForm = {
  name: string;
  kind: TransportKind;
  url: string;
  allowPrivateNetwork: boolean;
  broker: string;
  concurrency: string;
  timeout: string;
};

export const kinds: readonly { value: TransportKind; label: string; hint: string }[] = [
  { value: "http", label: "HTTP address", hint: "We call it." },
  { value: "queue", label: "Pulls its work", hint: "It asks us for its commands over HTTP, and needs no address." },
  { value: "nats", label: "NATS", hint: "Its commands go over a NATS JetStream broker." },
  { value: "amqp", label: "AMQP", hint: "Its commands go over an AMQP broker, such as RabbitMQ." },
];

export const needsBroker = (kind: TransportKind) => kind === "nats" || kind === "amqp";

/** The brokers that a service of this kind may be reached over. One that is switched off is there, and says so. */
export function brokerOptions(brokers: readonly BrokerView[], kind: TransportKind) {
  return brokers
    .filter((broker) => broker.kind === kind)
    .map(({ name, enabled }) => ({ value: name, label: name, ...(enabled ? {} : { hint: "switched off" }) }));
}

export function toForm(service: ServiceView | null): ServiceForm {
  const transport = service?.transport;
  return {
    name: service?.name ?? "",
    kind: transport?.kind ?? "http",
    url: transport?.kind === "http" ? transport.url : "",
    allowPrivateNetwork: transport?.kind === "http" && transport.allowPrivateNetwork,
    broker: transport && "broker" in transport ? transport.broker : "",
    concurrency: service ? String(service.concurrency) : "",
    timeout: service?.timeout ?? "",
  };
}

/** What is sent: only what the chosen kind has. */
export function toRequest(form: ServiceForm): z.input<typeof putService> {
  return {
    transport: toTransport(form),
    ...(form.concurrency ? { concurrency: Number(form.concurrency) } : {}),
    ...(form.timeout ? { timeout: form.timeout.trim() } : {}),
  };
}

function toTransport({ kind, url, allowPrivateNetwork, broker }: ServiceForm): ServiceTransport {
  if (kind === "http") return { kind, url: url.trim(), allowPrivateNetwork };
  return kind === "queue" ? { kind } : { kind, broker: broker.trim() };
}

/** How a service fetches its work, to copy. */
export function claimCommand(origin: string, service: string): string {
  return [
    `curl -X POST ${origin}/api/v1/queues/${service}/claim \\`,
    `  -H "Authorization: Bearer $SAGA_KEY" -H 'Content-Type: application/json' \\`,
    `  -d '{ "max": 10, "waitMs": 20000 }'`,
  ].join("\n");
}
