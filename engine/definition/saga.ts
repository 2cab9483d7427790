/**
 * A compiled definition: the document with every default filled in, its graph indexed, its expressions parsed.
 * What `decide` reads. Made once per version by `compile` and never changed.
 */
import type { Expression, Template } from "../expression/expression";
import type { JsonObject } from "../json";
import type { SagaDocument } from "./document";

export type StepClass = "compensable" | "pivot" | "retriable" | "readonly" | "irreversible";

/** Delays in milliseconds. */
export type RetryPolicy = {
  readonly attempts: number;
  readonly initial: number;
  readonly factor: number;
  readonly max: number;
  /** Share of the delay that is drawn by hash, 0 to 1. */
  readonly jitter: number;
  readonly maxElapsed: number;
};

/** A command to a service. `input` null: the default input (engine.md section 9). */
export type CommandSpec = {
  readonly service: string;
  readonly command: string;
  readonly input: Template | null;
  readonly timeout: number;
  readonly retry: RetryPolicy;
  readonly http: { readonly method: string; readonly path: Template } | null;
};

export type Approvers =
  | { readonly role: "viewer" | "operator" | "designer" | "admin" }
  | { readonly users: readonly string[] };

/** What is particular to a kind of step. Times in milliseconds; null: none was given. */
export type KindSpec =
  | { readonly kind: "action" }
  | { readonly kind: "decision" }
  | { readonly kind: "wait"; readonly for: Template | null; readonly until: Template | null }
  | { readonly kind: "signal"; readonly signal: string; readonly timeout: number | null }
  | {
      readonly kind: "approval";
      readonly approvers: Approvers;
      readonly form: JsonObject | null;
      readonly due: number | null;
      readonly fourEyes: boolean;
    }
  | { readonly kind: "transform"; readonly set: Template }
  | { readonly kind: "forEach"; readonly items: Template; readonly as: string; readonly concurrency: number }
  | { readonly kind: "saga"; readonly saga: string; readonly input: Template | null; readonly timeout: number | null }
  | { readonly kind: "reaction" };

/** The kinds of steps that people draw in an orchestration; a reaction is what a choreography has in their place. */
export type StepKind = Exclude<KindSpec["kind"], "reaction">;

/** What every step has, whatever its kind. */
export type StepSpec = {
  readonly id: string;
  readonly title: string;
  readonly class: StepClass;
  /** What the step calls; null where the kind calls no service. */
  readonly action: CommandSpec | null;
  /** The call that undoes it; null where there is none, or the undo is no call. */
  readonly compensation: CommandSpec | null;
  /** The call that finds out what an unknown action did (F11). */
  readonly probe: CommandSpec | null;
  /** How it is undone: by its compensation, by the unwind of its child run (U8), or not at all. */
  readonly undoneBy: "command" | "child" | null;
  readonly onFailure: "compensate" | "hold" | "continue";
  readonly compensateSelf: "ifUnknown" | "always" | "never";
  readonly onCompensationFailure: "hold" | "continue";
};

export type SagaStep = StepSpec &
  KindSpec & {
    /** Indexes into `edges`, in the document's order. */
    readonly incoming: readonly number[];
    readonly outgoing: readonly number[];
  };

/** `from` and `to` are indexes into `steps`. */
export type SagaEdge = {
  readonly from: number;
  readonly to: number;
  readonly when: Expression | null;
  readonly otherwise: boolean;
};

/** Who reacts to an event of a choreography, and with what (engine.md section 8). Times in milliseconds. */
export type Reaction = {
  readonly id: string;
  readonly title: string;
  readonly on: readonly string[];
  readonly when: Expression | null;
  /** The step that it is, or that it undoes: an index into `steps`. */
  readonly step: number;
  readonly half: "action" | "compensation";
  readonly send: CommandSpec | null;
  readonly emit: string | null;
  /** What is sent or emitted; null: the event's data, and `saga_id`. */
  readonly input: Template | null;
  /** The events one of which must come of it. */
  readonly expect: readonly string[];
  /** Those of them that say that it did not happen. */
  readonly fails: readonly string[];
  readonly within: number | null;
  readonly repeat: boolean;
};

/** What a saga that nobody conducts has beside its steps. */
export type Choreography = {
  readonly mode: "drive" | "observe";
  readonly correlation: Template;
  readonly starts: string;
  readonly reactions: readonly Reaction[];
  readonly completed: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
  /** Every type of event that it knows: all that it can hear of. */
  readonly events: ReadonlySet<string>;
};

export type Saga = {
  readonly document: SagaDocument;
  readonly type: string;
  readonly version: number;
  readonly steps: readonly SagaStep[];
  readonly edges: readonly SagaEdge[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Step indexes, every step after all of its predecessors. */
  readonly order: readonly number[];
  /** `downstream[i]` has the indexes of every step reachable from step i. */
  readonly downstream: readonly ReadonlySet<number>[];
  readonly undoOrder: "graph" | "sequence";
  readonly deadline: number | null;
  readonly businessKey: Template | null;
  readonly businessKeyUnique: boolean;
  readonly exposure: Template | null;
  /** Null: an orchestration. Its steps are the reactions that do something; those that undo are their compensations. */
  readonly choreography: Choreography | null;
};
