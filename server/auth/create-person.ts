import { randomBytes } from "node:crypto";
import { hashPassword } from "better-auth/crypto";
import type { Role } from "@/contract/common";
import type { Prisma } from "../generated/prisma/client";
import { newId } from "../uuid";

type NewPerson = { readonly name: string; readonly email: string; readonly role: Role; readonly password: string };

/** E-mail addresses are kept and compared in lower case. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Hashes before the transaction begins, since that takes a tenth of a second. */
export async function preparePerson({ name, email, role, password }: NewPerson) {
  const userId = randomBytes(16).toString("hex");
  const user = { id: userId, name, email: normalEmail(email), role, emailVerified: true };
  const account = {
    id: newId(),
    accountId: userId,
    providerId: "credential",
    userId,
    password: await hashPassword(password),
  };
  return { user, account };
}

type Prepared = Awaited<ReturnType<typeof preparePerson>>;

/** Writes a person and their password. */
export async function createPerson(transaction: Prisma.TransactionClient, { user, account }: Prepared): Promise<void> {
  await transaction.user.create({ data: user });
  await transaction.account.create({ data: account });
}
