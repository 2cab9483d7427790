import type { ReplyError, ReplyEvent } from "@/contract/messages";
import type { Json } from "@/engine/json";
import type { Outcome } from "@/engine/run/event";
import type { StepError } from "@/engine/run/state";
import { Invalid } from "../errors";

/** Characters of an error that the log keeps, as of one that comes by HTTP. */
const longest = { code: 200, message: 2_000, detail: 16_384 };

const successes: ReadonlySet<ReplyEvent["type"]> = new Set([
  "SagaStepCompleted",
  "SagaCompensationCompleted",
  "SagaProbeCompleted",
]);

/** What a reply says of the half it answers (engine.md F3). Throws 422 where type and data contradict each other. */
export function outcomeOf({ type, data }: ReplyEvent, path: string): Outcome {
  const { error = null, result = null } = data;
  if (successes.has(type)) {
    if (error === null) return { kind: "success", result };
    throw new Invalid("error_with_success", `${type} means success; leave the error out.`, {
      path: `${path}/data/error`,
    });
  }
  if (error === null)
    throw new Invalid("error_required", `${type} says in error what went wrong.`, { path: `${path}/data/error` });
  if (result !== null)
    throw new Invalid("result_with_failure", `${type} has no result; say it in error.`, {
      path: `${path}/data/result`,
    });
  return failureOf(error);
}

/** What it means that a service says it failed: the effect did not happen, for now or for good. */
export function failureOf(error: ReplyError): Outcome {
  const said = toStepError(error);
  if (typeof error === "string" || error.retryable !== true) return { kind: "terminal", error: said };
  const after = error.retryAfterMs == null ? {} : { retryAfterMs: error.retryAfterMs };
  return { kind: "retryable", error: said, ...after, whenSpent: "none" };
}

function toStepError(said: ReplyError): StepError {
  const { code, message, detail }: Exclude<ReplyError, string> = typeof said === "string" ? { message: said } : said;
  const error = {
    code: (code || "failed").slice(0, longest.code),
    message: (message || code || "The service said that it failed").slice(0, longest.message),
  };
  return detail === undefined ? error : { ...error, detail: shortened(detail) };
}

function shortened(detail: Json): Json {
  const isLong = JSON.stringify(detail).length > longest.detail;
  return isLong ? `Left out: longer than ${longest.detail / 1024} KB` : detail;
}
