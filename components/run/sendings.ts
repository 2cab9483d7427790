import type { Part } from "@/engine/run/state";
import type { LogEntry, Named, Transition } from "@/engine/run/transition";

/** Of the beginning of an attempt: whether it left, as far as is known, and how many right before it did not. */
export type Sending = { readonly sent: boolean; readonly unsentBefore: number };

type Start = Extract<Transition, { type: "StepStarted" | "CompensationStarted" | "ProbeStarted" }>;
type Lane = { start: Start; isOpen: boolean; unsent: number; wasUnsent: boolean };

/** By the beginning of each attempt. One that follows an attempt that was not sent is under suspicion until it is taken. */
export function sendingsOf(entries: Iterable<LogEntry>): ReadonlyMap<Transition, Sending> {
  const sendings = new Map<Transition, Sending>();
  const lanes = new Map<string, Lane>();
  const begin = (start: Start, half: Part) => {
    const before = lanes.get(keyOf(start, half));
    const isSame = before !== undefined && generationOf(before.start) === generationOf(start);
    const { unsent, wasUnsent } = isSame ? before : { unsent: 0, wasUnsent: false };
    lanes.set(keyOf(start, half), { start, isOpen: true, unsent, wasUnsent });
    sendings.set(start, { sent: !wasUnsent, unsentBefore: unsent });
  };
  const settle = (named: Named, half: Part, isUnsent: boolean) => {
    const lane = lanes.get(keyOf(named, half));
    if (!lane?.isOpen) return;
    sendings.set(lane.start, { sent: !isUnsent, unsentBefore: lane.unsent });
    lane.isOpen = false;
    lane.wasUnsent = isUnsent;
    lane.unsent = isUnsent ? lane.unsent + 1 : 0;
  };
  for (const { transitions } of entries)
    for (const t of transitions) {
      if (t.type === "StepStarted") begin(t, "action");
      if (t.type === "CompensationStarted") begin(t, "compensation");
      // The attempt that is asked about went out, and was not answered.
      if ((t.type === "ProbeStarted" || t.type === "ProbeRetryScheduled") && t.after) settle(t, "action", false);
      if (t.type === "ProbeStarted") begin(t, "probe");
      if (t.type === "CallAccepted") settle(t, t.half, false);
      if (t.type === "StepRetryScheduled") settle(t, "action", t.undelivered === true);
      if (t.type === "CompensationRetryScheduled") settle(t, "compensation", t.undelivered === true);
      if (t.type === "ProbeRetryScheduled") settle(t, "probe", t.undelivered === true);
      if (t.type === "StepCompleted" || t.type === "StepFailed") settle(t, "action", false);
      if (t.type === "CompensationCompleted" || t.type === "CompensationFailed") settle(t, "compensation", false);
    }
  return sendings;
}

const keyOf = ({ step, item }: Named, half: Part) => `${step}:${item ?? ""}:${half}`;

const generationOf = (start: Start) => (start.type === "ProbeStarted" ? 1 : start.generation);

/** What to say beside an attempt's number, which counts those that never left as well; null: there were none. */
export function unsentWords(unsentBefore: number): string | null {
  if (unsentBefore === 0) return null;
  return unsentBefore === 1 ? "the one before was not sent" : `the ${unsentBefore} before were not sent`;
}
