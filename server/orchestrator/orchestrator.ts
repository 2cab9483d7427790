import type { Json, LogEntry, Operation, Outcome, Parent, RunState, Saga, ToldEvent } from "@/engine";
import type { Part } from "@/engine/run/state";

/** A start, asked for by a caller who has checked `data` against the input schema. */
export type StartRequest = {
  /** UUID v7, made by the caller: the run's id if it starts. */
  readonly id: string;
  readonly saga: string;
  readonly version: number;
  readonly data: Json;
  readonly actor: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Idempotency key, scoped by the caller; null: none was given. */
  readonly key: string | null;
  /** Of the request, so that one key with two bodies is refused. */
  readonly hash: string;
  /** People behind the start (F14); none: nobody knows. */
  readonly persons?: readonly string[];
  /** The run that this one starts again. */
  readonly restartOf?: string;
  /** The run whose saga step this one is. */
  readonly parent?: Parent;
  /** Of a choreography: the event that begins the run. None: it is made of `data`. */
  readonly event?: ToldEvent;
};

export type StartAnswer =
  | { readonly kind: "started"; readonly id: string }
  /** Same key, same hash: the run that was started then. */
  | { readonly kind: "repeated"; readonly id: string }
  | { readonly kind: "key_reused" }
  | { readonly kind: "business_key_taken"; readonly businessKey: string }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string };

export type OperateRequest = {
  /** UUID v7, made by the caller. */
  readonly id: string;
  readonly run: string;
  readonly operation: Operation;
  readonly actor: string;
  /** Who it is, whatever key they used (F14). */
  readonly person?: string | null;
  readonly key: string | null;
  readonly hash: string;
};

/** `person`: who sends it by hand; left out for a program, whose signal bars nobody from approving (F14). */
export type SignalRequest = Omit<OperateRequest, "operation" | "person"> & {
  readonly person?: string;
  readonly signal: string;
  readonly data: Json;
};

export type DecideRequest = Omit<OperateRequest, "operation" | "person"> & {
  readonly person: string | null;
  readonly step: string;
  readonly generation: number;
  readonly decision: "approve" | "reject";
  readonly form: Json;
  readonly comment: string;
};

/** A reply that came from outside. `key`: of the event, so that the same one counts once. */
export type ReplyRequest = {
  /** UUID v7, made by the caller. */
  readonly id: string;
  /** The event's own id, for the log. */
  readonly event: string;
  readonly run: string;
  readonly step: string;
  readonly half: Part;
  readonly item?: number;
  readonly attempt?: number;
  readonly generation?: number;
  readonly outcome: Outcome;
  /** Who brought it, where that is not the service itself; and the person, where one did it by hand (F14). */
  readonly actor?: string;
  readonly person?: string;
  readonly key: string;
  readonly hash: string;
};

export type ReplyAnswer =
  | { readonly kind: "accepted" }
  /** The same event had come before. */
  | { readonly kind: "duplicate" }
  | { readonly kind: "key_reused" }
  | { readonly kind: "no_such_run" };

/** An event for the run of a choreography that it belongs to. */
export type TellRequest = {
  /** UUID v7, made by the caller: the run's id if it begins one. */
  readonly id: string;
  readonly saga: string;
  /** What its run is told by; where versions differ in that, the newest one's word comes first. */
  readonly keys: readonly [string, ...string[]];
  readonly event: ToldEvent;
  /** The version that a run has which it begins; null: it begins none. */
  readonly begins: number | null;
  /** Whether it may wait for the start of its run. */
  readonly waits: boolean;
  readonly actor: string;
  readonly persons?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of the event, so that the same one counts once. */
  readonly dedupe: string;
  readonly hash: string;
};

