/**
 * Where a participant remembers what it did. The port has one method that matters, `transaction`: what a handler writes
 * through `tx` and what is remembered of it are there together, or not at all.
 */
import type { CloudEvent } from "../events";
import type { Json, JsonObject } from "../json";

export interface Store<Tx> {
  /** Runs `work` in one transaction, one at a time for each scope. What it throws takes back all that was written. */
  transaction<T>(scope: string, work: (book: Book<Tx>) => Promise<T>): Promise<T>;
  /**
   * The service's next work that was put off, or its next letter, replies first; null: there is none. Work that is due is given to one of
   * those who ask; if it is not settled or put off by then, it is due again after `claimMs`.
   */
  next(service: string, kind: "work" | "letter"): Promise<Next | null>;
  /** The work under this key is still being done: it is due again `claimMs` from now, unless it rests for longer. */
  renew(key: string): Promise<void>;
}

/** Whoever is given what another is still at waits for that one, and finds it done. */
export const claimMs = 10_000;

export type Next = { readonly id: string; readonly scope: string; readonly inMs: number };

/** The pages that a transaction may read and write. */
export interface Book<Tx> {
  readonly tx: Tx;
  find(key: string): Promise<Outcome | null>;
  /** What an action has done, oldest first. */
  findAll(sought: Sought): Promise<readonly Outcome[]>;
  /** Whether an undo that did not know the action's key came before it. */
  isBarred(place: Place): Promise<boolean>;
  /** Writes an outcome, in the place of the one with its key. */
  keep(outcome: Outcome): Promise<void>;
  /** As if it had never been asked. */
  forget(key: string): Promise<void>;
  post(letter: Letter): Promise<void>;
  letter(id: string): Promise<Letter | null>;
  /** `tries`: how often it was tried so far. */
  postpone(id: string, ms: number, tries: number): Promise<void>;
  drop(id: string): Promise<void>;
  /** Of what was undone nobody may hear a late success: it would say that the effect is there. */
  withdraw(key: string): Promise<void>;
}

/** The step of a run that an action was done for. `item` null: any. */
export type Place = {
  readonly service: string;
  readonly command: string;
  readonly run: string | null;
  readonly step: string | null;
  readonly item: number | null;
};

export type Sought = Place | { readonly service: string; readonly command: string; readonly subject: string };

/**
 * `waiting`: accepted, still to be done. `done`: its effect is there, unless `undoneBy` names the undo. `barred`: a
 * tombstone, the action may not come any more; `barredStep`: the same for every action of its place.
 */
export type Outcome = Place & {
  readonly key: string;
  readonly state: "waiting" | "done" | "barred" | "barredStep";
  readonly undoneBy: string | null;
  /** The id of what was made, by which an undo may find it. */
  readonly subject: string | null;
  readonly result: Json;
  readonly attempt: number | null;
  readonly generation: number | null;
  /** Of what waits: what it was asked, and when it is its turn by itself. */
  readonly input: JsonObject;
  readonly note: Json;
  readonly inMs: number | null;
};

/** A reply or an event that is to be sent until somebody takes it. */
export type Letter = {
  readonly id: string;
  readonly service: string;
  /** The action it tells of; null: of none. */
  readonly key: string | null;
  /** What must not run while it is being sent. */
  readonly scope: string;
  readonly kind: "reply" | "event";
  readonly event: CloudEvent;
  readonly tries: number;
};
