export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json | undefined };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that says something; null for anything else. */
export function textAt(value: unknown, name: string): string | null {
  const text = isJsonObject(value) ? value[name] : undefined;
  return typeof text === "string" && text !== "" ? text : null;
}

/** A whole number from `least` on; null for anything else. */
export function countAt(value: unknown, name: string, least: number): number | null {
  const count = isJsonObject(value) ? value[name] : undefined;
  return typeof count === "number" && Number.isSafeInteger(count) && count >= least ? count : null;
}

/** Null: it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
