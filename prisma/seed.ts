/** Run at every start, after the migrations: the demo's sagas and services, unless DEMO=off. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { demoPlan } from "@/demo/where";
import { seedDemo } from "@/server/demo/seed";
import { readEnv } from "@/server/env";
import { createPrisma } from "@/server/prisma";

const env = readEnv();
if (env.demoUrl !== null) {
  const prisma = createPrisma(env.databaseUrl);
  const folder = join(process.cwd(), "demo", "definitions");
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"));
  try {
    const { secretKey, demoUrl, demoSecret, demoNatsUrl, demoAmqpUrl } = env;
    const plan = demoPlan({ natsUrl: demoNatsUrl, amqpUrl: demoAmqpUrl });
    const made = await seedDemo({ prisma, secretKey, demo: { url: demoUrl, secret: demoSecret }, texts, ...plan });
    console.log(made === 0 ? "nothing new" : `${made} new`);
  } finally {
    await prisma.$disconnect();
  }
}
