import type { z } from "zod";
import type { SubscriptionTarget, subscriptionTested } from "@/contract/subscriptions";
import { limits } from "@/engine/limits";
import { type Actor, authorise } from "../auth/actor";
import type { Deps } from "../deps";
import { Sender, type Sending } from "../orchestrator/deliveries/sender";
import { toEntry } from "../orchestrator/deliveries/to-entry";
import { testEvent } from "../orchestrator/events-out";
import { toSigningKey } from "../orchestrator/subscriptions";
import { open, subscriptionSecretContext } from "../secrets";
import { audit } from "../settings/audit";
import { newId } from "../uuid";
import { findSubscription } from "./subscriptions";

/** Sends an event that tells of nothing, once and now, and answers what came back; it is no delivery. */
export async function testSubscription(
  deps: Deps,
  actor: Actor,
  id: string,
): Promise<z.infer<typeof subscriptionTested>> {
  authorise(actor, "admin");
  const row = await findSubscription(deps, id);
  await audit(deps.prisma, { actor, action: "subscription.test", target: row.name });
  const key = row.secret && toSigningKey(open(deps.env.secretKey, subscriptionSecretContext(id), row.secret));
  const to: Sending = { id, target: row.target as SubscriptionTarget, secret: key };
  const at = Date.now();
  const event = testEvent(newId(), at, row.name);
  const sender = new Sender((name) => deps.brokers.find(name), 1);
  try {
    const begunAt = performance.now();
    const attempt = await sender.send(to, JSON.stringify(event), limits.deliveryTimeout);
    return { ok: attempt.kind === "taken", event, attempt: toEntry(attempt, at, performance.now() - begunAt) };
  } finally {
    await sender.close();
  }
}
