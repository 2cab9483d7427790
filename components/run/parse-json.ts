import type { Json } from "@/engine/json";

export type ParsedJson = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string };

/** Text as JSON, or what is wrong with it. */
export function parseJson(text: string): ParsedJson {
  if (text.trim() === "") return { ok: false, message: "Write a JSON value; null for none." };
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : "This is not JSON." };
  }
}
