/** What can happen to a run: the facts that `decide` answers. Time, ids and results arrive in them. */
import type { Json } from "../json";
import type { Effect, Parent, Part, StepError } from "./state";

/** An event that services tell each other, as a run of a choreography hears it: the parts of a CloudEvent that count. */
export type ToldEvent = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly data: Json;
};

/** What became of one attempt (F3). `whenSpent`: what a retryable failure leaves if no attempt is left. */
export type Outcome =
  | { readonly kind: "success"; readonly result: Json }
  | { readonly kind: "terminal"; readonly error: StepError }
  | {
      readonly kind: "retryable";
      readonly error: StepError;
      readonly retryAfterMs?: number;
      readonly whenSpent: Exclude<Effect, "happened">;
      /** It never reached the service, as what lies between cannot be reached: no attempt is spent by it. */
      readonly undelivered?: true;
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
  | "startAgain"
  | "note";

/** An undo that a person leaves out of an unwind, and why. */
export type LeftOut = { readonly step: string; readonly reason: string };

/** What a person asks of a run (engine.md section 6). */
export type Operation = {
  readonly operation: OperationName;
  readonly step?: string;
  /** Of a forEach: the one item that is meant; all that fit when not said. */
  readonly item?: number;
  readonly input?: Json;
  readonly result?: Json;
  readonly evidence?: string;
  /** For `fail`: what is known of the effect (F9); unknown when not said. */
  readonly effect?: "none" | "unknown";
  /** For `compensate`: where the unwind stops (U10), and what it leaves out. */
  readonly downTo?: string;
  readonly leaveOut?: readonly LeftOut[];
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
      readonly parent?: Parent;
      readonly restartOf?: string;
      /** People behind the start (F14); none: nobody knows. */
      readonly persons?: readonly string[];
      /** Of a choreography: the event that begins the run. None: it is made of `data`. */
      readonly event?: ToldEvent;
      /**
       * Of a choreography that nobody owns yet: what its first event sets off is begun by whoever takes the run up, who then
       * knows that nobody has sent it before.
       */
      readonly unowned?: true;
    }
  /** An event that belongs to this run of a choreography (engine.md section 8). */
  | { readonly type: "EventTold"; readonly at: number; readonly event: ToldEvent }
  | {
      readonly type: "ReplyReceived";
      readonly at: number;
      readonly step: string;
      readonly half: Part;
      /** Default to the current ones (F5). */
      readonly item?: number;
      readonly attempt?: number;
      readonly generation?: number;
      readonly outcome: Outcome;
      /** It came from outside, and leaves a trace in the log even if it changes nothing. */
      readonly id?: string;
      /** What a child run left standing (U8). */
      readonly residue?: readonly string[];
      /** Who sent it, where the service did not sign for itself: whose word the result is (F14). Null: nobody knows. */
      readonly actor?: string | null;
      readonly person?: string | null;
      /** Whoever is behind the child run (F14); nobody: nobody knows. */
      readonly persons?: readonly string[];
    }
  /** A service, or a child run, has taken the call; its reply comes later (F6). */
  | {
      readonly type: "CallAccepted";
      readonly at: number;
      readonly step: string;
      readonly half: Part;
      readonly item?: number;
      readonly attempt: number;
      readonly generation: number;
    }
  /** A signal for the run (F13). `id`: as in OperationRequested. */
  | {
      readonly type: "SignalReceived";
      readonly at: number;
      readonly id: string;
      readonly actor: string;
      /** Who it is, whatever key they used (F14); null: nobody knows. */
      readonly person?: string | null;
      readonly signal: string;
      readonly data: Json;
    }
  /** A person's decision on an approval. `person`: who it is, whatever key they used (F14). */
  | {
      readonly type: "DecisionReceived";
      readonly at: number;
      readonly id: string;
      readonly actor: string;
      readonly person: string | null;
      readonly step: string;
      readonly generation: number;
      readonly decision: "approve" | "reject";
      readonly form: Json;
      readonly comment: string;
    }
  /** The parent saga's run wants something of this one (U8). `generation`: of the undo that is asked for. */
  | {
      readonly type: "ParentAsked";
      readonly at: number;
      readonly ask: ParentAsk;
      readonly generation: number;
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
      /** Who it is, whatever key they used (F14). */
      readonly person?: string | null;
      readonly operation: Operation;
    };

/** `cancel`: stop if you can; `undo`: be undone, however far you are. */
export type ParentAsk = "cancel" | "undo" | "terminate" | "pause" | "resume";
