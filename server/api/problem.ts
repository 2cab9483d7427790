import { STATUS_CODES } from "node:http";
import type { Logger } from "pino";
import { isDatabaseAway } from "../database-away";
import { AppError, Unavailable } from "../errors";

const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };

/** An error as RFC 9457 problem+json. */
export function toProblem(error: AppError): Response {
  const { retryAfterSeconds, ...extra } = error.extra;
  const { status, code } = error;
  const title = titles[code] ?? STATUS_CODES[status] ?? "Error";
  const body = { type: `urn:saga-studio:problem:${code}`, code, title, status, detail: error.message, ...extra };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      ...headers,
      ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
      ...(status === 401 ? { "www-authenticate": 'Bearer realm="saga-studio"' } : {}),
    },
  });
}

const titles: Readonly<Record<string, string>> = {
  unauthenticated: "Sign in first",
  role_needed: "Not allowed",
  foreign_origin: "Foreign origin",
  invalid_definition: "The definition has errors",
  invalid_data: "The data does not fit",
  draft_conflict: "Somebody saved before you",
  key_reused: "Idempotency-Key used before",
  unavailable: "Unavailable for a moment",
  internal: "Something went wrong",
};

/** Whatever was thrown, as an AppError; bugs are logged whole and answered with nothing but a code. */
export function toAppError(error: unknown, log: Logger): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseAway(error)) {
    log.warn({ err: error }, "the database did not answer");
    return new Unavailable("The database does not answer. Try again with the same Idempotency-Key.", { cause: error });
  }
  log.error({ err: error }, "unexpected error");
  return new AppError(500, "internal", "An unexpected error was logged.", {}, { cause: error });
}
