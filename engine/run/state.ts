/**
 * A run's state: what `fold(log)` yields, and all that `decide` knows of the past (engine.md section 4, F2).
 *
 * Three machines, kept apart: the run's lifecycle, each step's status, and for each half of a step (its action, its
 * undo) the attempt under way. Everything is readonly; steps are an array in the definition's order so that one
 * step's change copies pointers, not steps. Times are milliseconds since the epoch.
 */
import type { Json } from "../json";

export type RunLifecycle = "started" | "pending" | "compensating" | "completed" | "failed";
export type RunCause = "step_failed" | "deadline" | "cancelled" | "operator";
export type Rollback = "clean" | "incomplete" | "nothing_to_undo";

export type StepStatus =
  | "pending"
  | "executing"
  | "completed"
  | "failed"
  | "skipped"
  | "compensating"
  | "compensated"
  | "compensation_failed";

/** What is known of an action's effect on the world, whatever became of the step (F3). */
export type Effect = "none" | "happened" | "unknown";

/** The two halves of a step: what does, and what undoes. */
export type Half = "action" | "compensation";

/** What is called of a step: one of its halves, or its probe, which asks whether an unknown effect happened (F11). */
export type Part = Half | "probe";

export type StepError = {
  /** Stable and short: a problem type, an HTTP status word, `timeout`, `expression`… */
  readonly code: string;
  readonly message: string;
  /** HTTP status of the reply, when there was one. */
  readonly status?: number;
  readonly detail?: Json;
};

export type AttentionReason =
  | "step_held"
  | "pivot_unknown"
  | "compensation_failed"
  | "unknown_outcome"
  | "late_effect"
  | "deadline_passed"
  | "unwind_stopped"
  | "log_full"
  | "missing_event"
  | "unexpected_event"
  | "missing_compensation";

/** Why a person must look at a run. `step` is null when the run as a whole is meant; `item`: one of a forEach's. */
export type Attention = {
  readonly reason: AttentionReason;
  readonly step: string | null;
  readonly item?: number;
  /** Of an unexpected event: its type. */
  readonly event?: string;
  readonly since: number;
};

/**
 * An attempt whose reply is awaited. The intent is committed before the call (architecture.md, the hot path).
 * `timeoutAt` null: a child run takes as long as it takes (U8). `accepted`: the reply comes later, by another way (F6).
 */
export type OpenAttempt = { readonly startedAt: number; readonly timeoutAt: number | null; readonly accepted?: true };

export type HalfState = {
  /** Grows only when the input is edited or the half is done anew (F4); it is part of the idempotency key. */
  readonly generation: number;
  /** Attempts of this generation so far; 0: never tried. */
  readonly attempt: number;
  readonly open: OpenAttempt | null;
  /** When the next attempt is due; null: none is. */
  readonly retryAt: number | null;
  /** Attempts made before the present budget: a person's retry grants a fresh one. */
  readonly spent: number;
  /** Attempts of this generation that ended unknown: while there are any, a failure stays unknown (F3). */
  readonly unsettled: readonly number[];
  /** Attempts that may have taken effect: unknown unless the participant answers another under the same key (F3, a 5xx). */
  readonly inDoubt?: readonly number[];
  /** What is sent, where the step maps its own input or a person edited it; undefined: the default input (section 9). */
  readonly input?: Json;
  /** The HTTP path, where the step has one: like the input, it is the same on every attempt of a generation (F4). */
  readonly path?: string;
  readonly error: StepError | null;
  /** First attempt of this generation, for `maxElapsed`. */
  readonly firstAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
};

/** What is done and undone as one: a step, or one item of a forEach (F7). */
export type WorkState = {
  readonly status: StepStatus;
  readonly effect: Effect;
  readonly action: HalfState;
  readonly undo: HalfState;
  /** Null until an unknown outcome was asked about (F11). */
  readonly probe: HalfState | null;
  readonly result: Json;
  /** Set while a failure is held for a person (`hold`) or was passed over (`continue`). */
  readonly handling: "hold" | "continue" | null;
  /** Place in the order in which actions settled, 1 first; drives `undoOrder: sequence`. */
  readonly settledOrder: number | null;
  /** Place in the order in which undos began, 1 first: the number on the badge. */
  readonly undoOrder: number | null;
};

/** One item of a forEach; its place in `items` is its key. */
export type ItemState = WorkState & { readonly value: Json };

/** A step that waits for a time, a signal or a person; `dueAt` null: as long as it takes. */
export type Waiting = { readonly since: number; readonly dueAt: number | null };

