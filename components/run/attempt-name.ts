import type { Attempt } from "./attempts";
import { unsentWords } from "./sendings";

/** What an attempt is called among those of its part: by its number once it left, as far as is known. */
export function attemptName(attempts: readonly Attempt[], attempt: Attempt): string {
  if (isUnsent(attempt)) return "Not sent";
  const before = attempts.slice(0, attempts.indexOf(attempt)).filter((a) => a.generation === attempt.generation);
  const unsent = before.length - 1 - before.findLastIndex((a) => !isUnsent(a));
  if (unsent > 0 && attempt.end === null && attempt.acceptedAt === null) return "Trying to send";
  return [`Attempt ${attempt.attempt}`, unsentWords(unsent)].filter(Boolean).join(", ");
}

const isUnsent = ({ end }: Attempt) => end?.kind === "undelivered";
