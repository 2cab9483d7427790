import type { Json } from "@/engine";
import { limits } from "@/engine/limits";

/** Escapes of NUL and of surrogates in JSON text. Pairs of surrogates are fine, so a hit is looked at by value. */
const suspicious = /\\u(0000|[dD][89a-fA-F])/;
const loneSurrogate = /\p{Surrogate}/u;

/** Whether PostgreSQL's jsonb can hold a value that arrived as `text`, as it is: 1e400 would become null. */
export function isStorable(value: Json, text: string): boolean {
  return isFiniteWithin(value, limits.depth) && (!suspicious.test(text) || !hasBadString(value));
}

/** A value and its JSON text, with what jsonb refuses replaced by U+FFFD. */
export function toStorable<T>(value: T): { readonly value: T; readonly text: string } {
  const text = JSON.stringify(value);
  if (!suspicious.test(text) || !hasBadString(value as Json)) return { value, text };
  const cleaned = clean(value as Json);
  return { value: cleaned as T, text: JSON.stringify(cleaned) };
}

export function toStorableString(text: string): string {
  return isBad(text) ? Buffer.from(text.replaceAll("\u0000", "\ufffd")).toString() : text;
}

function isBad(text: string): boolean {
  return text.includes("\u0000") || loneSurrogate.test(text);
}

/** Not nested deeper than `depth`, and no number too large for a double. */
function isFiniteWithin(value: Json, depth: number): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isFiniteWithin(inner, depth - 1));
}

function hasBadString(value: Json): boolean {
  if (typeof value === "string") return isBad(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => isBad(key) || hasBadString(inner as Json));
}

function clean(value: Json): Json {
  if (typeof value === "string") return toStorableString(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [toStorableString(key), clean(inner as Json)]));
}
