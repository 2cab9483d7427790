/**
 * An event as a message brings it: structured, or in CloudEvents' binary mode, where headers say what has happened and the
 * body is the event's data. Names of headers are in lower case.
 */
import { type CloudEvent, toCloudEvent } from "../events";
import { parseJson } from "../json";
import type { Headers } from "../signature";

export type Brought = { readonly headers: Headers; readonly body: string };

/** HTTP's and NATS' first; AMQP's are text as it is. */
const prefixes = ["ce-", "cloudevents:", "cloudevents_"];
const attributes = ["specversion", "id", "source", "type", "subject", "time"];

/** Null: it is none, or its data is no JSON. */
export function toEvent({ headers, body }: Brought): CloudEvent | null {
  const prefix = prefixIn(headers);
  if (prefix === null) return toCloudEvent(parseJson(body));
  try {
    const said = attributes.map((name) => [name, textOf(prefix, headers[`${prefix}${name}`])]);
    return toCloudEvent({ ...Object.fromEntries(said), data: dataOf({ headers, body }) });
  } catch {
    return null;
  }
}

export function isInBinaryMode(headers: Headers): boolean {
  return prefixIn(headers) !== null;
}

function prefixIn(headers: Headers): string | null {
  if (/^\s*application\/cloudevents/i.test(headers["content-type"] ?? "")) return null;
  const isTelling = (prefix: string) => attributes.slice(0, 4).some((name) => `${prefix}${name}` in headers);
  return prefixes.find(isTelling) ?? null;
}

/** Throws for what is not in UTF-8. */
function textOf(prefix: string, value: string | undefined): string | undefined {
  if (value === undefined || prefix !== "ce-") return value;
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(value.trim()) ?? [];
  return decodeURIComponent(quoted?.replace(/\\(.)/g, "$1") ?? value.trim());
}

/** Throws for what is no JSON. Data of no named kind is. */
function dataOf({ headers, body }: Brought): unknown {
  if (body.trim() === "") return null;
  const type = headers["content-type"] || "application/json";
  if (!/^\s*[^/\s]+\/([^/\s;]+\+)?json\s*(;|$)/i.test(type)) throw new Error(`${type} is no JSON`);
  return JSON.parse(body);
}
