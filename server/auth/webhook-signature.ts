/**
 * Standard Webhooks signatures on what services send us: `v1,` and the base64 HMAC-SHA256 of `{id}.{timestamp}.{body}`.
 * Nothing in them can make this throw, and signatures are compared in constant time.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { limits } from "@/engine/limits";

/** What the headers say; nothing of it is proven yet. */
export type Claimed = { readonly id: string; readonly timestamp: string; readonly signatures: readonly string[] };

export const signatureHeaders = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;

/** A full stop divides what is signed, so it cannot be in the id. */
const idShape = /^[\x21-\x2d\x2f-\x7e]{1,255}$/;
const secondsShape = /^\d{1,12}$/;

/** True when a request means to be known by its signature. */
export function claimsSignature(headers: Headers): boolean {
  return signatureHeaders.some((name) => headers.has(name));
}

/** What the headers claim at `now` (milliseconds), or what is wrong with them, as a sentence. */
export function readClaim(headers: Headers, now: number): Claimed | string {
  const [id, timestamp, signatures] = signatureHeaders.map((name) => headers.get(name)?.trim() ?? "");
  if (!id || !timestamp || !signatures) return `A signed request has the headers ${signatureHeaders.join(", ")}.`;
  if (!idShape.test(id)) return "webhook-id is 1 to 255 printable ASCII characters without spaces and full stops.";
  if (!secondsShape.test(timestamp)) return "webhook-timestamp is the time in whole seconds since 1970.";
  if (Math.abs(now - Number(timestamp) * 1_000) > limits.signatureTolerance)
    return "webhook-timestamp is more than five minutes off.";
  return { id, timestamp, signatures: signatures.split(/\s+/) };
}

/** Whether one of the signatures is that of `body` under `secret` (`whsec_` and base64). */
export function isSignedWith(secret: string, { id, timestamp, signatures }: Claimed, body: Uint8Array): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length === 0) return false;
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
  const expected = Buffer.from(`v1,${mac}`);
  return signatures.reduce((found, each) => isSame(Buffer.from(each), expected) || found, false);
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
