import { BadRequest } from "./errors";

/** A page's end as text that means nothing to anybody else. */
export function toCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** Throws 400 for anything that `toCursor` with as many parts did not make, or whose parts do not fit `shape`. */
export function fromCursor(cursor: string | undefined, shape: readonly RegExp[]): readonly string[] | null {
  if (cursor === undefined || cursor === "") return null;
  const parts = decode(cursor);
  const fits =
    Array.isArray(parts) &&
    parts.length === shape.length &&
    parts.every((part, index) => typeof part === "string" && shape[index]?.test(part));
  if (!fits) throw new BadRequest("invalid_cursor", "Send the cursor exactly as `next` gave it.", "/cursor");
  return parts as readonly string[];
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}

/** A page of `limit` out of up to `limit + 1` rows, and the cursor of the next. */
export function toPage<T>(rows: readonly T[], limit: number, partsOf: (row: T) => readonly string[]) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? toCursor(partsOf(last)) : null };
}
