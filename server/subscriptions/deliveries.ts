import type { z } from "zod";
import type { DeliveryAttempt, DeliveryView, deliveryPage, deliveryQuery } from "@/contract/subscriptions";
import { deliveryStatus } from "@/contract/subscriptions";
import { type Actor, authorise } from "../auth/actor";
import { fromCursor, toPage } from "../cursor";
import type { Deps } from "../deps";
import { Conflict, NotFound } from "../errors";
import type { Delivery } from "../generated/prisma/client";
import { audit } from "../settings/audit";
import { uuidShape } from "../uuid";
import { findSubscription } from "./subscriptions";

/** What a subscription was sent or is to be, the newest first. */
export async function listDeliveries(
  deps: Deps,
  actor: Actor,
  id: string,
  query: z.output<typeof deliveryQuery>,
): Promise<z.infer<typeof deliveryPage>> {
  authorise(actor, "viewer");
  await findSubscription(deps, id);
  const [before] = fromCursor(query.cursor, [uuidShape]) ?? [];
  const rows = await deps.prisma.delivery.findMany({
    where: {
      subscription: id,
      ...(query.status === undefined ? {} : { status: query.status }),
      ...(before === undefined ? {} : { id: { lt: before } }),
    },
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  return toPage(rows.map(toView), query.limit, (delivery) => [delivery.id]);
}

/** Sends a delivery again, whatever became of it, with all its attempts before it: the same event, under the same id. */
export async function redeliver(deps: Deps, actor: Actor, id: string): Promise<DeliveryView> {
  authorise(actor, "admin");
  const { prisma } = deps;
  const known = uuidShape.test(id) ? await prisma.delivery.findUnique({ where: { id } }) : null;
  if (!known) throw new NotFound("delivery_not_found", `There is no delivery ${id}; they are kept seven days.`);
  const subscription = await prisma.subscription.findUnique({ where: { id: known.subscription } });
  if (!subscription?.enabled)
    throw new Conflict("subscription_disabled", "Its subscription takes nothing; switch that on first.");
  const row = await prisma.$transaction(async (transaction) => {
    await audit(transaction, { actor, action: "delivery.redeliver", target: subscription.name, detail: { id } });
    const due = { status: "pending", attempts: 0, nextAt: new Date(), deliveredAt: null };
    return transaction.delivery.update({ where: { id }, data: due });
  });
  deps.orchestrator.subscriptionsChanged();
  return toView(row);
}

function toView(row: Delivery): DeliveryView {
  return {
    id: row.id,
    subscription: row.subscription,
    run: row.run,
    seq: row.seq,
    event: JSON.parse(row.event),
    status: deliveryStatus.parse(row.status),
    attempts: row.attempts,
    nextAt: row.status === "pending" ? row.nextAt.toISOString() : null,
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    log: row.log as DeliveryAttempt[],
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
  };
}
