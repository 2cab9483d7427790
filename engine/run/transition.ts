/** What a decision did, in the past tense: the entries of the log. `evolve` applies them, and they alone change state. */
import type { Json } from "../json";
import type { LeftOut, Operation, ParentAsk, ToldEvent } from "./event";
import type { AttentionReason, Effect, Half, Parent, Part, Rollback, RunCause, StepError } from "./state";

/** What a transition is about: a step, or one item of a forEach. */
export type Named = { readonly step: string; readonly item?: number };

/** What a person is asked to look at. */
export type Concern = {
  readonly reason: AttentionReason;
  readonly step: string | null;
  readonly item?: number;
  /** Of an unexpected event: its type. */
  readonly event?: string;
};

export type Transition =
  | {
      readonly type: "RunStarted";
      readonly run: string;
      readonly saga: string;
      readonly version: number;
      readonly data: Json;
      readonly businessKey: string | null;
      readonly exposure: number | null;
      readonly deadlineAt: number | null;
      readonly startedBy: string | null;
      readonly parent: Parent | null;
      readonly restartOf?: string;
      readonly persons?: readonly string[];
    }
  /** An event was heard. `unexpected`: nothing so far made it likely to come. `by`: the reaction that said it here. */
  | {
      readonly type: "EventHeard";
      readonly event: ToldEvent;
      readonly unexpected: boolean;
      readonly by?: string;
    }
  /** A reaction to the event with that number; `half`: whether it does something or undoes it. */
  | (Named & {
      readonly type: "ReactionFired";
      readonly reaction: string;
      readonly event: number;
      readonly half: Half;
    })
  /** What was unexpected when it came is what a later reaction waited for. */
  | { readonly type: "EventExplained"; readonly event: number }
  /** An event that ends the run (its type, and its number), once what is under way has settled (C2). */
  | { readonly type: "EndHeard"; readonly as: "completed" | "failed"; readonly event: string; readonly number: number }
  /** The intent to call a step's action. `input` and `path` are there on a first attempt when they are not the default. */
  | (Named & {
      readonly type: "StepStarted";
      readonly attempt: number;
      readonly generation: number;
      readonly timeoutAt: number | null;
      readonly input?: Json;
      readonly path?: string;
      /** A person's retry: the attempts are counted anew. */
      readonly fresh?: true;
    })
  /** The step waits for a time, a signal or a person. */
  | { readonly type: "StepWaits"; readonly step: string; readonly generation: number; readonly dueAt: number | null }
  /** What a forEach goes through, evaluated once (F7). */
  | {
      readonly type: "ItemsListed";
      readonly step: string;
      readonly generation: number;
      readonly items: readonly Json[];
    }
  /** The open attempt was taken; its reply comes later (F6). */
  | (Named & {
      readonly type: "CallAccepted";
      readonly half: Part;
      readonly attempt: number;
      /** The run that a saga step began, and when it must have ended. */
      readonly child?: string;
      /** When the event that it is to bring about must have come; null: whenever. */
      readonly timeoutAt?: number | null;
    })
  /**
   * The attempts are spent and nobody knows what they did: the service is asked (F11). `after`: what the last attempt
   * left, on a first probe.
   */
  | (Named & {
      readonly type: "ProbeStarted";
      readonly attempt: number;
      readonly timeoutAt: number;
      readonly input?: Json;
      readonly path?: string;
      readonly after?: { readonly error: StepError; readonly unsettled: boolean; readonly inDoubt?: true };
    })
  | (Named & {
      readonly type: "ProbeRetryScheduled";
      readonly attempt: number;
      readonly error: StepError;
      readonly retryAt: number;
      readonly undelivered?: true;
      /** As of ProbeStarted, where the run is paused and the question has to wait. */
      readonly after?: { readonly error: StepError; readonly unsettled: boolean; readonly inDoubt?: true };
    })
  /**
   * `taken`: the targets of the edges taken, when not all of them were; null when the edges were not passed (the run
   * unwinds, or they could not be evaluated). `by`: who settled it, when no reply in time did. `signal`: the kept
   * signal that it took.
   */
  | (Named & {
      readonly type: "StepCompleted";
      readonly attempt: number;
      readonly result: Json;
      readonly taken?: readonly string[] | null;
      readonly by?: "operator" | "late_reply" | "probe";
      readonly signal?: string;
      /** Who answered in the service's place (F14); null: nobody knows. */
      readonly person?: string | null;
    })
  | (Named & {
      readonly type: "StepRetryScheduled";
      readonly attempt: number;
      readonly error: StepError;
      readonly retryAt: number;
      /** The attempt ended unknown. */
      readonly unsettled: boolean;
      /** The attempt may have taken effect; unknown if no other follows (F3). */
      readonly inDoubt?: true;
      /** It never reached the service, and spends no attempt. */
      readonly undelivered?: true;
    })
  /** `handling` is that of the whole step: an item by itself is never held or passed over. */
  | (Named & {
      readonly type: "StepFailed";
      readonly attempt: number;
      readonly error: StepError;
      readonly effect: Exclude<Effect, "happened">;
      readonly handling: "compensate" | "hold" | "continue";
      /** The last attempt itself ended unknown. */
      readonly unsettled: boolean;
      /** Attempts before it that may have taken effect are unknown for good: it says nothing of them. */
      readonly inDoubt?: true;
      readonly taken?: readonly string[];
    })
  | (Named & {
      readonly type: "StepSkipped";
      readonly by: "dead_path" | "operator";
      readonly result?: Json;
      readonly taken?: readonly string[];
    })
  /** A later reply or a person settled what an unknown action did, after its edges had been passed or its run unwound. */
  | (Named & {
      readonly type: "StepOutcomeSettled";
      readonly effect: Effect;
      readonly result?: Json;
      /** As of StepCompleted. */
      readonly person?: string | null;
    })
  /**
   * A child run said its end: what it left standing, as step ids of its own (U8). `ended`: that was its last word.
   * `persons`: who is behind it, where this run did not know (F14); empty: nobody knows.
   */
  | {
      readonly type: "ChildResidueReported";
      readonly step: string;
      readonly residue: readonly string[];
      readonly ended?: true;
      readonly persons?: readonly string[];
    }
  /** Edges of a completed step that had not been passed are passed now: the run was reopened. */
  | { readonly type: "EdgesPassed"; readonly step: string; readonly taken?: readonly string[] }
  /** Edges could not be evaluated: the step is done, the run is not. */
  | { readonly type: "EdgesFailed"; readonly step: string; readonly error: StepError }
  /** A stop that waits until the pivot in flight has settled (U5). */
  | { readonly type: "UnwindRequested"; readonly cause: RunCause }
  /** The pivot completed: there is no going back, so the stop that waited for it is void. */
  | { readonly type: "UnwindWithdrawn"; readonly cause: RunCause }
  /** `redo`: steps of an ended run whose failed undo is owed anew (U6). `downTo`, `leaveOut`: U10. */
  | {
      readonly type: "UnwindStarted";
      readonly cause: RunCause;
      readonly step?: string;
      readonly error?: StepError;
      readonly redo?: readonly string[];
      readonly downTo?: string;
      readonly leaveOut?: readonly LeftOut[];
    }
  /** An unwind that had stopped at a step goes on, to the end or to an earlier step (U10). */
  | { readonly type: "UnwindContinued"; readonly downTo?: string; readonly leaveOut?: readonly LeftOut[] }
  | (Named & {
      readonly type: "CompensationStarted";
      readonly attempt: number;
      readonly generation: number;
      readonly timeoutAt: number | null;
      readonly order: number;
      readonly input?: Json;
      readonly path?: string;
      readonly fresh?: true;
    })
  | (Named & {
      readonly type: "CompensationRetryScheduled";
      readonly attempt: number;
      readonly error: StepError;
      readonly retryAt: number;
      readonly unsettled: boolean;
      readonly inDoubt?: true;
      readonly undelivered?: true;
    })
  | (Named & {
      readonly type: "CompensationCompleted";
      readonly attempt: number;
      readonly result: Json;
      /** What a person gave as proof when they marked the undo done by hand. */
      readonly evidence?: string;
    })
  | (Named & {
      readonly type: "CompensationFailed";
      readonly attempt: number;
      readonly error: StepError;
      readonly handling: "hold" | "continue";
      readonly unsettled: boolean;
      readonly inDoubt?: true;
    })
  | (Concern & { readonly type: "AttentionRaised" })
  | (Concern & { readonly type: "AttentionCleared" })
  /** A reply that came too late to change the run, kept because it happened. */
  | (Named & {
      readonly type: "LateReplyRecorded";
      readonly half: Half;
      readonly attempt: number;
      readonly result?: Json;
      readonly error?: StepError;
    })
  /** A reply from outside that changes nothing, and why; `id` is the event's own. */
  | (Named & {
      readonly type: "ReplyIgnored";
      readonly id: string;
      readonly half: Part;
      readonly why: "not_called" | "other_generation" | "no_such_item" | "duplicate" | "late";
    })
  /** `person`: who sent it; null: nobody knows (F14). */
  | {
      readonly type: "SignalReceived";
      readonly id: string;
      readonly signal: string;
      readonly data: Json;
      readonly person?: string | null;
    }
  | {
      readonly type: "SignalRefused";
      readonly id: string;
      readonly signal: string;
      readonly code: string;
      readonly detail: string;
    }
  | {
      readonly type: "ApprovalDecided";
      readonly id: string;
      readonly step: string;
      /** Who it was, whatever key they used (F14). */
      readonly person?: string;
      readonly decision: "approve" | "reject";
      readonly form: Json;
      readonly comment: string;
    }
  | {
      readonly type: "DecisionRefused";
      readonly id: string;
      readonly step: string;
      readonly code: string;
      readonly detail: string;
    }
  | { readonly type: "ParentAsked"; readonly ask: ParentAsk; readonly generation: number }
  | { readonly type: "RunPaused" }
  | { readonly type: "RunResumed" }
  /** A person retried a failed run of which nothing was undone (U7). */
  | { readonly type: "RunReopened"; readonly step: string }
  | { readonly type: "RunCompleted" }
  | { readonly type: "RunFailed"; readonly rollback: Rollback; readonly residue: readonly string[] }
  /** `person`: who changed an input or a result by it, and so may not approve (F14); null: nobody knows. */
  | {
      readonly type: "OperationAccepted";
      readonly id: string;
      readonly operation: Operation;
      readonly person?: string | null;
    }
  | {
      readonly type: "OperationRefused";
      readonly id: string;
      readonly operation: Operation;
      readonly code: string;
      readonly detail: string;
    };

/** One row of the log: one decision. */
export type LogEntry = {
  readonly seq: number;
  readonly at: number;
  /** Who asked for it; null when the engine decided by itself. */
  readonly actor: string | null;
  readonly transitions: readonly Transition[];
};
