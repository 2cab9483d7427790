/** What becomes of one half of a step, its action or its undo, as attempts begin and end (F3, F4). Part of `evolve`. */
import type { Json } from "./json";
import type { HalfState } from "./run/state";

export const newHalf: HalfState = {
  generation: 1,
  attempt: 0,
  open: null,
  retryAt: null,
  spent: 0,
  unsettled: [],
  error: null,
  firstAt: null,
  startedAt: null,
  endedAt: null,
};

type Attempted = {
  readonly attempt: number;
  readonly generation: number;
  readonly timeoutAt: number | null;
  readonly input?: Json;
  readonly path?: string;
  readonly fresh?: true;
};

/** A new generation begins without doubt; a further attempt of the same one does not answer for those before it. */
export function begun({ inDoubt, ...half }: HalfState, t: Attempted, at: number): HalfState {
  const anew = t.generation !== half.generation || half.attempt === 0;
  const fresh = anew || t.fresh === true;
  const next: HalfState = {
    ...half,
    generation: t.generation,
    attempt: t.attempt,
    open: { startedAt: at, timeoutAt: t.timeoutAt },
    retryAt: null,
    spent: fresh ? t.attempt - 1 : half.spent,
    unsettled: anew ? [] : half.unsettled,
    firstAt: fresh ? at : half.firstAt,
    startedAt: half.startedAt ?? at,
    endedAt: null,
  };
  return {
    ...next,
    ...(inDoubt && !anew ? { inDoubt } : {}),
    ...(t.input === undefined ? {} : { input: t.input }),
    ...(t.path === undefined ? {} : { path: t.path }),
  };
}

type Unanswered = { readonly attempt: number; readonly error: HalfState["error"]; readonly unsettled: boolean };
/** `inDoubt`: what was in doubt before is unknown for good, as no other attempt follows. */
type Last = Unanswered & { readonly inDoubt?: true };

export function waiting(
  half: HalfState,
  t: Unanswered & { readonly retryAt: number; readonly inDoubt?: true; readonly undelivered?: true },
): HalfState {
  const next = {
    ...half,
    open: null,
    retryAt: t.retryAt,
    error: t.error,
    // An attempt that was never delivered does not count against the budget.
    spent: t.undelivered ? half.spent + 1 : half.spent,
    unsettled: unsettledWith(half, t),
  };
  return t.inDoubt ? { ...next, inDoubt: [...(half.inDoubt ?? []), t.attempt] } : next;
}

export function failed(half: HalfState, t: Last, at: number): HalfState {
  const unsettled = unsettledWith(half, t);
  const doubted = t.inDoubt ? (half.inDoubt ?? []).filter((attempt) => !unsettled.includes(attempt)) : [];
  return { ...ended(half, t.error, at), unsettled: doubted.length > 0 ? [...unsettled, ...doubted] : unsettled };
}

/** Skipped between two attempts: what the last one left is as unknown as if the attempts were spent (F8). */
export function skippedHalf(half: HalfState, at: number): HalfState {
  const { attempt, error } = half;
  return failed(half, { attempt, error, unsettled: false, inDoubt: true }, at);
}

export function ended({ inDoubt: _, ...half }: HalfState, error: HalfState["error"], at: number): HalfState {
  return { ...half, open: null, retryAt: null, error, endedAt: at };
}

function unsettledWith(half: HalfState, t: Unanswered): readonly number[] {
  return t.unsettled && !half.unsettled.includes(t.attempt) ? [...half.unsettled, t.attempt] : half.unsettled;
}

/** The open attempt was taken, and its reply comes by another way (F6). */
export function accepted(half: HalfState, attempt: number, timeoutAt = half.open?.timeoutAt ?? null): HalfState {
  if (half.open === null || half.attempt !== attempt) return half;
  return { ...half, open: { startedAt: half.open.startedAt, timeoutAt, accepted: true } };
}

export function settled(half: HalfState, attempt: number): HalfState {
  return { ...half, unsettled: half.unsettled.filter((a) => a !== attempt) };
}
