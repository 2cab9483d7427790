import { limits } from "@/engine/limits";
import type { Actor } from "../auth/actor";
import { BadRequest } from "../errors";

const printable = new RegExp(`^[\\x20-\\x7e]{1,${limits.key}}$`);

/** The header's key, good for this actor and this scope only; null: none was sent. */
export function scopedKey(headers: Headers, actor: Actor, scope: string): string | null {
  const key = headers.get("idempotency-key");
  if (key === null) return null;
  if (!printable.test(key))
    throw new BadRequest(
      "invalid_idempotency_key",
      `Idempotency-Key is 1 to ${limits.key} printable ASCII characters.`,
    );
  return `${scope}:${actor.via}:${actor.id}:${key}`;
}
