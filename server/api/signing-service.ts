import type { Json } from "@/engine/json";
import { limits } from "@/engine/limits";
import type { SigningService } from "../auth/actor";
import { claimsSignature, isSignedWith, readClaim } from "../auth/webhook-signature";
import type { Deps } from "../deps";
import { BadRequest, Unauthenticated } from "../errors";
import { binaryMode } from "../messages/binary-mode";
import { signingSecretOf } from "../services/signing-secret";
import type { Endpoint, Signer } from "./endpoint";
import { readBytes, toJson } from "./read-body";

/** True when a request is to be known by its signature: it brings one and no key. */
export function isSigned({ headers }: Request): boolean {
  return claimsSignature(headers) && !headers.has("authorization");
}

type Signed = Pick<Endpoint, "limit" | "format"> & {
  readonly signer: Signer;
  /** Of the address. */
  readonly params: Readonly<Record<string, string>>;
};

/**
 * The service that signed a request, and the body, which has to be read for that; 401 for all else. Whether there is no such
 * run, step, service or secret, or the secret is another one: whoever cannot sign is told the same.
 */
export async function signingService(
  deps: Deps,
  request: Request,
  { signer, params, limit = limits.body, format = "json" }: Signed,
): Promise<{ readonly caller: SigningService; readonly sent: Json }> {
  if (format === "cloudevents" && binaryMode(request.headers) !== null) throw signedHeaders();
  const claim = readClaim(request.headers, Date.now());
  if (typeof claim === "string") throw new Unauthenticated(claim);
  const bytes = await readBytes(request, limit);
  const sent = toJson(bytes, request.headers, format);
  const service = await signer(deps, sent, params);
  const secret = service === null ? null : await signingSecretOf(deps, service);
  if (service === null || secret === null || !isSignedWith(secret, claim, bytes))
    throw new Unauthenticated("This is not signed with the secret of the service that is called there.");
  return { caller: { via: "signature", service }, sent };
}

/** Whoever overhears a body that is signed could send it with other headers, and it would say something else. */
function signedHeaders(): BadRequest {
  const detail =
    "The signature covers the body only, and this event says in headers what happened. Send it structured, as application/cloudevents+json, or with a key.";
  return new BadRequest("signed_in_binary_mode", detail);
}
