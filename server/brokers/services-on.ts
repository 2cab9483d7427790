import type { PrismaClient } from "../prisma";

/** The services that are reached over a broker. */
export async function servicesOn(prisma: Pick<PrismaClient, "service">, broker: string): Promise<ReadonlySet<string>> {
  const rows = await prisma.service.findMany({
    where: { transport: { path: ["broker"], equals: broker } },
    select: { name: true },
  });
  return new Set(rows.map(({ name }) => name));
}
