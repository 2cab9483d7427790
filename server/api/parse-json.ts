import type { Json } from "@/engine/json";
import { BadRequest } from "../errors";
import { inspect } from "./inspect";

/** JSON that comes as nothing but bytes; throws 400 for what is none, or cannot be stored and given back unchanged. */
export function parseJson(bytes: Uint8Array): Json {
  return parseText(decodeText(bytes));
}

/** The text of bytes; throws 400 where they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BadRequest("invalid_utf8", "The body is not UTF-8.");
  }
}

export function parseText(text: string): Json {
  return inspect(parse(text));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequest("invalid_json", `The body is not JSON: ${(error as Error).message}`.slice(0, 300));
  }
}
