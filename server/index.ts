/**
 * The process: what starts in which order, and how it stops. Environment, database, orchestrator, API, sockets, pages;
 * and in reverse: no new work, sockets told, runs put down, connections closed.
 */

import { createApi } from "./api/api";
import { firstStart } from "./auth/first-start";
import { provideIdentify } from "./auth/identify-slot";
import { Brokers } from "./brokers/brokers";
import { startIntake } from "./brokers/intake";
import { createDeps } from "./create-deps";
import { createDefinitionCache } from "./definitions/cache";
import { readEnv } from "./env";
import { createHttpServer, listen, routeUpgrades } from "./http-server";
import { createLog } from "./log";
import { createOrchestrator } from "./orchestrator/client";
import { createReadPool } from "./orchestrator/connection";
import { publicOrigin } from "./origins";
import { createPrisma } from "./prisma";
import { Queues } from "./queues/queues";
import { createRealtime } from "./realtime/io";
import { onStop } from "./stop";
import { systemRoutes } from "./system/routes";

const env = readEnv();
// Pages take the longest to get ready, so they begin first; nothing is served before all is.
const pages = env.role === "worker" ? null : (await import("./pages")).createPages(env);
const pagesReady = pages?.prepare();
pagesReady?.catch(() => {});
const log = createLog(env.logLevel);
const prisma = createPrisma(env.databaseUrl);
let draining = false;
const isDraining = () => draining;

const orchestrator = await createOrchestrator({
  databaseUrl: env.databaseUrl,
  secretKey: env.secretKey,
  log,
  retentionDays: env.retentionDays,
  worker: env.role === "web" ? "none" : "thread",
});
const pool = createReadPool(env.databaseUrl, "saga-studio brokers", 1);
const brokers = new Brokers({ pool, secretKey: env.secretKey, log });
const stops: (() => Promise<unknown>)[] = [
  () => prisma.$disconnect(),
  () => pool.end(),
  () => orchestrator.stop(),
  () => brokers.close(),
];

onStop(log, async () => {
  draining = true;
  for (const stop of stops.splice(0).reverse()) await stop();
});

const { port, setupUrl } = env.role === "worker" ? await startWorker() : await startServer();
const url = env.port === 0 ? `http://localhost:${port}` : publicOrigin(env);
log.info({ role: env.role, port }, "ready");
process.send?.({ type: "ready", url, ...(setupUrl === null ? {} : { setupUrl }) });

/** Pages, API and sockets. */
async function startServer() {
  const queues = new Queues({ url: env.databaseUrl, log });
  stops.push(() => queues.stop());
  const deps = createDeps({ env, log, prisma, orchestrator, brokers, queues, isDraining });
  const link = await firstStart(prisma, env, deps.origin);
  provideIdentify(deps.identify);
  const server = createHttpServer({ api: createApi(deps).fetch, pages });
  const realtime = createRealtime(deps, server);
  routeUpgrades(server, {
    sockets: realtime.upgrade,
    reloading: env.development && pages ? pages.upgrade : null,
  });
  await pagesReady;
  const listening = await listen(server, env);
  const intake = startIntake({ brokers, deps, log });
  stops.push(realtime.stop, listening.stop, intake.stop, async () => queues.drain());
  return { port: listening.port, setupUrl: link };
}

/** Nothing but what machines ask, and what brokers bring. */
async function startWorker() {
  const api = systemRoutes({ prisma, orchestrator, isDraining }).fetch;
  const listening = await listen(createHttpServer({ api, pages: null }), env);
  const deps = { prisma, orchestrator, definitions: createDefinitionCache(prisma) };
  const intake = startIntake({ brokers, deps, log });
  stops.push(listening.stop, intake.stop);
  return { port: listening.port, setupUrl: null };
}
