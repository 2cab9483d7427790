/** All that ROLE=worker does, in a process of its own, for tests that kill it. Argument: the database's address. */
import { createDefinitionCache } from "../../../definitions/cache";
import { createLog } from "../../../log";
import { createOrchestrator } from "../../../orchestrator/client";
import { createReadPool } from "../../../orchestrator/connection";
import { testSecretKey as secretKey } from "../../../orchestrator/testing/fixtures";
import { createPrisma } from "../../../prisma";
import { Brokers } from "../../brokers";
import { startIntake } from "../../intake";

const [databaseUrl = ""] = process.argv.slice(2);
const log = createLog("fatal");
const prisma = createPrisma(databaseUrl);
const orchestrator = await createOrchestrator({ databaseUrl, secretKey, log, worker: "inline" });
const brokers = new Brokers({ pool: createReadPool(databaseUrl, "saga-studio brokers", 1), secretKey, log });
startIntake({ brokers, deps: { prisma, orchestrator, definitions: createDefinitionCache(prisma) }, log });
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
