/** What the shell must do after a decision is committed. Commands are data; only the shell performs them. */
import type { Json } from "../json";
import type { ParentAsk } from "./event";
import type { Parent, Part, Rollback, RunState, StepError } from "./state";
import type { Transition } from "./transition";

/** Call a service. `key` is the idempotency key (F4), the same on every attempt of one generation. */
export type InvokeCommand = {
  readonly type: "InvokeCommand";
  readonly run: string;
  readonly saga: string;
  readonly step: string;
  readonly item?: number;
  readonly half: Part;
  readonly attempt: number;
  readonly generation: number;
  readonly key: string;
  readonly service: string;
  readonly command: string;
  readonly input: Json;
  /** Absolute: the call must end by then. */
  readonly timeoutAt: number;
  /** Only where an event of the service is waited for: how long from when it has the command; null: as long as it takes. */
  readonly eventWithin?: number | null;
  readonly http: { readonly method: string; readonly path: string } | null;
  /** Sent once more after a take-over: that this call did not happen says nothing of the one before it. */
  readonly again?: true;
};

/** Tell the world how the run ended: `<Saga>Completed`, `<Saga>Failed` or `<Saga>Unwound`. */
export type PublishEvent = {
  readonly type: "PublishEvent";
  readonly run: string;
  readonly saga: string;
  readonly event: string;
  readonly data: Json;
  /** Of an event that a reaction says: its own id, so that hearing it again is no news. */
  readonly id?: string;
};

/**
 * Begin the child run of a step, under an id that follows from parent, step and generation, so that doing it twice
 * begins one (U8). `find`: only see whether it was begun, as the parent unwinds already.
 */
export type StartChild = {
  readonly type: "StartChild";
  readonly run: string;
  readonly step: string;
  readonly attempt: number;
  readonly generation: number;
  readonly child: string;
  readonly saga: string;
  readonly data: Json;
  readonly parent: Parent;
  readonly startedBy: string | null;
  readonly persons: readonly string[];
  readonly find?: true;
};

/** How a child run ended, told to its parent's step. `half`: what the parent had asked for. */
export type ChildEnded = {
  readonly step: string;
  readonly half: "action" | "compensation";
  readonly generation: number;
  readonly state: "completed" | "failed";
  readonly rollback: Rollback | null;
  readonly result: Json;
  readonly error: StepError | null;
  readonly residue: readonly string[];
  /** Whoever is behind the child or changed an input of it (F14); nobody: nobody knows. Not there: not said. */
  readonly persons?: readonly string[];
};

/** A word from one run to another, durable in the same commit as the decision it follows from (U8). */
export type TellRun = {
  readonly type: "TellRun";
  readonly run: string;
  /** Derived, so that it is the same whenever this decision is made. */
  readonly id: string;
  readonly message:
    | { readonly kind: "parent"; readonly ask: ParentAsk; readonly generation: number }
    | { readonly kind: "child"; readonly ended: ChildEnded };
};

export type Command = InvokeCommand | StartChild | TellRun | PublishEvent;

/**
 * What `decide` answers: what happened, what to do about it, and the state after it (`seq` one higher when anything
 * happened). `refused` is set when something was asked for that cannot be done now.
 */
export type Decision = {
  readonly transitions: readonly Transition[];
  readonly commands: readonly Command[];
  /** Null only when a start was refused. */
  readonly state: RunState | null;
  readonly refused?: Refusal;
};

export type Refusal = { readonly code: string; readonly detail: string };
