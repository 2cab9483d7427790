/** Attempts of an undo, of a step or of one item: sent, tried again, held for a person, done (engine.md U4). */
import { render } from "./attempts";
import { defaultInput, subjectOf } from "./context";
import type { Draft, Place } from "./draft";
import type { Json } from "./json";
import { deliveryOf, doubtsOf, leavesUnknown, nextAttemptAt } from "./retry";
import { isUndoBegun, isUndoOwed } from "./rules";
import type { Failure } from "./run/event";
import { isInDoubt, type StepState } from "./run/state";

/** `anew`: the action is known to have done more than the last undo was told, so the input is made once more. */
export type UndoOptions = { readonly generation?: number; readonly input?: Json; readonly anew?: true };

/** Sends the first attempt of an undo's generation; an input that cannot be made is a failed undo (F1). */
export function startUndo(draft: Draft, place: Place, options: UndoOptions): void {
  const { undo, undoOrder } = draft.work(place);
  const { compensation, undoneBy } = draft.spec(place.index);
  if (undoneBy === null) return;
  if (undoneBy === "child" && draft.step(place.index).child === null) return undoWithoutChild(draft, place);
  const generation = options.generation ?? undo.generation + (isDoneAnew(draft, place) ? 1 : 0);
  const sent = render(draft, place, "compensation", undoInputGiven(draft, place, options));
  if (!sent.ok) return undoFailed(draft, place, { kind: "terminal", error: sent.error });
  const { input, path } = sent;
  draft.record({
    type: "CompensationStarted",
    ...draft.named(place),
    attempt: generation === undo.generation ? undo.attempt + 1 : 1,
    generation,
    timeoutAt: compensation === null ? null : draft.at + compensation.timeout,
    order: undoOrder ?? draft.state.undosBegun + 1,
    ...(generation === undo.generation && undo.attempt > 0 ? { fresh: true as const } : {}),
    ...(input !== undefined && input !== undo.input ? { input } : {}),
    ...(path === undefined ? {} : { path }),
  });
}

/** No run of the step is known, and yet there may be something to undo: a person must see to it (U8). */
function undoWithoutChild(draft: Draft, place: Place): void {
  const message =
    draft.work(place).effect === "happened"
      ? "It was completed by hand, so there is no run to undo; undo it by hand, and say so"
      : "It was ended before anybody knew whether its run had begun; look for it, and undo it by hand if there is one";
  undoFailed(draft, place, { kind: "terminal", error: { code: "no_child_run", message } });
}

/** What was given or sent before, unless it is to be made anew; a default that once was edited is written out again. */
function undoInputGiven(draft: Draft, place: Place, options: UndoOptions): Json | undefined {
  const { undo } = draft.work(place);
  const given = options.input ?? (options.anew ? undefined : undo.input);
  if (given !== undefined || undo.input === undefined || draft.spec(place.index).compensation?.input) return given;
  return defaultInput(subjectOf(draft.saga, draft.state, place), "compensation");
}

/**
 * An undo that is known to have failed is done anew under a new key; an unknown one keeps its key (F4). A child run is asked
 * anew each time: its own undos keep theirs.
 */
export function isDoneAnew(draft: Draft, place: Place): boolean {
  const { undo } = draft.work(place);
  return undo.attempt > 0 && (!isInDoubt(undo) || draft.spec(place.index).undoneBy === "child");
}

/** Sends the next attempt of an undo under the same key. */
export function retryUndo(draft: Draft, place: Place, fresh: boolean): void {
  const { undo, undoOrder } = draft.work(place);
  const { compensation } = draft.spec(place.index);
  draft.record({
    type: "CompensationStarted",
    ...draft.named(place),
    attempt: undo.attempt + 1,
    generation: undo.generation,
    timeoutAt: compensation === null ? null : draft.at + compensation.timeout,
    order: undoOrder ?? draft.state.undosBegun + 1,
    ...(fresh ? { fresh: true as const } : {}),
  });
}

/** An attempt of the undo ended without success: try again, patiently, or hold it for a person (U4). */
export function undoAttemptFailed(draft: Draft, place: Place, outcome: Failure): void {
  const { undo } = draft.work(place);
  const policy = draft.spec(place.index).compensation?.retry;
  if (outcome.kind !== "terminal" && policy) {
    const retry = { run: draft.state.id, ...draft.named(place), half: "compensation", state: undo } as const;
    const retryAt = nextAttemptAt(policy, retry, draft.at, outcome);
    if (retryAt !== null) {
      const unsettled = outcome.kind === "unknown";
      return draft.record({
        type: "CompensationRetryScheduled",
        ...draft.named(place),
        attempt: undo.attempt,
        error: outcome.error,
        retryAt,
        unsettled,
        ...(!unsettled && leavesUnknown(outcome) ? { inDoubt: true as const } : {}),
        ...deliveryOf(outcome),
      });
    }
  }
  undoFailed(draft, place, outcome);
}

export function undoFailed(draft: Draft, place: Place, outcome: Failure): void {
  const { undo } = draft.work(place);
  const handling = draft.spec(place.index).onCompensationFailure;
  const named = draft.named(place);
  const { error } = outcome;
  const doubts = doubtsOf(undo, outcome);
  draft.record({ type: "CompensationFailed", ...named, attempt: undo.attempt, error, handling, ...doubts });
  const isKnown = draft.state.attention.some((a) => a.reason === "compensation_failed" && a.step === named.step);
  if (handling === "hold" && !isKnown)
    draft.record({ type: "AttentionRaised", reason: "compensation_failed", step: named.step });
}

export function undoCompleted(draft: Draft, place: Place, result: Json, evidence?: string): void {
  const { undo } = draft.work(place);
  draft.record({
    type: "CompensationCompleted",
    ...draft.named(place),
    attempt: undo.attempt,
    result,
    ...(evidence === undefined ? {} : { evidence }),
  });
  clearAttention(draft, place);
  sumUp(draft, place.index);
}

/** A forEach is undone when every item that owed it is; not while the run goes forward, nor while an item is under way. */
export function sumUp(draft: Draft, index: number): void {
  const s = draft.step(index);
  if (s.items === null || s.status === "compensated" || s.status === "executing") return;
  if (!draft.isUnwinding && !isUndoBegun(s)) return;
  const owed = s.items.filter((i) => isUndoOwed(draft.spec(index), i));
  if (owed.length === 0 || owed.some((i) => i.status !== "compensated")) return;
  draft.record({ type: "CompensationCompleted", step: s.id, attempt: 0, result: null });
}

/** Clears what a person was asked to do about a step, or about an item and whatever no other item still asks for. */
export function clearAttention(draft: Draft, { index, item }: Place): void {
  const s = draft.step(index);
  for (const { since: _, ...concern } of draft.state.attention) {
    if (concern.step !== s.id || concern.reason === "unwind_stopped") continue;
    const isOwn = item === null || concern.item === item;
    if (isOwn || (concern.item === undefined && !isStillAsked(s, item, concern.reason)))
      draft.record({ type: "AttentionCleared", ...concern });
  }
}

function isStillAsked({ items }: StepState, but: number, reason: string): boolean {
  const others = items?.filter((_, i) => i !== but) ?? [];
  if (reason === "compensation_failed") return others.some((i) => i.handling === "hold");
  if (reason === "unknown_outcome") return others.some((i) => i.effect === "unknown");
  return others.some((i) => i.status === "failed");
}
