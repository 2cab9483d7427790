import type { Later, Unheard } from "./answer";
import type { Command, LateCommand, Undo } from "./command";
import type { CloudEvent } from "./events";
import type { Json, JsonObject } from "./json";

/** What a handler may use. Both take effect with its transaction: what throws has written and said nothing. */
export type Context<Tx> = {
  readonly tx: Tx;
  /** Says an event on the bus. It is sent after the commit, until somebody takes it, always under one id. */
  readonly emit: (type: string, data: JsonObject, about?: { readonly subject?: string }) => void;
};

/** `null` and nothing are the same answer. */
export type Result = Json | undefined;

/**
 * An action, how it is undone, and the command that asks whether it happened. Every function runs in the transaction that
 * remembers its outcome, and at most once for a key.
 */
export type Handler<Tx, Input, R extends Result> = {
  /** Reads the input; whatever it throws refuses the command as `invalid_input`. */
  readonly parse?: (input: JsonObject) => Input;
  readonly do: (command: Command<Input>, context: Context<Tx>) => Promise<R | Later> | R | Later;
  /** Does what `later({ inMs })` put off, and answers the step's result. */
  readonly finish?: (command: LateCommand<Input>, context: Context<Tx>) => Promise<R | Unheard<R>> | R | Unheard<R>;
  readonly undo?: UndoHandler<Tx, NoInfer<R>>;
  readonly probe?: string;
};

export type UndoHandler<Tx, R extends Result> = {
  readonly command: string;
  /** A field of the action's result by which the undo may name what it means, if it does not know the action's key. */
  readonly by?: string;
  /** Called for what stands, and never twice for the same. */
  readonly do: (command: Undo<R>, context: Context<Tx>) => Promise<Result> | Result;
  /**
   * Called when there is nothing to undo, as what `later()` put off is until it is done; the tombstone is left by itself.
   * What `do` had begun outside before it answered `later()` is taken back here.
   */
  readonly nothing?: (command: Command, context: Context<Tx>) => Promise<void> | void;
};

export type Reaction<Tx> = (event: CloudEvent, context: Context<Tx>) => Promise<void> | void;

/** A handler as it is kept: what its types promised has been checked where it was written. */
export type AnyHandler<Tx> = {
  readonly name: string;
  readonly do: (command: Command, context: Context<Tx>) => Promise<Result | Later> | Result | Later;
  readonly finish: Finish<Tx> | null;
  readonly undo: UndoHandler<Tx, Json & Result> | null;
  readonly probe: string | null;
};

export type Finish<Tx> = (
  command: LateCommand<JsonObject>,
  context: Context<Tx>,
) => Promise<Result | Unheard<Result>> | Result | Unheard<Result>;

/** What a command's name stands for. */
export type Role<Tx> = { readonly kind: "action" | "undo" | "probe"; readonly of: AnyHandler<Tx> };
