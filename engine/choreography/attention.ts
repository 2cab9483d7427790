/** What a person is asked about a run that nobody conducts: once each, and no longer than it is true. */
import type { Draft } from "../draft";
import { type AttentionReason, isEnded } from "../run/state";

type Concern = { readonly reason: AttentionReason; readonly step: string | null; readonly event?: string };

export function raiseOnce(draft: Draft, concern: Concern): void {
  if (!draft.state.attention.some((a) => isAbout(a, concern))) draft.record({ type: "AttentionRaised", ...concern });
}

/** Of a reaction that repeats, whichever time it is about. */
export function clearRaised(draft: Draft, concern: Concern): void {
  for (const { since: _, ...raised } of draft.state.attention.filter((a) => isAbout(a, concern)))
    draft.record({ type: "AttentionCleared", ...raised });
}

function isAbout(a: Concern, b: Concern): boolean {
  return a.reason === b.reason && a.step === b.step && a.event === b.event;
}

/** What is still to be undone, or was after all, is so in an ended run as well (C2, U6). */
export function reopen(draft: Draft): void {
  if (isEnded(draft.state)) draft.record({ type: "UnwindStarted", cause: draft.state.cause ?? "step_failed" });
}
