/**
 * CloudEvents in binary mode: what an event says of itself stands in headers, and the body is its data. They become the
 * structured events that everything else reads here, for HTTP and for every broker alike.
 */
import { eventAttributes } from "@/contract/events";
import type { Json } from "@/engine/json";
import { checkText } from "../api/inspect";
import { decodeText, parseText } from "../api/parse-json";
import { AppError, BadRequest } from "../errors";

/** How an event's headers begin: in HTTP and NATS `ce-`, in AMQP one of the others. */
const prefixes = ["ce-", "cloudEvents:", "cloudEvents_"] as const;

/** One of these, and it means to be an event in binary mode; an optional one alone may be anybody's. */
const telling = ["specversion", "id", "source", "type"] as const;

/** `given`: all headers, by name in lower case; what AMQP says of a message's content is among them as `content-type`. */
export type BinaryMode = { readonly prefix: (typeof prefixes)[number]; readonly given: ReadonlyMap<string, string> };

/** Null: what comes with these headers is structured, if it is an event. */
export function binaryMode(headers: Iterable<readonly [name: string, value: string]>): BinaryMode | null {
  const given = new Map([...headers].map(([name, value]) => [name.toLowerCase(), value]));
  if (/^\s*application\/cloudevents/i.test(given.get("content-type") ?? "")) return null;
  const prefix = prefixes.find((each) => telling.some((name) => given.has(keyOf(each, name))));
  return prefix === undefined ? null : { prefix, given };
}

/** The same event structured; what it lacks is lacking there too. Throws for a header or data that cannot be read. */
export function toStructured({ given, prefix }: BinaryMode, body: Uint8Array): Json {
  const said = eventAttributes.flatMap((name) => {
    const value = given.get(keyOf(prefix, name));
    return value === undefined ? [] : [[name, textOf(`${prefix}${name}`, value)] as const];
  });
  const text = decodeText(body);
  if (text.trim() === "") return Object.fromEntries(said);
  refuseOtherThanJson(given.get("content-type") ?? given.get(keyOf(prefix, "datacontenttype")));
  return { ...Object.fromEntries(said), data: parseText(text) };
}

/** The same error, which names the header where it named the field. */
export function namingHeader(error: AppError, { prefix }: BinaryMode): AppError {
  const { status, code, message, extra, cause } = error;
  const name = eventAttributes.find((each) => extra.path === `/${each}`);
  if (name === undefined) return error;
  const header = `${prefix}${name}`;
  const detail = message.replace(`Body /${name}:`, `Header ${header}:`);
  return new AppError(status, code, detail, { ...extra, path: header }, { cause });
}

/** Whether a header is one of those that say something of an event. */
export function isOfEvent(header: string): boolean {
  return prefixes.some((prefix) => header.toLowerCase().startsWith(prefix.toLowerCase()));
}

function keyOf(prefix: string, name: string): string {
  return `${prefix}${name}`.toLowerCase();
}

/** AMQP's headers are text as it is; others have room for ASCII only, and so are quoted or percent-encoded. */
function textOf(header: string, value: string): string {
  const text = header.startsWith("ce-") ? decoded(header, unquoted(value.trim())) : value;
  checkText(text, header);
  return text;
}

function unquoted(value: string): string {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(value) ?? [];
  return quoted === undefined ? value : quoted.replace(/\\(.)/g, "$1");
}

function decoded(header: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    const detail = `Header ${header}: a percent sign begins the code of a character in UTF-8; of itself it is %25.`;
    throw new BadRequest("invalid_header", detail, header);
  }
}

/** Data of no named kind is JSON. */
function refuseOtherThanJson(contentType = "application/json"): void {
  const [type = "", ...parameters] = contentType.toLowerCase().split(";");
  const isJson = /^\s*((application|text)\/json|[^/\s]+\/[^/\s]+\+json)\s*$/.test(type);
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith("charset="));
  if (isJson && (charset === undefined || /^charset="?(utf-?8|us-ascii)"?$/.test(charset))) return;
  const detail = `In binary mode the body is the event's data, and has to be JSON in UTF-8; its Content-Type is ${contentType}.`;
  throw new AppError(415, "unsupported_media_type", detail.slice(0, 300), { path: "content-type" });
}
