import type { z } from "zod";
import type {
  changeSubscription as changeShape,
  createSubscription as createShape,
  SubscriptionTarget,
  SubscriptionView,
  subscriptionPage,
  subscriptionSaved,
} from "@/contract/subscriptions";
import { limits } from "@/engine/limits";
import { type Actor, actorName, authorise } from "../auth/actor";
import { fromCursor, toPage } from "../cursor";
import type { Deps } from "../deps";
import { Conflict, NotFound } from "../errors";
import type { Prisma, Subscription } from "../generated/prisma/client";
import { newSigningSecret, seal, subscriptionSecretContext } from "../secrets";
import { audit } from "../settings/audit";
import { newId, uuidShape } from "../uuid";
import { checkTarget } from "./check-target";
import { toViews } from "./to-view";

type ListQuery = { readonly cursor?: string | undefined; readonly limit: number };
type Saved = z.infer<typeof subscriptionSaved>;

/** Who is told of runs, oldest first. */
export async function listSubscriptions(
  deps: Deps,
  actor: Actor,
  query: ListQuery,
): Promise<z.infer<typeof subscriptionPage>> {
  authorise(actor, "viewer");
  const [after] = fromCursor(query.cursor, [uuidShape]) ?? [];
  const rows = await deps.prisma.subscription.findMany({
    ...(after ? { where: { id: { gt: after } } } : {}),
    orderBy: { id: "asc" },
    take: query.limit + 1,
  });
  return toPage(await toViews(deps, actor.role, rows), query.limit, ({ id }) => [id]);
}

export async function readSubscription(deps: Deps, actor: Actor, id: string): Promise<SubscriptionView> {
  authorise(actor, "viewer");
  return toOne(deps, actor, await findSubscription(deps, id));
}

/** Makes a subscription; a webhook's signing secret is answered this once. It is told of what happens from now on. */
export async function createSubscription(
  deps: Deps,
  actor: Actor,
  wanted: z.output<typeof createShape>,
): Promise<Saved> {
  authorise(actor, "admin");
  await checkTarget(deps, wanted.target);
  const id = newId();
  const secret = secretFor(wanted.target);
  const row = await deps.prisma.$transaction(async (transaction) => {
    await lock(transaction);
    if ((await transaction.subscription.count()) >= limits.subscriptions)
      throw new Conflict("too_many_subscriptions", `There can be ${limits.subscriptions} subscriptions.`);
    await checkName(transaction, wanted.name, id);
    await audit(transaction, { actor, action: "subscription.create", target: wanted.name, detail: { ...wanted } });
    const data = { ...wanted, ...sealed(deps, id, secret), createdBy: actorName(actor) };
    return transaction.subscription.create({ data: { id, ...data } });
  });
  deps.orchestrator.subscriptionsChanged();
  return { ...(await toOne(deps, actor, row)), ...(secret === null ? {} : { secret }) };
}

/** Changes what is given. Taken up again, a subscription begins with a clean slate; what was not sent meanwhile stays so. */
export async function changeSubscription(
  deps: Deps,
  actor: Actor,
  id: string,
  wanted: z.output<typeof changeShape>,
): Promise<Saved> {
  authorise(actor, "admin");
  const known = await findSubscription(deps, id);
  const fields = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  if (wanted.target) await checkTarget(deps, wanted.target);
  // A webhook that was a broker until now has no secret yet.
  const secret = wanted.target && known.secret === null ? secretFor(wanted.target) : null;
  const row = await deps.prisma.$transaction(async (transaction) => {
    await lock(transaction);
    if (wanted.name !== undefined) await checkName(transaction, wanted.name, id);
    await audit(transaction, { actor, action: "subscription.change", target: known.name, detail: fields as never });
    const data = {
      ...fields,
      // What failed at the old address says nothing of the new one.
      ...(wanted.target ? { failingSince: null } : {}),
      ...stateOf(known, wanted, actor),
      ...sealed(deps, id, secret),
    };
    return transaction.subscription.update({ where: { id }, data });
  });
  deps.orchestrator.subscriptionsChanged();
  return { ...(await toOne(deps, actor, row)), ...(secret === null ? {} : { secret }) };
}

/** Replaces the signing secret and answers the new one this once. */
export async function rotateSubscriptionSecret(deps: Deps, actor: Actor, id: string): Promise<Saved> {
  authorise(actor, "admin");
  const { name, target } = await findSubscription(deps, id);
  const secret = secretFor(target as SubscriptionTarget);
  if (secret === null) throw new Conflict("not_signed", "What goes to a broker is not signed.");
  const row = await deps.prisma.$transaction(async (transaction) => {
    await audit(transaction, { actor, action: "subscription.rotate_secret", target: name });
    return transaction.subscription.update({ where: { id }, data: sealed(deps, id, secret) });
  });
  deps.orchestrator.subscriptionsChanged();
  return { ...(await toOne(deps, actor, row)), secret };
}

/** Takes a subscription out; what waits for it is not sent. */
export async function deleteSubscription(deps: Deps, actor: Actor, id: string): Promise<void> {
  authorise(actor, "admin");
  const { name } = await findSubscription(deps, id);
  await deps.prisma.$transaction(async (transaction) => {
    await transaction.subscription.deleteMany({ where: { id } });
    await audit(transaction, { actor, action: "subscription.delete", target: name });
  });
  deps.orchestrator.subscriptionsChanged();
}

export async function findSubscription({ prisma }: Pick<Deps, "prisma">, id: string): Promise<Subscription> {
  const row = uuidShape.test(id) ? await prisma.subscription.findUnique({ where: { id } }) : null;
  if (!row) throw new NotFound("subscription_not_found", `There is no subscription ${id}.`);
  return row;
}

async function toOne(deps: Deps, actor: Actor, row: Subscription): Promise<SubscriptionView> {
  const [view] = await toViews(deps, actor.role, [row]);
  if (!view) throw new Error("One row is one view");
  return view;
}

/** One change at a time: names and their number are looked at before they are written. */
async function lock(transaction: Prisma.TransactionClient): Promise<void> {
  await transaction.$executeRaw`select pg_advisory_xact_lock(hashtextextended('subscription', 0))`;
}

async function checkName(transaction: Prisma.TransactionClient, name: string, id: string): Promise<void> {
  const known = await transaction.subscription.findUnique({ where: { name } });
  if (known && known.id !== id) throw new Conflict("name_taken", `There is a subscription ${name} already.`);
}

function secretFor(target: SubscriptionTarget): string | null {
  return target.kind === "webhook" ? newSigningSecret() : null;
}

function sealed({ env }: Deps, id: string, secret: string | null) {
  return secret === null ? {} : { secret: seal(env.secretKey, subscriptionSecretContext(id), secret) };
}

/** On and off, and what follows from it. */
function stateOf(known: Subscription, { enabled }: z.output<typeof changeShape>, actor: Actor) {
  if (enabled === undefined || enabled === known.enabled) return {};
  if (enabled) return { disabledReason: null, failingSince: null };
  return { disabledReason: `Switched off by ${actorName(actor)}` };
}
