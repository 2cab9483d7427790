/** All that ROLE=web does but pages and sockets, in a process of its own, for tests that kill it. Arguments: database, port. */
import { createApi } from "../../../api/api";
import { createDeps } from "../../../create-deps";
import { parseEnv } from "../../../env";
import { createHttpServer, listen } from "../../../http-server";
import { createLog } from "../../../log";
import { createOrchestrator } from "../../../orchestrator/client";
import { createReadPool } from "../../../orchestrator/connection";
import { testSecretKey as secretKey } from "../../../orchestrator/testing/fixtures";
import { createPrisma } from "../../../prisma";
import { Queues } from "../../../queues/queues";
import { Brokers } from "../../brokers";
import { startIntake } from "../../intake";

const [databaseUrl = "", port = ""] = process.argv.slice(2);
const secrets = { SECRET_KEY: secretKey, AUTH_SECRET: secretKey };
const env = parseEnv({ NODE_ENV: "test", DATABASE_URL: databaseUrl, PORT: port, ...secrets });
const log = createLog("fatal");
const prisma = createPrisma(databaseUrl);
const orchestrator = await createOrchestrator({ databaseUrl, secretKey, log, worker: "none" });
const brokers = new Brokers({ pool: createReadPool(databaseUrl, "saga-studio brokers", 1), secretKey, log });
const queues = new Queues({ url: databaseUrl, log });
const deps = createDeps({ env, log, prisma, orchestrator, brokers, queues, isDraining: () => false });
startIntake({ brokers, deps, log });
await listen(createHttpServer({ api: createApi(deps).fetch, pages: null }), env);
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
