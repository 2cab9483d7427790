/** What the shell must do after a decision is committed. Commands are data; only the shell performs them. */
import type { Json } from "../json";
import type { Half, RunState } from "./state";
import type { Transition } from "./transition";

/** Call a service. `key` is the idempotency key (F4), the same on every attempt of one generation. */
export type InvokeCommand = {
  readonly type: "InvokeCommand";
  readonly run: string;
  readonly saga: string;
  readonly step: string;
  readonly half: Half;
  readonly attempt: number;
  readonly generation: number;
  readonly key: string;
  readonly service: string;
  readonly command: string;
  readonly input: Json;
  /** Absolute: the call must end by then. */
  readonly timeoutAt: number;
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
};

export type Command = InvokeCommand | PublishEvent;

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
