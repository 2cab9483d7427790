import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/prisma/client";

export type { PrismaClient };

/**
 * Prisma's own pool, apart from the orchestrator's connections; a statement that takes longer than 10 s is given up. So is
 * one that a server which is silently gone never answers, a little later.
 */
export function createPrisma(url: string): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    query_timeout: 12_000,
    keepAlive: true,
    options: "-c statement_timeout=10000 -c idle_in_transaction_session_timeout=15000",
    application_name: "saga-studio",
  });
  return new PrismaClient({ adapter });
}
