import type { ConsumeMessage } from "amqplib";
import type { Incoming } from "../link";

/** RabbitMQ counts how often a quorum queue has handed a message out before; `failures` came after that. */
export function toIncoming({ fields, properties, content }: ConsumeMessage, failures: number): Incoming {
  const given = Object.entries(properties.headers ?? {});
  const headers: Record<string, string> = {};
  for (const [name, value] of given) headers[name] = typeof value === "string" ? value : JSON.stringify(value ?? null);
  const before = Number(properties.headers?.["x-delivery-count"] ?? 0);
  return { address: fields.routingKey, headers, body: content, deliveries: before + failures + 1 };
}
