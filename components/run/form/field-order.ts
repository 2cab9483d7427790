import { isJsonObject, type Json, type JsonObject } from "@/engine/json";

type Order = { readonly [key: string]: Order | readonly string[] };

/**
 * In which order a form shows an object's fields: the required ones as `required` lists them, then the rest. The order
 * of `properties` cannot be relied on, since a stored document does not keep the order of keys.
 */
export function fieldOrder(schema: JsonObject): Order {
  const { properties, required, items } = schema;
  if (isJsonObject(items)) return { items: fieldOrder(items) };
  if (!isJsonObject(properties)) return {};
  const names = Object.keys(properties);
  const first = (Array.isArray(required) ? required : []).filter(
    (name): name is string => typeof name === "string" && names.includes(name),
  );
  const nested = names.flatMap((name): [string, Order][] => {
    const property: Json | undefined = properties[name];
    return isJsonObject(property) ? [[name, fieldOrder(property)]] : [];
  });
  return { ...Object.fromEntries(nested), "ui:order": [...first, "*"] };
}
