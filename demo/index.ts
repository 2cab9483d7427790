/** The demo shop as a process: participants with failure switches, for a first look at a saga. Never for production. */
import { readEnv } from "./env";
import { startShop } from "./server";

const report = (error: unknown) => {
  process.stderr.write(`demo shop: ${error instanceof Error ? error.message : String(error)}\n`);
};

try {
  const env = readEnv(process.env);
  const shop = await startShop({
    databaseUrl: env.DATABASE_URL,
    port: env.DEMO_PORT,
    studio: env.DEMO_STUDIO_URL,
    secretOf: () => env.DEMO_SECRET,
    lines: { pulls: true, natsUrl: env.DEMO_NATS_URL ?? null, amqpUrl: env.DEMO_AMQP_URL ?? null },
    onError: report,
  });
  const stop = () => shop.stop().then(() => process.exit(0));
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // The parent is gone: nobody is left who would stop this process.
  process.on("disconnect", stop);
  process.send?.({ type: "ready", url: shop.url });
} catch (error) {
  report(error);
  process.exit(1);
}
