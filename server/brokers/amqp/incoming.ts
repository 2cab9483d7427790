import { createHash } from "node:crypto";
import type { ConsumeMessage } from "amqplib";
import { isOfEvent } from "../../messages/binary-mode";
import type { Incoming } from "../link";

/**
 * RabbitMQ counts how often a quorum queue has handed a message out before; `failures` came after that. The type of its
 * content, which AMQP keeps elsewhere, is a header like others.
 */
export function toIncoming({ fields, properties, content }: ConsumeMessage, failures: number): Incoming {
  const given = Object.entries(properties.headers ?? {});
  const headers: Record<string, string> = {};
  for (const [name, value] of given) headers[name] = toText(value);
  if (typeof properties.contentType === "string") headers["content-type"] = properties.contentType;
  const before = Number(properties.headers?.["x-delivery-count"] ?? 0);
  const said = { address: fields.routingKey, headers, body: content };
  return { identity: identityOf(properties.messageId, said), ...said, deliveries: before + failures + 1 };
}

/** Its id, if it has one. The broker keeps nobody from giving one id to several: what the message says is part of it. */
function identityOf(id: unknown, { address, headers, body }: Pick<Incoming, "address" | "headers" | "body">) {
  if (typeof id !== "string" || id === "") return null;
  const event = Object.entries(headers).filter(([name]) => isOfEvent(name));
  const hash = createHash("sha256")
    .update(JSON.stringify([address, event]))
    .update(body);
  return `${id} ${hash.digest("base64url")}`;
}

function toText(value: unknown): string {
  if (typeof value === "string") return value;
  return isTime(value) ? new Date(value.value * 1_000).toISOString() : JSON.stringify(value ?? null);
}

/** Of a day that dates can have. */
function isTime(value: unknown): value is { readonly value: number } {
  const { "!": type, value: seconds } = (value ?? {}) as { readonly "!"?: unknown; readonly value?: unknown };
  return type === "timestamp" && typeof seconds === "number" && Math.abs(seconds) <= latestSecond;
}

const latestSecond = 8_640_000_000_000;
