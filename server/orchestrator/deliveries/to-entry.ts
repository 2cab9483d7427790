import type { DeliveryAttempt } from "@/contract/subscriptions";
import type { Attempt } from "./sender";

/** An attempt as a delivery's log has it. */
export function toEntry(attempt: Attempt, at: number, ms: number): DeliveryAttempt {
  return { at: new Date(at).toISOString(), ms: Math.round(ms), ...answerOf(attempt) };
}

function answerOf(attempt: Attempt): { readonly status?: number; readonly error?: string } {
  if (attempt.kind === "lost") return { error: attempt.error };
  if (attempt.kind === "refused") return { status: attempt.status, error: attempt.error };
  return attempt.status === null ? {} : { status: attempt.status };
}
