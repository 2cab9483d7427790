/** Standard Webhooks, both ways. */
import { randomUUID, timingSafeEqual } from "node:crypto";
import { Webhook } from "standardwebhooks";

/** One secret, or while it is being changed the new and the old one: what is signed is signed with the first. */
export type Secret = string | readonly string[];

export type Headers = Readonly<Record<string, string | undefined>>;

/** How far the time of a request may be off: clocks differ, and what was overheard must not be good for long. */
const toleranceMs = 5 * 60_000;

/**
 * Whether it was signed with one of the secrets; anything that is missing means no. What waits with a broker may be days
 * old (`anyAge`): there the remembered key is what keeps a second delivery from having a second effect.
 */
export function isSigned(secret: Secret, body: string, headers: Headers, { anyAge = false } = {}): boolean {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (!id || !signatures || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false;
  const at = new Date(Number(timestamp) * 1000);
  if (!anyAge && Math.abs(Date.now() - at.getTime()) > toleranceMs) return false;
  const expected = listOf(secret).map((one) => new Webhook(one).sign(id, at, body));
  return signatures.split(" ").some((told) => expected.some((one) => isSame(told, one)));
}

/** Headers for what is sent; none where there is no secret. */
export function sign(secret: Secret | null, body: string, id: string = randomUUID()): Record<string, string> {
  const [current] = listOf(secret ?? []);
  if (current === undefined) return {};
  const at = new Date();
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(current).sign(id, at, body),
  };
}

/** Throws when one could sign nothing: with an empty secret nobody must start, and believe that calls are checked. */
export function checkSecret(secret: Secret): void {
  if (listOf(secret).length === 0) throw new Error("A list of secrets must hold at least one");
  for (const one of listOf(secret)) new Webhook(one);
}

function listOf(secret: Secret): readonly string[] {
  return typeof secret === "string" ? [secret] : secret;
}

function isSame(told: string, expected: string): boolean {
  const [one, other] = [Buffer.from(told), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
