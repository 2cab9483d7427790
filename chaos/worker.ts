/** A worker in a process of its own. It starts the runs that it is told to, and answers when their start is committed. */
import { setTimeout as delay } from "node:timers/promises";
import { createLog } from "@/server/log";
import { createOrchestrator, type Orchestrator } from "@/server/orchestrator/client";
import type { FromWorker, ToWorker } from "./messages";

const databaseUrl = process.argv[2] ?? "";

async function join(): Promise<Orchestrator> {
  const options = {
    databaseUrl,
    secretKey: "not a secret: only for this chaos, and long enough",
    log: createLog("warn"),
  };
  for (;;) {
    try {
      return await createOrchestrator({ ...options, worker: "inline" });
    } catch {
      // The database is down: so may it be.
      await delay(200);
    }
  }
}

const orchestrator = await join();
const tell = (message: FromWorker) => process.send?.(message, () => {});

process.on("message", async (message: ToWorker) => {
  if (message.type === "start") {
    const { ticket, request } = message;
    const [answer = null] = await orchestrator.start([request]).catch(() => []);
    tell({ type: "started", ticket, answer });
  } else {
    await orchestrator.stop();
    process.exit(0);
  }
});
process.on("disconnect", () => process.exit(0));
tell({ type: "ready" });