export type TellAnswer =
  | { readonly kind: "started" | "delivered"; readonly run: string }
  /** It waits for the start of its run. */
  | { readonly kind: "kept" }
  /** The same event had come before; null: it waits still. */
  | { readonly kind: "duplicate"; readonly run: string | null }
  /** No run can hear it: its run is archived, or of a version that does not know such events. */
  | { readonly kind: "ignored" }
  | { readonly kind: "key_reused" }
  | { readonly kind: "too_many_early" }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string };

export type OperateAnswer =
  /** Decided and committed as decision `seq`. */
  | { readonly kind: "done"; readonly seq: number }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string }
  /** Durable, but not decided within 10 s. */
  | { readonly kind: "accepted" }
  | { readonly kind: "key_reused" }
  | { readonly kind: "no_such_run" };

export type Moved = { readonly run: string; readonly seq: number };

/** Of this process's calls to one service; null fields before the first. */
export type ServiceHealth = {
  readonly calls: number;
  readonly failures: number;
  readonly medianMs: number;
  readonly lastError: string | null;
  readonly lastAt: number | null;
};

/** Counters since the process started, and gauges of now. All zero in a process without a worker. */
export type OrchestratorStats = {
  readonly ownedRuns: number;
  readonly flushes: number;
  readonly events: number;
  /** Median time of the last flushes, milliseconds. */
  readonly flushMs: number;
  readonly pendingEvents: number;
  readonly pendingStarts: number;
  readonly started: number;
  readonly ended: number;
  readonly calls: number;
  readonly openCalls: number;
  readonly queuedCalls: number;
  /** How often the worker had to begin anew: an unknown commit outcome, a lost lease, a lost database. */
  readonly incarnations: number;
  /** Runs moved to the archive. */
  readonly archived: number;
  /** Events handed to their subscriptions, and attempts at it that failed. */
  readonly delivered: number;
  readonly deliveriesFailed: number;
};

/** The door to the hot path: what the API and the sockets may ask of it. */
export interface Orchestrator {
  /** Durable when it answers, in order. Rejects with Unavailable when nobody knows whether it is, or there is too much to do. */
  start(requests: readonly StartRequest[]): Promise<readonly StartAnswer[]>;
  /** Durable when it answers; waits up to 10 s for the decision. Rejects with Unavailable like `start`. */
  operate(request: OperateRequest): Promise<OperateAnswer>;
  /** As `operate`. */
  signal(request: SignalRequest): Promise<OperateAnswer>;
  /** As `operate`. */
  decide(request: DecideRequest): Promise<OperateAnswer>;
  /** Durable when it answers, in order; decided soon after. */
  reply(requests: readonly ReplyRequest[]): Promise<readonly ReplyAnswer[]>;
  /** As `reply`. Events of one key are heard in the order in which they are told. */
  tell(requests: readonly TellRequest[]): Promise<readonly TellAnswer[]>;
  /** A run as its log tells it now, live or archived; null when there is none. */
  load(run: string): Promise<{ readonly saga: Saga; readonly state: RunState; readonly isArchived: boolean } | null>;
  /** Decisions after `after`, oldest first, of a run that is live or archived. */
  entries(run: string, after: number, limit: number): Promise<readonly LogEntry[]>;
  /** Decisions committed from now on by any process, in order of `seq`, none twice. Answers the way to stop. */
  watch(run: string, listener: (entries: readonly LogEntry[]) => void): () => void;
  /** Runs that moved, anywhere, told at most every 50 ms; an empty list: too many to name, look for yourself. */
  onMoved(listener: (moved: readonly Moved[]) => void): () => void;
  stats(): OrchestratorStats;
  health(): { readonly ok: boolean; readonly detail: string };
  serviceHealth(name: string): ServiceHealth | null;
  /** A registration changed: caches forget it. */
  serviceChanged(name: string): void;
  /** Subscriptions changed: what this process decides from now on is told to them; others hear of it within two seconds. */
  subscriptionsChanged(): void;
  /** Stops starting, lets calls under way end for up to 15 s, puts everything down. */
  stop(): Promise<void>;
}
