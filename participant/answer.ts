import type { Problem } from "./errors";
import type { Json } from "./json";

/**
 * What became of a command, before a transport says it in its own words. `did` tells a ledger more than the caller hears:
 * whether this call had the effect, or an earlier one.
 */
export type Answer =
  | {
      readonly kind: "done";
      readonly did: "effect" | "repeat" | "nothing" | "probed" | "fenced";
      readonly result: Json;
    }
  /** The reply comes later. */
  | { readonly kind: "accepted"; readonly did: "accepted" | "repeat" }
  | { readonly kind: "refused"; readonly did: "declined" | "tombstone"; readonly problem: Problem }
  /** Nothing happened, and may yet. */
  | { readonly kind: "busy"; readonly code: string; readonly message: string; readonly afterMs: number | null }
  /** Nobody knows whether anything happened. */
  | { readonly kind: "failed"; readonly code: string; readonly message: string }
  /** It is done, and nobody is told: for a test of what a lost answer leads to. */
  | { readonly kind: "unheard" };

const laterMark = Symbol("later");

/** The answer of an action whose reply comes later. */
export type Later = { readonly [laterMark]: true; readonly inMs: number | null; readonly note: Json };

/**
 * Answers that the reply comes later: 202. With `inMs` the handler's `finish` is called when that time has come, with
 * the note; without, somebody calls `settle(key)`.
 */
export function later({ inMs, note = null }: { inMs?: number; note?: Json } = {}): Later {
  return { [laterMark]: true, inMs: inMs ?? null, note };
}

export function isLater(value: unknown): value is Later {
  return typeof value === "object" && value !== null && laterMark in value;
}

const unheardMark = Symbol("unheard");

/** What `finish` did, and nobody will be told of. */
export type Unheard<R> = { readonly [unheardMark]: true; readonly result: R };

/** Does it and replies to nobody: for a test of what a lost reply leads to. */
export function unheard<R>(result: R): Unheard<R> {
  return { [unheardMark]: true, result };
}

export function isUnheard<R>(value: R | Unheard<R>): value is Unheard<R> {
  return typeof value === "object" && value !== null && unheardMark in value;
}
