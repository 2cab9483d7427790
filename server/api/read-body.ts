/** Reads a request's body within limits, before anything is paid for it: size, then text, then JSON, then its shape. */
import type { Json } from "@/engine/json";
import { AppError } from "../errors";
import { binaryMode, toStructured } from "../messages/binary-mode";
import { inspect } from "./inspect";
import { decodeText, parseText } from "./parse-json";
import { parseYaml } from "./parse-yaml";

const kilobyte = 1_024;

/** What a body may be: JSON always; where the route takes them YAML, or CloudEvents by their own media types and in binary mode. */
export type BodyFormat = "json" | "yaml" | "cloudevents";

/** The body's JSON; no body at all is `{}`. YAML text, where the route takes it, is read as `{ document, text }`. */
export async function readBody(
  request: Request,
  { limit, format = "json" }: { readonly limit: number; readonly format?: BodyFormat },
): Promise<Json> {
  return toJson(await readBytes(request, limit), request.headers, format);
}

/** The same of a body that was read already, because somebody signed its bytes. */
export function toJson(bytes: Uint8Array, headers: Headers, format: BodyFormat): Json {
  const mode = format === "cloudevents" ? binaryMode(headers) : null;
  if (mode !== null) {
    refuseEncoded(headers);
    return toStructured(mode, bytes);
  }
  const text = decodeText(bytes);
  if (text.trim() === "") return {};
  const kind = kindOf(headers, format);
  if (kind === "yaml") return { document: inspect(parseYaml(text), "/document"), text: String(inspect(text)) };
  return parseText(text);
}

const yamlTypes = new Set(["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"]);

/** For one, and for many; either is taken for both. */
export const cloudEventTypes = ["application/cloudevents+json", "application/cloudevents-batch+json"];
const expected: Readonly<Record<BodyFormat, string>> = {
  json: "application/json",
  yaml: "application/json or application/yaml",
  cloudevents: "application/json or application/cloudevents+json",
};

function kindOf(headers: Headers, format: BodyFormat): "json" | "yaml" {
  refuseEncoded(headers);
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";");
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith("charset="));
  const known = kindOfType(type.trim(), format);
  if (known && (charset === undefined || /^charset="?utf-?8"?$/.test(charset))) return known;
  throw new AppError(415, "unsupported_media_type", `Content-Type must be ${expected[format]}, in UTF-8.`);
}

function refuseEncoded(headers: Headers): void {
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity")
    throw new AppError(415, "unsupported_encoding", "Send the body as it is, without Content-Encoding.");
}

function kindOfType(type: string, format: BodyFormat): "json" | "yaml" | null {
  if (type === "application/json" || (format === "cloudevents" && cloudEventTypes.includes(type))) return "json";
  return format === "yaml" && yamlTypes.has(type) ? "yaml" : null;
}

export async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > limit) throw tooLarge(limit);
  if (length !== null) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (limit: number) =>
  new AppError(413, "body_too_large", `The body may have at most ${limit / kilobyte} KB.`);
