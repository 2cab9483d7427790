import { randomBytes } from "node:crypto";
import { role } from "@/contract/common";
import type { PrismaClient } from "../prisma";
import { sha256 } from "../secrets";
import type { Actor } from "./actor";

/** A key just looked up is believed this long, so a key revoked by another process dies within it. */
const believedMs = 2_000;
const seenEveryMs = 60_000;
const mostRemembered = 10_000;

type Believed = { readonly actor: Actor | null; readonly until: number };

/** Looks API keys up by their hash. */
export type ApiKeys = {
  readonly actorOf: (key: string) => Promise<Actor | null>;
  /** Forgets what was believed: call after any change to a key. */
  readonly forget: () => void;
};

export function createApiKeys(prisma: PrismaClient, now: () => number = Date.now): ApiKeys {
  const believed = new Map<string, Believed>();
  return {
    forget: () => believed.clear(),
    async actorOf(key) {
      if (key.length < 24 || key.length > 200) return null;
      const hash = sha256(key);
      const known = believed.get(hash);
      if (known && known.until > now()) return known.actor;
      const actor = await find(prisma, hash, now());
      if (believed.size >= mostRemembered) believed.clear();
      believed.set(hash, { actor, until: now() + believedMs });
      return actor;
    },
  };
}

async function find(prisma: PrismaClient, hash: string, at: number): Promise<Actor | null> {
  const row = await prisma.apiKey.findUnique({ where: { hash } });
  if (!row || row.revokedAt || (row.expiresAt && row.expiresAt.getTime() <= at)) return null;
  if (!row.lastUsedAt || row.lastUsedAt.getTime() < at - seenEveryMs)
    await prisma.apiKey.update({ where: { id: row.id }, data: { lastUsedAt: new Date(at) } });
  const { id, name, person, service } = row;
  const actor: Actor = { id, name, email: null, role: role.parse(row.role), via: "key", person };
  return service === null ? actor : { ...actor, service };
}

/** 256 random bits, with a prefix by which secret scanners know it. */
export function newApiKey(): { readonly key: string; readonly prefix: string; readonly hash: string } {
  const key = `sk_${randomBytes(32).toString("base64url")}`;
  return { key, prefix: prefixOf(key), hash: sha256(key) };
}

export function prefixOf(key: string): string {
  return key.slice(0, 8);
}
