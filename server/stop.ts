import type { Logger } from "./log";

/** What a stop may take. Calls and deliveries under way have `limits.drain` and `limits.deliveryTimeout` beside this. */
export const stopBudget = {
  /** A stop that takes longer is given up: whoever started us will not wait much longer. */
  patience: 29_000,
  /** For answers of the API that are under way. */
  answers: 5_000,
  /** For what is decided to be written, before runs are put down and after it. */
  write: 4_000,
} as const;

/** Stops once, on the first signal or when the parent goes away; a second signal ends the process at once. */
export function onStop(log: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  const begin = async (why: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ why }, "stopping");
    setTimeout(() => process.exit(1), stopBudget.patience).unref();
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
