import { type Logger, pino } from "pino";

export type { Logger };

/** JSON lines on stdout. What may be a secret is left out by its name. */
export function createLog(level: string): Logger {
  return pino({
    level,
    base: null,
    redact: { paths: ["secret", "password", "authorization", "cookie", "*.secret", "*.password"], censor: "[hidden]" },
  });
}
