import { Webhook } from "standardwebhooks";
import { newId } from "../uuid";
import type { Answer, TestApi } from "./api";

/** A body as a service sends it: signed with its secret, without a key. Signed by another library than the one that checks. */
export type Signed = { readonly text: string; readonly headers: Record<string, string> };

export function signed(secret: string, body: unknown, { id = newId(), at = new Date() } = {}): Signed {
  const text = JSON.stringify(body);
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, text),
  };
  return { text, headers };
}

/** A service's signing secret: a new one, since nobody is told the old one twice. */
export async function newSecretOf(api: TestApi, service: string): Promise<string> {
  const { body }: Answer = await api.call("admin", "POST", `/services/${service}/secret`);
  return body.secret;
}
