import { randomBytes } from "node:crypto";
import type { Role } from "@/contract/common";
import { paths } from "@/contract/paths";
import type { Prisma } from "../generated/prisma/client";
import { sha256 } from "../secrets";

const lifetimeMs = 24 * 60 * 60 * 1000;

type LinkFor = {
  readonly email: string | null;
  readonly name: string | null;
  readonly role: Role;
  /** Null: the first admin's link, made at start. */
  readonly createdBy: string | null;
};

/** Makes a one-time link; only its hash is kept. */
export async function createSetupLink(
  writer: Pick<Prisma.TransactionClient, "setupLink">,
  origin: string,
  link: LinkFor,
): Promise<{ readonly url: string; readonly expiresAt: Date }> {
  const token = randomBytes(32).toString("base64url");
  const expiresAt = new Date(Date.now() + lifetimeMs);
  await writer.setupLink.create({ data: { ...link, tokenHash: sha256(token), expiresAt } });
  return { url: `${origin}${paths.setup(token)}`, expiresAt };
}