export type StepState = WorkState & {
  readonly id: string;
  readonly waiting: Waiting | null;
  /** Of a forEach that has started; its own status sums theirs up. */
  readonly items: readonly ItemState[] | null;
  /** Why a person left the undo out of the unwind, or null. */
  readonly leftOut: string | null;
  /** The run that a saga step is known to have begun, or null. */
  readonly child: string | null;
  /** That run said its last word: until then it may be live, whatever became of the step (U8). */
  readonly childEnded: boolean;
  /** What a child run left standing: step ids of its own (U8). */
  readonly childResidue: readonly string[];
  /** How many incoming edges are settled, and how many of them were taken (F1). */
  readonly settledIn: number;
  readonly takenIn: number;
  /** True once the step's outgoing edges were evaluated. */
  readonly passed: boolean;
};

/** The compensating half of a run. `requested`: a stop that waits for the pivot in flight (U5). */
export type Unwind = {
  readonly phase: "requested" | "running";
  readonly cause: RunCause;
  readonly since: number;
  /** An ended run is unwound on purpose (U6): it ends without a second final event. */
  readonly afterEnd: boolean;
  /** The step at which a person stops the unwind: it and what came before it stay (U10); null: all is undone. */
  readonly downTo: string | null;
};

/** The run whose step this run is (U8). `undo`: the generation of the undo that the parent asked for, or null. */
export type Parent = {
  readonly run: string;
  readonly step: string;
  readonly generation: number;
  /** How many sagas are above this one. */
  readonly depth: number;
  readonly undo: number | null;
};

/** A signal that no step has taken yet (F13). */
export type KeptSignal = {
  readonly id: string;
  readonly signal: string;
  readonly data: Json;
  readonly at: number;
  /** Who sent it (F14); null: nobody knows, not there: not asked. */
  readonly person?: string | null;
};

/** An event that a run has heard. Its place in the list is its number, from 0. */
export type HeardEvent = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly at: number;
  /** Nothing in the definition made it likely to come, so far. */
  readonly unexpected: boolean;
};

/**
 * A reaction to an event. `event`: the number of that event, which is part of the idempotency key (C1); `data`: what it said,
 * as a later event of its type may say otherwise.
 */
export type Fired = {
  readonly reaction: string;
  readonly event: number;
  readonly step: string;
  readonly half: Half;
  readonly item: number | null;
  readonly data: Json;
};

/** What a run of a choreography knows beside its steps. */
export type ChoreographyState = {
  readonly heard: readonly HeardEvent[];
  readonly fired: readonly Fired[];
  /** The data of the last event of each type: what expressions read as `events.<Type>`. */
  readonly last: { readonly [type: string]: Json };
  /** The end that was heard; the run ends when what is under way has settled (C2). */
  readonly end: { readonly as: "completed" | "failed"; readonly event: string; readonly number: number } | null;
};

export type RunState = {
  readonly id: string;
  readonly saga: string;
  readonly version: number;
  readonly state: RunLifecycle;
  readonly cause: RunCause | null;
  readonly rollback: Rollback | null;
  /** Steps with an effect for which no undo is owed, so that a clean end is an honest one (F2). */
  readonly residue: readonly string[];
  readonly attention: readonly Attention[];
  readonly paused: boolean;
  readonly unwind: Unwind | null;
  readonly data: Json;
  readonly businessKey: string | null;
  readonly exposure: number | null;
  readonly parent: Parent | null;
  /** The run that this one starts again. */
  readonly restartOf: string | null;
  readonly startedBy: string | null;
  /** Whoever is behind the start, through parents and keys, or changed an input since: not who may approve (F14). */
  readonly persons: readonly string[];
  readonly signals: readonly KeptSignal[];
  /** Number of the last decision; 0 before the first. */
  readonly seq: number;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
  readonly deadlineAt: number | null;
  readonly steps: readonly StepState[];
  /** How many actions have settled, and how many undos have begun. */
  readonly settled: number;
  readonly undosBegun: number;
  /** How many replies from outside that changed nothing stand in the log. */
  readonly repliesIgnored: number;
  /** The failure that began the unwind, or null. */
  readonly error: (StepError & { readonly step: string }) | null;
  /** Null: the run of an orchestration. */
  readonly choreography: ChoreographyState | null;
};

export function isEnded(state: RunState): boolean {
  return state.state === "completed" || state.state === "failed";
}

/** May an attempt of this generation have taken effect, unless a reply yet to come says otherwise (F3)? */
export function isInDoubt(half: HalfState): boolean {
  return half.unsettled.length > 0 || half.inDoubt !== undefined;
}

export function stepOf(state: RunState, id: string): StepState | undefined {
  return state.steps.find((step) => step.id === id);
}

/** Something is being asked about this work, by a call or between two: its status will change by itself. */
export function isInFlight(w: WorkState): boolean {
  return w.action.open !== null || (w.probe !== null && (w.probe.open !== null || w.probe.retryAt !== null));
}

/** The parts of a step that are undone each for itself: the items of a forEach, else the step (F7). */
export function unitsOf(s: StepState): readonly WorkState[] {
  return s.items ?? [s];
}
