/** Registering brokers: who may, what is refused, what is kept. */
import type { z } from "zod";
import type { BrokerView, brokerPage, PutBroker } from "@/contract/brokers";
import { limits } from "@/engine/limits";
import { type Actor, actorName, authorise } from "../auth/actor";
import { fromCursor, toPage } from "../cursor";
import type { Deps } from "../deps";
import { BadRequest, Conflict, NotFound } from "../errors";
import { type Broker, Prisma } from "../generated/prisma/client";
import { audit } from "../settings/audit";
import { servicesOn } from "./services-on";
import { checkSettings, credentialsFor } from "./settings";
import { toViews } from "./to-view";

type ListQuery = { readonly cursor?: string | undefined; readonly limit: number };

export const brokerNameShape = new RegExp(`^[A-Za-z][A-Za-z0-9_-]{0,${limits.name - 1}}$`);

/** Registered brokers by name, with how this process stands with each. */
export async function listBrokers(deps: Deps, actor: Actor, query: ListQuery): Promise<z.infer<typeof brokerPage>> {
  authorise(actor, "viewer");
  const [after] = fromCursor(query.cursor, [brokerNameShape]) ?? [];
  const rows = await deps.prisma.broker.findMany({
    ...(after ? { where: { name: { gt: after } } } : {}),
    orderBy: { name: "asc" },
    take: query.limit + 1,
  });
  return toPage(await toViews(deps, rows), query.limit, (broker) => [broker.name]);
}

export async function readBroker(deps: Deps, actor: Actor, name: string): Promise<BrokerView> {
  authorise(actor, "viewer");
  return view(deps, await findBroker(deps, name));
}

/** Registers a broker or changes one. Every process takes it up within two seconds. */
export async function saveBroker(
  deps: Deps,
  actor: Actor,
  name: string,
  wanted: PutBroker,
): Promise<{ readonly created: boolean; readonly broker: BrokerView }> {
  authorise(actor, "admin");
  if (!brokerNameShape.test(name))
    throw new BadRequest(
      "invalid_name",
      `A broker's name is a letter, then letters, digits, _ and -, at most ${limits.name}.`,
    );
  checkSettings(wanted, "");
  const { kind, url, tls, allowPrivateNetwork, enabled } = wanted;
  const { row, created } = await deps.prisma.$transaction(async (transaction) => {
    const known = await transaction.broker.findUnique({ where: { name } });
    if (known && known.kind !== kind) await refuseWhileUsed(transaction, name, "change the kind of");
    const credentials = credentialsFor(deps.env.secretKey, { name, known, wanted, path: "" });
    const plain = { kind, url, allowPrivateNetwork, enabled };
    const fields = { ...plain, credentials, tls: tls ?? Prisma.DbNull };
    const row = await transaction.broker.upsert({
      where: { name },
      create: { name, ...fields, createdBy: actorName(actor) },
      update: fields,
    });
    const after = { ...plain, tls, credentials: wanted.credentials === undefined ? "as before" : "given" };
    await audit(transaction, { actor, action: "broker.put", target: name, detail: { after } });
    return { row, created: known === null };
  });
  deps.brokers.invalidate();
  return { created, broker: await view(deps, row) };
}

/** Takes a broker off the register, unless a service is reached over it or a subscription is told over it. */
export async function deleteBroker(deps: Deps, actor: Actor, name: string): Promise<void> {
  authorise(actor, "admin");
  await findBroker(deps, name);
  await deps.prisma.$transaction(async (transaction) => {
    await refuseWhileUsed(transaction, name, "remove");
    await refuseWhileSubscribed(transaction, name);
    await transaction.broker.deleteMany({ where: { name } });
    await audit(transaction, { actor, action: "broker.delete", target: name });
  });
  deps.brokers.invalidate();
}

export async function findBroker({ prisma }: Pick<Deps, "prisma">, name: string): Promise<Broker> {
  const row = await prisma.broker.findUnique({ where: { name } });
  if (!row) throw new NotFound("broker_not_found", `There is no broker ${name}.`);
  return row;
}

async function refuseWhileUsed(transaction: Prisma.TransactionClient, name: string, what: string): Promise<void> {
  const users = [...(await servicesOn(transaction, name))].sort();
  if (users.length === 0) return;
  const named = users.slice(0, 5).join(", ");
  throw new Conflict(
    "broker_in_use",
    `To ${what} ${name}, move the services that are reached over it first: ${named}.`,
  );
}

async function refuseWhileSubscribed(transaction: Prisma.TransactionClient, name: string): Promise<void> {
  const target = { path: ["broker"], equals: name };
  const told = await transaction.subscription.findFirst({ where: { target }, select: { name: true } });
  if (told) throw new Conflict("broker_in_use", `To remove ${name}, move the subscription ${told.name} first.`);
}

async function view(deps: Deps, row: Broker): Promise<BrokerView> {
  const [shown] = await toViews(deps, [row]);
  if (!shown) throw new Error(`Broker ${row.name} has no view`);
  return shown;
}
