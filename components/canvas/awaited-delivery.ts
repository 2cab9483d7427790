import { isJsonObject } from "@/engine/json";
import type { HalfState, StepError } from "@/engine/run/state";

/** What a command waits for that nobody could be given so far, to stand after "waits for"; null: it waits for no such thing. */
export function awaitedDelivery({ error, retryAt, open }: HalfState): string | null {
  const isWaiting = retryAt !== null || (open !== null && !open.accepted);
  return isWaiting && error ? carrierOf(error) : null;
}

/** What was to carry a command and could not be reached; null: it went wrong in another way. */
export function carrierOf({ code, detail }: StepError): string | null {
  if (code === "queue_unreachable") return "the queue";
  if (code !== "broker_unreachable") return null;
  const broker = isJsonObject(detail) ? detail.broker : null;
  return typeof broker === "string" ? `the broker ${broker}` : "its broker";
}

/** Attempts that count against the budget: not those before a person's retry, nor those that were never delivered. */
export const countedTries = ({ attempt, spent }: HalfState) => attempt - spent;
