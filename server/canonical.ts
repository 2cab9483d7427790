import { isJsonObject, type Json } from "@/engine/json";
import { sha256 } from "./secrets";

/** JSON text that is the same for values that are equal: keys sorted, no spaces. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical((value as Record<string, Json>)[key] ?? null)}`);
  return `{${entries.join(",")}}`;
}

/** SHA-256 of the canonical text, hex. */
export function canonicalHash(value: Json): string {
  return sha256(canonical(value));
}
