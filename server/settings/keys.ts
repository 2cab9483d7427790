import type { z } from "zod";
import { role } from "@/contract/common";
import type { ApiKeyView, apiKeyPage, createdKey, createKey } from "@/contract/people";
import { type Actor, actorName, authorise } from "../auth/actor";
import { newApiKey } from "../auth/api-keys";
import { fromCursor, toPage } from "../cursor";
import type { Deps } from "../deps";
import { Invalid, NotFound } from "../errors";
import type { ApiKey } from "../generated/prisma/client";
import { newId, uuidShape } from "../uuid";
import { audit } from "./audit";

type ListQuery = { readonly cursor?: string | undefined; readonly limit: number };

/** Keys that work, newest first, without the keys themselves. */
export async function listKeys({ prisma }: Deps, actor: Actor, query: ListQuery): Promise<z.infer<typeof apiKeyPage>> {
  authorise(actor, "admin");
  const [after] = fromCursor(query.cursor, [uuidShape]) ?? [];
  const rows = await prisma.apiKey.findMany({
    where: { revokedAt: null, ...(after ? { id: { lt: after } } : {}) },
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  return toPage(rows.map(toView), query.limit, (key) => [key.id]);
}

/** Makes a key and answers it this once. */
export async function createApiKey(
  { prisma, keys }: Deps,
  actor: Actor,
  wanted: z.output<typeof createKey>,
): Promise<z.infer<typeof createdKey>> {
  authorise(actor, "admin");
  const expiresAt = wanted.expiresAt === undefined ? null : new Date(wanted.expiresAt);
  if (expiresAt && expiresAt.getTime() <= Date.now())
    throw new Invalid("already_expired", "The key would already have expired.", { path: "/expiresAt" });
  const { service = null } = wanted;
  if (service !== null && !(await prisma.service.findUnique({ where: { name: service } })))
    throw new Invalid("service_not_found", `There is no service ${service}.`, { path: "/service" });
  const { key, prefix, hash } = newApiKey();
  const data = {
    id: newId(),
    name: wanted.name,
    role: wanted.role,
    prefix,
    hash,
    expiresAt,
    createdBy: actorName(actor),
    person: actor.person,
    service,
  };
  const row = await prisma.$transaction(async (transaction) => {
    const detail = { role: wanted.role, prefix, ...(service === null ? {} : { service }) };
    await audit(transaction, { actor, action: "key.create", target: wanted.name, detail });
    return transaction.apiKey.create({ data });
  });
  keys.forget();
  return { ...toView(row), key };
}

/** Ends a key; it is refused from now on here, and within two seconds by other processes. */
export async function revokeApiKey({ prisma, keys, news }: Deps, actor: Actor, id: string): Promise<void> {
  authorise(actor, "admin");
  await prisma.$transaction(async (transaction) => {
    const known = await transaction.apiKey.findUnique({ where: { id } });
    if (!known) throw new NotFound("key_not_found", "There is no such key.");
    if (known.revokedAt) return;
    await transaction.apiKey.update({ where: { id }, data: { revokedAt: new Date() } });
    await audit(transaction, { actor, action: "key.revoke", target: known.name, detail: { prefix: known.prefix } });
  });
  keys.forget();
  news.emit("access");
}

function toView(row: ApiKey): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: role.parse(row.role),
    service: row.service,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
