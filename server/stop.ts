import type { Logger } from "./log";

/** A stop that takes longer than this is given up: whoever started us will not wait much longer. */
const patienceMs = 29_000;

/** Stops once, on the first signal or when the parent goes away; a second signal ends the process at once. */
export function onStop(log: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  const begin = async (why: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ why }, "stopping");
    setTimeout(() => process.exit(1), patienceMs).unref();
    try {
      await stop();
      process.exit(0);
    } catch (error) {
      log.error({ err: error }, "could not stop cleanly");
      process.exit(1);
    }
  };
  process.on("SIGTERM", () => void begin("SIGTERM"));
  process.on("SIGINT", () => void begin("SIGINT"));
  process.on("disconnect", () => void begin("the parent is gone"));
  process.on("unhandledRejection", (error) => log.error({ err: error }, "a promise was rejected and nobody listened"));
}
