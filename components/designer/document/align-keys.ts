import { isJsonObject, type Json } from "@/engine/json";

/**
 * The value with its keys in the order of `like`, where that has them. The database keeps no order of keys, and a diff
 * should show what changed, not what was shuffled.
 */
export function alignKeys<T>(value: T, like: unknown): T {
  return align(value as Json, like as Json) as T;
}

function align(value: Json, like: Json | undefined): Json {
  if (Array.isArray(value)) {
    const items = Array.isArray(like) ? like : [];
    return value.map((item: Json, index) => align(item, partner(item, index, items)));
  }
  if (!isJsonObject(value)) return value;
  const other = isJsonObject(like) ? like : {};
  const keys = [
    ...Object.keys(other).filter((key) => key in value),
    ...Object.keys(value).filter((key) => !(key in other)),
  ];
  return Object.fromEntries(keys.map((key) => [key, align(value[key] ?? null, other[key])]));
}

/** Steps go by their id, other items by their place. */
function partner(item: Json, index: number, items: readonly Json[]): Json | undefined {
  if (!isJsonObject(item) || item.id === undefined) return items[index];
  return items.find((other) => isJsonObject(other) && other.id === item.id);
}
