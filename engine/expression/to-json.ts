/** CEL results as JSON: what an expression yields goes over the wire and into the log, so it must be storable there. */
import type { Json } from "../json";
import { limits } from "../limits";

export const maxOutputSize = 256 * 1024;
const unstorable = /[\0\p{Surrogate}]/u;

export class NotJson extends Error {}

/** Throws NotJson for what JSON cannot say, and for more than 256 KB of it. */
export function toJson(value: unknown): Json {
  return convert(value, { left: maxOutputSize }, 0);
}

type Room = { left: number };

function convert(value: unknown, room: Room, depth: number): Json {
  if (depth > limits.depth) throw new NotJson(`is nested deeper than ${limits.depth} levels`);
  if (value === null || typeof value === "boolean") return use(value, 5, room);
  if (typeof value === "string") return use(text(value), value.length + 2, room);
  if (typeof value === "number") return use(finite(value), 8, room);
  if (typeof value === "bigint") return use(integer(value), 8, room);
  if (Array.isArray(value)) return use(value, 2, room).map((item) => convert(item, room, depth + 1));
  if (value instanceof Date) return use(value.toISOString(), 26, room);
  if (isDuration(value)) return use(isoDuration(value), 16, room);
  if (isPlain(value)) return use(entries(value, room, depth), 2, room);
  throw new NotJson("is not JSON: a type or bytes cannot be sent");
}

function use<T>(value: T, size: number, room: Room): T {
  room.left -= size;
  if (room.left < 0) throw new NotJson(`is larger than ${maxOutputSize / 1024} KB`);
  return value;
}

/** `Object.fromEntries` defines own properties, so a key named `__proto__` stays data. */
function entries(value: object, room: Room, depth: number): Json {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [use(text(key), key.length + 4, room), convert(item, room, depth + 1)]),
  );
}

function text(value: string): string {
  if (unstorable.test(value)) throw new NotJson("has a character that cannot be stored (NUL or half a surrogate pair)");
  return value;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new NotJson(`is ${value}, which JSON cannot say (division by zero?)`);
  return value === 0 ? 0 : value;
}

function integer(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new NotJson(`is the integer ${value}, too large for JSON without loss`);
  return number;
}

type CelDuration = { readonly seconds: bigint; readonly nanos: number };

function isDuration(value: unknown): value is CelDuration {
  return Object.prototype.toString.call(value) === "[object google.protobuf.Duration]";
}

function isoDuration({ seconds, nanos }: CelDuration): string {
  const total = Number(seconds) + nanos / 1e9;
  return total < 0 ? `-PT${-total}S` : `PT${total}S`;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
