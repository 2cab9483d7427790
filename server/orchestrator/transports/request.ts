/** How a command becomes an HTTP request (engine.md section 9). */
import { createHmac, hash } from "node:crypto";
import type { InvokeCommand } from "@/engine";
import type { ServiceRegistration } from "../services";
import { toStorableString } from "../storable";

export type HttpRequest = {
  readonly method: string;
  /** Path and query, below the service's own path. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
};

/** What these methods mean is in the path; a body would be dropped or refused on the way. */
const bodiless = new Set(["GET", "HEAD", "DELETE"]);

/** `now`: milliseconds, for the signature. `base`: the path of the service's address, without a slash at its end. */
export function toRequest(
  command: InvokeCommand,
  service: ServiceRegistration,
  base: string,
  now: number,
): HttpRequest {
  const method = command.http?.method ?? "POST";
  const path = base + (command.http ? toPath(command.http.path) : `/${command.command}`);
  const body = bodiless.has(method) ? null : JSON.stringify(command.input ?? null);
  const headers: Record<string, string> = {
    accept: "application/json",
    "user-agent": "saga-studio",
    "idempotency-key": command.key,
    "saga-id": command.run,
    "saga-step": command.step,
    "saga-attempt": String(command.attempt),
    traceparent: traceparent(command),
  };
  if (body !== null) headers["content-type"] = "application/json";
  if (service.secret) Object.assign(headers, signature(command.key, service.secret, body ?? "", now));
  return { method, path, headers, body };
}

/** Only what a request line cannot hold is encoded: the definition's author wrote the rest. */
function toPath(path: string): string {
  const encoded = toStorableString(path).replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  return encoded.startsWith("/") ? encoded : `/${encoded}`;
}

/** One trace a run, one span an attempt; the same after a restart. */
export function traceparent({ run, key, attempt }: Pick<InvokeCommand, "run" | "key" | "attempt">): string {
  const span = hash("sha1", `${key}:${attempt}`).slice(0, 16);
  return `00-${run.replaceAll("-", "")}-${span}-01`;
}

/** Standard Webhooks: the id is the idempotency key, the same on every attempt. */
export function signature(id: string, secret: Buffer, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const mac = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac}` };
}
