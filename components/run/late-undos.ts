import type { LogEntry, Transition } from "@/engine/run/transition";

/** What an undo that came after all is known by: the event that says it, where one does. */
export type LateUndos = {
  /** Undos that are done, after they had failed or after the end of their run. */
  readonly done: ReadonlySet<Transition>;
  /** An ended run was opened again for one, by nobody's word: what its log calls an unwind has no failure behind it. */
  readonly reopened: ReadonlySet<Transition>;
};

export function lateUndosOf(entries: Iterable<LogEntry>): LateUndos {
  const done = new Set<Transition>();
  const reopened = new Set<Transition>();
  const failed = new Set<string>();
  let isEnded = false;
  for (const { transitions } of entries) {
    const isAskedFor = transitions.some((t) => t.type === "OperationAccepted" || t.type === "ParentAsked");
    let isReopened = false;
    for (const t of transitions) {
      if (t.type === "RunCompleted" || t.type === "RunFailed") isEnded = true;
      if (t.type === "RunReopened") isEnded = false;
      if (t.type === "UnwindStarted") {
        isReopened = isEnded && !isAskedFor;
        if (isReopened) reopened.add(t);
        isEnded = false;
      }
      if (t.type === "CompensationStarted") failed.delete(keyOf(t));
      if (t.type === "CompensationFailed") failed.add(keyOf(t));
      if (t.type !== "CompensationCompleted") continue;
      if (t.evidence === undefined && (isReopened || failed.has(keyOf(t)))) done.add(t);
      failed.delete(keyOf(t));
    }
  }
  return { done, reopened };
}

const keyOf = ({ step, item }: { readonly step: string; readonly item?: number }) => `${step}:${item ?? ""}`;

/** The event of a decision, of which everything in it comes. */
export function eventIn({ transitions }: LogEntry): Extract<Transition, { type: "EventHeard" }>["event"] | null {
  return transitions.find((t) => t.type === "EventHeard")?.event ?? null;
}
