/**
 * A compiled definition: the document with every default filled in, its graph indexed, its expressions parsed.
 * What `decide` reads. Made once per version by `compile` and never changed.
 */
import type { Expression, Template } from "../expression/expression";
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

/** One half of a step: a command to a service. `input` null: the default input (engine.md section 9). */
export type CommandSpec = {
  readonly service: string;
  readonly command: string;
  readonly input: Template | null;
  readonly timeout: number;
  readonly retry: RetryPolicy;
  readonly http: { readonly method: string; readonly path: Template } | null;
};

export type SagaStep = {
  readonly id: string;
  readonly title: string;
  readonly kind: "action";
  readonly class: StepClass;
  readonly action: CommandSpec;
  readonly compensation: CommandSpec | null;
  readonly onFailure: "compensate" | "hold" | "continue";
  readonly compensateSelf: "ifUnknown" | "always" | "never";
  readonly onCompensationFailure: "hold" | "continue";
  /** Indexes into `edges`, in the document's order. */
  readonly incoming: readonly number[];
  readonly outgoing: readonly number[];
};

/** `from` and `to` are indexes into `steps`. */
export type SagaEdge = { readonly from: number; readonly to: number; readonly when: Expression | null };

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
};
