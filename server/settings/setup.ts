import type { z } from "zod";
import { role } from "@/contract/common";
import type { setup, setupInfo } from "@/contract/people";
import { createPerson, normalEmail, preparePerson } from "../auth/create-person";
import type { Deps } from "../deps";
import { AppError, Conflict, Invalid } from "../errors";
import type { Prisma, SetupLink } from "../generated/prisma/client";
import { sha256 } from "../secrets";
import { audit } from "./audit";

/** For whom a set-up link is. Throws 410 when it is spent, expired or none of ours. */
export async function readSetupLink({ prisma }: Deps, token: string): Promise<z.infer<typeof setupInfo>> {
  const link = await prisma.setupLink.findUnique({ where: { tokenHash: sha256(token) } });
  if (!link || link.usedAt || link.expiresAt.getTime() <= Date.now()) throw dead();
  return { email: link.email, name: link.name, role: role.parse(link.role) };
}

/** Spends a set-up link: makes the person, or sets a known person's new password and ends their sessions. */
export async function finishSetup(deps: Deps, wanted: z.output<typeof setup>): Promise<{ readonly email: string }> {
  const info = await readSetupLink(deps, wanted.token);
  const email = normalEmail(wanted.email);
  if (info.email !== null && info.email !== email)
    throw new Invalid("other_email", "This link is for another e-mail address.", { path: "/email" });
  const prepared = await preparePerson({ ...wanted, email, role: info.role });
  await deps.prisma.$transaction(async (transaction) => {
    const link = await spend(transaction, wanted.token);
    const known = await transaction.user.findUnique({ where: { email } });
    if (link.createdBy === null) await beTheFirst(transaction, known !== null);
    if (known) await setPassword(transaction, known.id, prepared.account.password);
    else await createPerson(transaction, prepared);
    await audit(transaction, { actor: null, action: known ? "person.password" : "person.create", target: email });
  });
  deps.news.emit("access");
  return { email };
}

/** Two who use one link at once: the update lets one through. */
async function spend(transaction: Prisma.TransactionClient, token: string): Promise<SetupLink> {
  const tokenHash = sha256(token);
  const usable = { tokenHash, usedAt: null, expiresAt: { gt: new Date() } };
  const { count } = await transaction.setupLink.updateMany({ where: usable, data: { usedAt: new Date() } });
  if (count !== 1) throw dead();
  return transaction.setupLink.findUniqueOrThrow({ where: { tokenHash } });
}

/** The link printed at start makes the first admin and nobody after that. */
async function beTheFirst(transaction: Prisma.TransactionClient, emailTaken: boolean): Promise<void> {
  await transaction.$executeRaw`select pg_advisory_xact_lock(hashtext('saga-studio.first-admin'))`;
  if ((await transaction.user.count({ where: { role: "admin" } })) > 0) throw dead();
  if (emailTaken) throw new Conflict("email_taken", "This e-mail address is already here.", { path: "/email" });
}

async function setPassword(transaction: Prisma.TransactionClient, userId: string, password: string): Promise<void> {
  await transaction.account.updateMany({ where: { userId, providerId: "credential" }, data: { password } });
  await transaction.session.deleteMany({ where: { userId } });
}

const dead = () =>
  new AppError(410, "setup_link_expired", "This link was used, has expired or is not complete. Ask for a new one.");
