/** What can happen to a run: the facts that `decide` answers. Time, ids and results arrive in them. */
import type { Json } from "../json";
import type { Effect, Half, StepError } from "./state";

/** What became of one attempt (F3). `whenSpent`: what a retryable failure leaves if no attempt is left. */
export type Outcome =
  | { readonly kind: "success"; readonly result: Json }
  | { readonly kind: "terminal"; readonly error: StepError }
  | {
      readonly kind: "retryable";
      readonly error: StepError;
      readonly retryAfterMs?: number;
      readonly whenSpent: Exclude<Effect, "happened">;
    }
  | { readonly kind: "unknown"; readonly error: StepError; readonly retryAfterMs?: number };

export type Failure = Exclude<Outcome, { kind: "success" }>;

export type OperationName =
  | "retry"
  | "skip"
  | "complete"
  | "fail"
  | "compensate"
  | "retryCompensation"
  | "markCompensated"
  | "pause"
  | "resume"
  | "cancel"
  | "terminate"
  | "note";

/** What a person asks of a run (engine.md section 6). */
export type Operation = {
  readonly operation: OperationName;
  readonly step?: string;
  readonly input?: Json;
  readonly result?: Json;
  readonly evidence?: string;
  /** For `fail`: what is known of the effect (F9); unknown when not said. */
  readonly effect?: "none" | "unknown";
  readonly reason: string;
  /** The decision that the person's plan was made at; refused when the run has moved on. */
  readonly seq?: number;
};

export type RunEvent =
  | {
      readonly type: "RunRequested";
      readonly at: number;
      readonly run: string;
      readonly data: Json;
      readonly actor: string | null;
      readonly parent?: string | null;
    }
  | {
      readonly type: "ReplyReceived";
      readonly at: number;
      readonly step: string;
      readonly half: Half;
      /** Default to the current ones (F5). */
      readonly attempt?: number;
      readonly generation?: number;
      readonly outcome: Outcome;
    }
  /** Whatever is due at `at` is decided: time-outs, retries, the deadline. */
  | { readonly type: "TimePassed"; readonly at: number }
  /** A worker took the run up; replies to calls of the one before died with it (U1). */
  | { readonly type: "RunTakenOver"; readonly at: number }
  | {
      readonly type: "OperationRequested";
      readonly at: number;
      /** The inbox row's id: what the asker waits for in the log. */
      readonly id: string;
      readonly actor: string;
      readonly operation: Operation;
    };
