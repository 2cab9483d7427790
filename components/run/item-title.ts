import { isJsonObject, type Json } from "@/engine/json";

const namedBy = ["name", "title", "label", "id", "key", "sku", "code", "email"];
const LONGEST = 40;

/** What an item of a forEach is called: its place in the list, from 0 as in its key, and what tells it from others. */
export function itemTitle(value: Json, item: number): string {
  const name = nameOf(value);
  if (name === null) return `Item ${item}`;
  return `${item} · ${name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name}`;
}

function nameOf(value: Json): string | null {
  if (typeof value === "string" || typeof value === "number") return String(value) || null;
  if (!isJsonObject(value)) return null;
  const fields = Object.entries(value);
  const telling = namedBy.flatMap((name) => fields.filter(([key]) => key === name || key.endsWith(`_${name}`)));
  const text = [...telling, ...fields].map(([, field]) => field).find((field) => typeof field === "string" && field);
  return typeof text === "string" ? text : null;
}
