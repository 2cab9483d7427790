import { isJsonObject, type Json } from "@/engine/json";

/** One difference between two JSON values; `before` or `after` undefined: it was not there, or is not there any more. */
export type JsonChange = {
  /** `items › 0 › price`; empty for the value as a whole. */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
};

/** What changed from one value to another, place by place, in the order of the fields. */
export function diffJson(before: Json | undefined, after: Json | undefined): readonly JsonChange[] {
  return diffAt([], before, after);
}

function diffAt(path: readonly string[], before: Json | undefined, after: Json | undefined): JsonChange[] {
  const [a, b] = [entriesOf(before), entriesOf(after)];
  if (a === null || b === null || Array.isArray(before) !== Array.isArray(after)) {
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    return [{ path: path.join(" › "), before, after }];
  }
  const keys = new Set([...a.keys(), ...b.keys()]);
  return [...keys].flatMap((key) => diffAt([...path, key], a.get(key), b.get(key)));
}

function entriesOf(value: Json | undefined): ReadonlyMap<string, Json> | null {
  if (Array.isArray(value)) return new Map(value.map((one: Json, index) => [String(index), one]));
  return isJsonObject(value) ? new Map(Object.entries(value)) : null;
}
