import type { Env } from "../env";
import type { PrismaClient } from "../prisma";
import { sha256 } from "../secrets";
import { audit } from "../settings/audit";
import { newId } from "../uuid";
import { actorName } from "./actor";
import { prefixOf } from "./api-keys";
import { createPerson, normalEmail, preparePerson } from "./create-person";
import { createSetupLink } from "./setup-link";

/**
 * Makes the admin and the key that the environment names, where they are not there yet: what people changed since stays.
 * Answers the one-time link to print while there is no admin at all, else null.
 */
export async function firstStart(prisma: PrismaClient, env: Env, origin: string): Promise<string | null> {
  if (env.admin) await ensureAdmin(prisma, env.admin);
  if (env.adminApiKey) await ensureKey(prisma, env.adminApiKey);
  if ((await prisma.user.count({ where: { role: "admin" } })) > 0) return null;
  return prisma.$transaction(async (transaction) => {
    await transaction.setupLink.deleteMany({ where: { createdBy: null, usedAt: null } });
    const link = { email: null, name: null, role: "admin", createdBy: null } as const;
    return (await createSetupLink(transaction, origin, link)).url;
  });
}

async function ensureAdmin(prisma: PrismaClient, admin: { email: string; password: string }): Promise<void> {
  const email = normalEmail(admin.email);
  if (await prisma.user.findUnique({ where: { email } })) return;
  const prepared = await preparePerson({ name: "Admin", email, role: "admin", password: admin.password });
  await ignoringTwins(
    prisma.$transaction(async (transaction) => {
      await createPerson(transaction, prepared);
      await audit(transaction, { actor: null, action: "person.create", target: email });
    }),
  );
}

async function ensureKey(prisma: PrismaClient, key: string): Promise<void> {
  const hash = sha256(key);
  if (await prisma.apiKey.findUnique({ where: { hash } })) return;
  const name = "Installation";
  const data = { id: newId(), name, prefix: prefixOf(key), hash, role: "admin", createdBy: actorName(null) };
  await ignoringTwins(
    prisma.$transaction(async (transaction) => {
      await transaction.apiKey.create({ data });
      await audit(transaction, { actor: null, action: "key.create", target: name });
    }),
  );
}

/** Two processes that start at once both try; the second finds it done. */
async function ignoringTwins(work: Promise<unknown>): Promise<void> {
  await work.catch((error: { code?: string }) => {
    if (error.code !== "P2002") throw error;
  });
}
