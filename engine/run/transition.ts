/** What a decision did, in the past tense: the entries of the log. `evolve` applies them, and they alone change state. */
import type { Json } from "../json";
import type { Operation } from "./event";
import type { AttentionReason, Effect, Half, Rollback, RunCause, StepError } from "./state";

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
      readonly parent: string | null;
    }
  /** The intent to call a step's action. `input` and `path` are there on a first attempt when they are not the default. */
  | {
      readonly type: "StepStarted";
      readonly step: string;
      readonly attempt: number;
      readonly generation: number;
      readonly timeoutAt: number;
      readonly input?: Json;
      readonly path?: string;
      /** A person's retry: the attempts are counted anew. */
      readonly fresh?: true;
    }
  /**
   * `taken`: the targets of the edges taken, when not all of them were; null when the edges were not passed (the run
   * unwinds, or they could not be evaluated). `by`: who settled it, when no reply in time did.
   */
  | {
      readonly type: "StepCompleted";
      readonly step: string;
      readonly attempt: number;
      readonly result: Json;
      readonly taken?: readonly string[] | null;
      readonly by?: "operator" | "late_reply";
    }
  | {
      readonly type: "StepRetryScheduled";
      readonly step: string;
      readonly attempt: number;
      readonly error: StepError;
      readonly retryAt: number;
      /** The attempt ended unknown. */
      readonly unsettled: boolean;
      /** The attempt may have taken effect; unknown if no other follows (F3). */
      readonly inDoubt?: true;
    }
  | {
      readonly type: "StepFailed";
      readonly step: string;
      readonly attempt: number;
      readonly error: StepError;
      readonly effect: Exclude<Effect, "happened">;
      readonly handling: "compensate" | "hold" | "continue";
      /** The last attempt itself ended unknown. */
      readonly unsettled: boolean;
      readonly taken?: readonly string[];
    }
  | {
      readonly type: "StepSkipped";
      readonly step: string;
      readonly by: "dead_path" | "operator";
      readonly result?: Json;
      readonly taken?: readonly string[];
    }
  /** A later reply or a person settled what an unknown action did, after its edges had been passed or its run unwound. */
  | { readonly type: "StepOutcomeSettled"; readonly step: string; readonly effect: Effect; readonly result?: Json }
  /** Edges of a completed step that had not been passed are passed now: the run was reopened. */
  | { readonly type: "EdgesPassed"; readonly step: string; readonly taken?: readonly string[] }
  /** Edges could not be evaluated: the step is done, the run is not. */
  | { readonly type: "EdgesFailed"; readonly step: string; readonly error: StepError }
  /** A stop that waits until the pivot in flight has settled (U5). */
  | { readonly type: "UnwindRequested"; readonly cause: RunCause }
  /** The pivot completed: there is no going back, so the stop that waited for it is void. */
  | { readonly type: "UnwindWithdrawn"; readonly cause: RunCause }
  /** `redo`: steps of an ended run whose failed undo is owed anew (U6). */
  | {
      readonly type: "UnwindStarted";
      readonly cause: RunCause;
      readonly step?: string;
      readonly error?: StepError;
      readonly redo?: readonly string[];
    }
  | {
      readonly type: "CompensationStarted";
      readonly step: string;
      readonly attempt: number;
      readonly generation: number;
      readonly timeoutAt: number;
      readonly order: number;
      readonly input?: Json;
      readonly path?: string;
      readonly fresh?: true;
    }
  | {
      readonly type: "CompensationRetryScheduled";
      readonly step: string;
      readonly attempt: number;
      readonly error: StepError;
      readonly retryAt: number;
      readonly unsettled: boolean;
      readonly inDoubt?: true;
    }
  | {
      readonly type: "CompensationCompleted";
      readonly step: string;
      readonly attempt: number;
      readonly result: Json;
      /** What a person gave as proof when they marked the undo done by hand. */
      readonly evidence?: string;
    }
  | {
      readonly type: "CompensationFailed";
      readonly step: string;
      readonly attempt: number;
      readonly error: StepError;
      readonly handling: "hold" | "continue";
      readonly unsettled: boolean;
    }
  | { readonly type: "AttentionRaised"; readonly reason: AttentionReason; readonly step: string | null }
  | { readonly type: "AttentionCleared"; readonly reason: AttentionReason; readonly step: string | null }
  /** A reply that came too late to change the run, kept because it happened. */
  | {
      readonly type: "LateReplyRecorded";
      readonly step: string;
      readonly half: Half;
      readonly attempt: number;
      readonly result?: Json;
      readonly error?: StepError;
    }
  | { readonly type: "RunPaused" }
  | { readonly type: "RunResumed" }
  /** A person retried a failed run of which nothing was undone (U7). */
  | { readonly type: "RunReopened"; readonly step: string }
  | { readonly type: "RunCompleted" }
  | { readonly type: "RunFailed"; readonly rollback: Rollback; readonly residue: readonly string[] }
  | { readonly type: "OperationAccepted"; readonly id: string; readonly operation: Operation }
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
