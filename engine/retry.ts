/** When a failed attempt is tried again. No randomness: the jitter is a hash of what is retried, so replays agree. */
import type { RetryPolicy } from "./definition/saga";
import type { Failure } from "./run/event";
import type { HalfState, Part } from "./run/state";

export type Try = {
  readonly run: string;
  readonly step: string;
  readonly item?: number;
  readonly half: Part;
  readonly state: HalfState;
};

/**
 * The time of the next attempt (milliseconds), or null when the policy is spent: no attempt left in this budget, or
 * the next would start later than `maxElapsed` after the first. `retryAfterMs` is obeyed, capped by that. What was never
 * delivered spends no attempt: it is sent again until `maxElapsed`, ever less often.
 */
export function nextAttemptAt(policy: RetryPolicy, t: Try, at: number, outcome: Failure): number | null {
  const made = isUndelivered(outcome) ? t.state.attempt : t.state.attempt - t.state.spent;
  if (made >= policy.attempts && !isUndelivered(outcome)) return null;
  const retryAfter = outcome.kind === "terminal" ? undefined : outcome.retryAfterMs;
  const backoff = Math.min(policy.max, policy.initial * policy.factor ** (made - 1));
  const spread = 1 + policy.jitter * (2 * share(`${t.run}:${t.step}:${t.item ?? ""}:${t.half}:${t.state.attempt}`) - 1);
  const due = at + Math.round(Math.max(backoff * spread, 0));
  const latest = (t.state.firstAt ?? at) + policy.maxElapsed;
  if (due > latest) return null;
  return Math.min(Math.max(due, at + (retryAfter ?? 0)), latest);
}

function isUndelivered(outcome: Failure): boolean {
  return outcome.kind === "retryable" && outcome.undelivered === true;
}

/** What the log says of an attempt that never reached its service. */
export function deliveryOf(outcome: Failure): { readonly undelivered?: true } {
  return isUndelivered(outcome) ? { undelivered: true } : {};
}

/** What an attempt leaves if none follows it: nobody knows, after a time-out or a spent 5xx (F3). */
export function leavesUnknown(outcome: Failure): boolean {
  return outcome.kind === "unknown" || (outcome.kind === "retryable" && outcome.whenSpent === "unknown");
}

/**
 * What a half's last attempt leaves: whether it ended unknown itself, and whether an earlier one may have taken effect of
 * which it says nothing. After a 5xx an attempt that was not taken (refused, 429) says nothing; a terminal answer under
 * the same key does (F3).
 */
export function doubtsOf(half: HalfState, outcome: Failure): { readonly unsettled: boolean; readonly inDoubt?: true } {
  const isStill = outcome.kind !== "terminal" && half.inDoubt !== undefined;
  return { unsettled: leavesUnknown(outcome), ...(isStill ? { inDoubt: true } : {}) };
}

/** May the half have taken effect, after that outcome of its last attempt? */
export function endsUnknown(half: HalfState, outcome: Failure): boolean {
  const { unsettled, inDoubt } = doubtsOf(half, outcome);
  return unsettled || inDoubt === true || half.unsettled.length > 0;
}

/** A number in [0, 1) from a text: FNV-1a, finished so that near texts land far apart. */
function share(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
