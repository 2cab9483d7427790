import type { StateToken } from "@/components/canvas/status";
import type { LogEntry, Transition } from "@/engine/run/transition";

/** A decision on the scrubber's track. `offset` from 0 to 1; `count`: entries up to and with it. */
export type Mark = {
  readonly count: number;
  readonly seq: number;
  readonly at: number;
  readonly offset: number;
  readonly tone: StateToken;
};

/** A stretch of the track in one tone: forward, then unwinding. */
export type Stretch = { readonly from: number; readonly to: number; readonly tone: "completed" | "compensating" };

export type Track = { readonly marks: readonly Mark[]; readonly stretches: readonly Stretch[] };

/**
 * The log as a track. Distances grow with the logarithm of time, so that a wait of three days and a burst of ten
 * milliseconds can both be seen and reached.
 */
export function toTrack(entries: readonly LogEntry[]): Track {
  const weights = entries.map((entry, index) => {
    const before = entries[index - 1];
    return before ? 1 + Math.log2(1 + Math.max(0, entry.at - before.at) / 50) : 0;
  });
  const total = Math.max(
    1e-9,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  let sum = 0;
  const marks = entries.map((entry, index): Mark => {
    sum += weights[index] ?? 0;
    return { count: index + 1, seq: entry.seq, at: entry.at, offset: sum / total, tone: entryTone(entry) };
  });
  return { marks, stretches: stretchesOf(entries, marks) };
}

function stretchesOf(entries: readonly LogEntry[], marks: readonly Mark[]): readonly Stretch[] {
  const stretches: { from: number; to: number; tone: Stretch["tone"] }[] = [{ from: 0, to: 1, tone: "completed" }];
  for (const [index, { transitions }] of entries.entries())
    for (const { type } of transitions) {
      const tone = type === "UnwindStarted" ? "compensating" : type === "RunReopened" ? "completed" : null;
      const last = stretches.at(-1);
      const offset = marks[index]?.offset ?? 0;
      if (!tone || !last || last.tone === tone) continue;
      last.to = offset;
      stretches.push({ from: offset, to: 1, tone });
    }
  return stretches;
}

/** What colours a decision: the worst that happened in it. */
export function entryTone({ transitions }: LogEntry): StateToken {
  const tones = new Set(transitions.map(transitionTone));
  return severity.find((tone) => tones.has(tone)) ?? "pending";
}

const severity: readonly StateToken[] = [
  "compensation-failed",
  "attention",
  "failed",
  "compensated",
  "compensating",
  "completed",
  "executing",
  "skipped",
];

/** The state a transition speaks of. */
export function transitionTone(t: Transition): StateToken {
  if (t.type === "ApprovalDecided" && t.decision === "reject") return "failed";
  if (t.type === "ChildResidueReported" && t.residue.length === 0) return "pending";
  if ("undelivered" in t && t.undelivered) return "pending";
  if (t.type === "RunFailed" && t.rollback === "clean") return "compensated";
  return tones[t.type];
}

const tones = {
  RunStarted: "pending",
  EventHeard: "completed",
  ReactionFired: "executing",
  EventExplained: "pending",
  EndHeard: "completed",
  StepStarted: "executing",
  StepWaits: "executing",
  ItemsListed: "executing",
  CallAccepted: "executing",
  ProbeStarted: "executing",
  ProbeRetryScheduled: "failed",
  StepCompleted: "completed",
  StepRetryScheduled: "failed",
  StepFailed: "failed",
  StepSkipped: "skipped",
  StepOutcomeSettled: "completed",
  ChildResidueReported: "attention",
  EdgesPassed: "completed",
  EdgesFailed: "failed",
  UnwindRequested: "compensating",
  UnwindWithdrawn: "attention",
  UnwindStarted: "compensating",
  UnwindContinued: "compensating",
  CompensationStarted: "compensating",
  CompensationRetryScheduled: "compensating",
  CompensationCompleted: "compensated",
  CompensationFailed: "compensation-failed",
  AttentionRaised: "attention",
  AttentionCleared: "pending",
  LateReplyRecorded: "attention",
  ReplyIgnored: "pending",
  SignalReceived: "completed",
  SignalRefused: "pending",
  ApprovalDecided: "completed",
  DecisionRefused: "pending",
  ParentAsked: "pending",
  RunPaused: "pending",
  RunResumed: "pending",
  RunReopened: "executing",
  RunCompleted: "completed",
  RunFailed: "failed",
  OperationAccepted: "pending",
  OperationRefused: "pending",
} as const satisfies Record<Transition["type"], StateToken>;

/** At most `most` marks, the gravest of each neighbourhood kept: a track has only so many pixels. */
export function thinMarks(marks: readonly Mark[], most: number): readonly Mark[] {
  if (marks.length <= most) return marks;
  const kept = new Map<number, Mark>();
  for (const mark of marks) {
    const bucket = Math.floor(mark.offset * most);
    const other = kept.get(bucket);
    if (!other || rank(mark.tone) < rank(other.tone)) kept.set(bucket, mark);
  }
  return [...kept.values()];
}

const rank = (tone: StateToken) => {
  const index = severity.indexOf(tone);
  return index < 0 ? severity.length : index;
};
