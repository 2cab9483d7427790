import { formatDateTime, formatDuration } from "@/components/ui/format";
import type { SagaStep } from "@/engine/definition/saga";
import type { Waiting } from "@/engine/run/state";

/** What a waiting step waits for, as the end of a sentence that begins with its title. */
export function awaited(spec: SagaStep): string {
  switch (spec.kind) {
    case "signal":
      return `waits for the signal ${spec.signal}`;
    case "approval":
      return "waits for a person's decision";
    default:
      return "waits";
  }
}

/** When a wait is over by itself: `in 2 h 5 min`; null when nothing but a word from outside ends it. */
export function dueIn({ dueAt }: Waiting, now: number): string | null {
  if (dueAt === null) return null;
  return dueAt <= now ? "due now" : `in ${formatDuration(Math.ceil((dueAt - now) / 1000) * 1000)}`;
}

/** What happens when a wait is over without a word, and when, in a sentence. */
export function dueSentence(spec: SagaStep, { dueAt }: Waiting): string {
  if (dueAt === null) return "It waits for as long as it takes.";
  const at = formatDateTime(dueAt);
  if (spec.kind === "signal") return `If it has not come by ${at}, the step fails.`;
  if (spec.kind === "approval") return `If nobody has decided by ${at}, the step fails.`;
  return `The run goes on at ${at}.`;
}
