import { isJsonObject, type Json } from "@/engine/json";
import { limits } from "@/engine/limits";
import { BadRequest } from "../errors";

/**
 * The value, if it is JSON that can be stored and given back unchanged; else throws 400 with the path: too deep, a NUL or
 * half a surrogate pair (jsonb refuses both), a number that JavaScript cannot hold, a `__proto__` key.
 */
export function inspect(value: unknown, path = "", depth = 0): Json {
  if (depth > limits.depth) throw new BadRequest("too_deep", `Nested deeper than ${limits.depth} levels.`, path);
  if (typeof value === "string") checkText(value, path);
  else if (typeof value === "number") checkNumber(value, path);
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) inspect(item, `${path}/${index}`, depth + 1);
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      checkText(key, path);
      if (key === "__proto__") throw new BadRequest("forbidden_key", "The key __proto__ is not accepted.", path);
      inspect(value[key], `${path}/${escapePointer(key)}`, depth + 1);
    }
  } else if (value !== null && typeof value !== "boolean") {
    throw new BadRequest("not_json", "This value is not JSON.", path);
  }
  return value as Json;
}

const loneSurrogate = /\p{Surrogate}/u;

/** Throws 400 for text that PostgreSQL does not store. */
export function checkText(text: string, path: string): void {
  if (text.includes("\0")) throw new BadRequest("nul_character", "Text must not contain the NUL character.", path);
  if (loneSurrogate.test(text)) throw new BadRequest("lone_surrogate", "Text contains half of a surrogate pair.", path);
}

function checkNumber(value: number, path: string): void {
  if (!Number.isFinite(value)) throw new BadRequest("number_out_of_range", "The number is too large.", path);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new BadRequest("number_out_of_range", "Integers beyond 2^53 lose digits; send them as text.", path);
}

/** One JSON Pointer token. */
export function escapePointer(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}
