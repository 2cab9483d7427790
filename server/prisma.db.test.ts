import { expect, test } from "vitest";
import { startDeafProxy } from "./brokers/testing/deaf-proxy";
import { isDatabaseAway } from "./database-away";
import { createPrisma } from "./prisma";
import { createTestDatabase } from "./testing/database";

test("a statement that a server which is silently gone never answers ends, and says that the database is away", async () => {
  const database = await createTestDatabase();
  const url = new URL(database.url);
  const { host, port } = Object.fromEntries(url.searchParams);
  const proxy = await startDeafProxy(host ? `${host}/.s.PGSQL.${port}` : Number(url.port));
  Object.assign(url, { hostname: "127.0.0.1", port: String(proxy.port), search: "" });
  const prisma = createPrisma(url.toString());
  await prisma.service.count();
  proxy.deafen();
  const failed = await prisma.service.count().catch((error: unknown) => error);
  expect(isDatabaseAway(failed)).toBe(true);
  proxy.cut();
  await prisma.service.count();
  await prisma.$disconnect();
  await proxy.stop();
  await database.drop();
}, 30_000);
