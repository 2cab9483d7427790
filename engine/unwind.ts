/** The unwind: how it begins, whose turn it is, and how it ends (engine.md section 5). */
import { isAskedAbout } from "./attempts";
import type { Draft, Place } from "./draft";
import { itemsEnd, itemsFailed } from "./items";
import { doubtsOf, endsUnknown } from "./retry";
import { isPivotUndecided, isResidue, isUndoBegun, isUndoOwed, isUndoSettled, stays } from "./rules";
import type { LeftOut } from "./run/event";
import { isEnded, isInFlight, type Rollback, type RunCause, type StepError, unitsOf } from "./run/state";
import type { Transition } from "./run/transition";
import { startUndo, sumUp } from "./undo";

/** Reasons that the unwind answers by itself. */
const answered = new Set(["step_held", "unknown_outcome", "deadline_passed"]);

export type UnwindOptions = {
  /** The failure that began it. */
  readonly step?: string;
  readonly error?: StepError;
  /** Where it stops, and what it leaves out (U10). */
  readonly downTo?: string | undefined;
  readonly leaveOut?: readonly LeftOut[] | undefined;
};

/**
 * Begins the unwind, or asks for it while a pivot is in flight or unknown (U5). From here on no forward command is sent (U1): a
 * step that waits or is between two attempts has failed, one with an open attempt settles by its reply or its time-out.
 */
export function beginUnwind(draft: Draft, cause: RunCause, options: UnwindOptions = {}): void {
  const { state, saga } = draft;
  if (!isEnded(state) && isPivotUndecided(saga, state)) {
    if (state.unwind === null) draft.record({ type: "UnwindRequested", cause });
    return;
  }
  const redo = isEnded(state)
    ? state.steps.filter((s) => unitsOf(s).some((w) => w.status === "compensation_failed")).map((s) => s.id)
    : [];
  const { step, error, downTo, leaveOut } = options;
  draft.record({
    type: "UnwindStarted",
    cause,
    ...(redo.length > 0 ? { redo } : {}),
    ...(step === undefined ? {} : { step }),
    ...(error ? { error } : {}),
    ...(downTo === undefined ? {} : { downTo }),
    ...(leaveOut && leaveOut.length > 0 ? { leaveOut } : {}),
  });
  for (const { since: _, ...concern } of draft.state.attention.filter((a) => answered.has(a.reason))) {
    draft.record({ type: "AttentionCleared", ...concern });
  }
  for (let index = 0; index < state.steps.length; index++) {
    for (const place of draft.places(index)) if (isIdle(draft, place)) giveUp(draft, place);
  }
}

/** Between two attempts, waiting, or to be sent by this very decision: nothing is under way that would settle it. */
function isIdle(draft: Draft, place: Place): boolean {
  const w = draft.work(place);
  if (w.status !== "executing") return false;
  return !isInFlight(w) || draft.isNew({ type: "StepStarted", ...draft.named(place), attempt: w.action.attempt });
}

/** No further attempt follows; what the last one left may still be asked about (F11). */
function giveUp(draft: Draft, place: Place): void {
  const { action } = draft.work(place);
  const error = action.error ?? { code: "stopped", message: "The run began to unwind before the step was done" };
  const outcome = { kind: "retryable", error, whenSpent: "none" } as const;
  if (isAskedAbout(draft, place, outcome)) return;
  draft.record({
    type: "StepFailed",
    ...draft.named(place),
    attempt: action.attempt,
    error,
    effect: endsUnknown(action, outcome) ? "unknown" : "none",
    handling: "compensate",
    ...doubtsOf(action, outcome),
  });
}

/** Starts every undo whose turn it is, and ends the run when none is left (U3, U4), or rests where it is to stop (U10). */
export function goBack(draft: Draft): void {
  for (let index = 0; index < draft.state.steps.length; index++) restItems(draft, index);
  for (let next = turns(draft); next.length > 0 && !draft.state.paused; next = turns(draft)) {
    for (const place of next) startUndo(draft, place, {});
  }
  if (!isUnwound(draft)) return;
  if (draft.state.unwind?.downTo == null) return endRun(draft, { type: "RunFailed", ...endOf(draft) });
  const step = draft.state.unwind.downTo;
  if (draft.state.attention.some((a) => a.reason === "unwind_stopped")) return;
  draft.record({ type: "AttentionRaised", reason: "unwind_stopped", step });
}

/** A forEach is at rest when its items are: no further item starts in an unwind (F7). */
function restItems(draft: Draft, index: number): void {
  const s = draft.step(index);
  const end = s.status === "executing" ? itemsEnd(s) : null;
  if (end === null) return;
  if (end === "completed") {
    draft.record({ type: "StepCompleted", step: s.id, attempt: s.action.attempt, result: null, taken: null });
  } else {
    const stopped = { error: { code: "stopped", message: "The run began to unwind before all items were done" } };
    draft.record({ ...itemsFailed(s, end === "unfinished" ? stopped : end), handling: "compensate" });
  }
  // A person may have undone items by hand meanwhile.
  sumUp(draft, index);
}

// -------------------------------------------------------------------- turns

/** What may be undone now. */
function turns(draft: Draft): readonly Place[] {
  return draft.saga.undoOrder === "sequence" ? sequenceTurn(draft) : graphTurns(draft);
}

/** Is this unwind to undo it at all? Not what a person left out, nor what stays (U10). */
function isToUndo(draft: Draft, place: Place): boolean {
  return draft.step(place.index).leftOut === null && !stays(draft.saga, draft.state, place);
}

/** Graph order: an undo starts when every step downstream is settled and, if owed, undone. Branches go side by side. */
function graphTurns(draft: Draft): readonly Place[] {
  const { saga } = draft;
  const blocked = new Uint8Array(saga.steps.length);
  const next: Place[] = [];
  for (let k = saga.order.length - 1; k >= 0; k--) {
    const index = saga.order[k] as number;
    const held = draft.spec(index).outgoing.some((edge) => blocked[saga.edges[edge]?.to ?? 0] === 1);
    if (!held) next.push(...ownTurns(draft, index));
    if (held || isInTheWay(draft, index)) blocked[index] = 1;
  }
  return next;
}

/** Of a forEach, as many at once as it did, the last settled first. */
function ownTurns(draft: Draft, index: number): readonly Place[] {
  const s = draft.step(index);
  if (s.status === "executing") return [];
  const spec = draft.spec(index);
  const atOnce = spec.kind === "forEach" ? spec.concurrency : 1;
  const free = s.items === null ? 1 : atOnce - s.items.filter((i) => i.status === "compensating").length;
  if (free <= 0) return [];
  const due = draft.places(index).filter((place) => isDue(draft, place));
  return due.sort((a, b) => settledOrder(draft, b) - settledOrder(draft, a)).slice(0, free);
}

function isDue(draft: Draft, place: Place): boolean {
  const w = draft.work(place);
  if (!isUndoOwed(draft.spec(place.index), w) || isUndoBegun(w) || w.status === "executing") return false;
  return isToUndo(draft, place);
}

/** Nothing upstream may be undone yet: the step is in flight, or its own undo is not settled. */
function isInTheWay(draft: Draft, index: number): boolean {
  const s = draft.step(index);
  if (s.status === "executing") return true;
  return draft.places(index).some((place) => {
    const w = draft.work(place);
    return isUndoOwed(draft.spec(index), w) && !isUndoSettled(w) && (isUndoBegun(w) || isToUndo(draft, place));
  });
}

function settledOrder(draft: Draft, place: Place): number {
  return draft.work(place).settledOrder ?? 0;
}

/** Sequence order: when all in flight has settled, one at a time, last settled first; items count singly. */
function sequenceTurn(draft: Draft): readonly Place[] {
  let last: Place | null = null;
  for (let index = 0; index < draft.state.steps.length; index++) {
    if (draft.step(index).status === "executing") return [];
    for (const place of draft.places(index)) {
      const w = draft.work(place);
      if (isUndoBegun(w) && !isUndoSettled(w)) return [];
      if (!isDue(draft, place)) continue;
      if (last === null || settledOrder(draft, place) > settledOrder(draft, last)) last = place;
    }
  }
  return last === null ? [] : [last];
}

// ---------------------------------------------------------------------- end

/** What a person was asked to do about a run as a whole is void at its end. */
const overAtEnd = new Set(["deadline_passed", "log_full", "unwind_stopped"]);

export function endRun(draft: Draft, end: Extract<Transition, { type: "RunCompleted" | "RunFailed" }>): void {
  for (const { since: _, ...concern } of draft.state.attention.filter((a) => overAtEnd.has(a.reason))) {
    draft.record({ type: "AttentionCleared", ...concern });
  }
  draft.record(end);
}

function isUnwound(draft: Draft): boolean {
  return draft.state.steps.every((_, index) => !isInTheWay(draft, index));
}

/** How an unwind ended, said honestly: `clean` only if every undo that was owed is done (F2). */
export function endOf(draft: Draft): { readonly rollback: Rollback; readonly residue: readonly string[] } {
  const steps = draft.state.steps.map((s, i) => ({ s, spec: draft.spec(i) }));
  const residue = steps.flatMap(({ s, spec }) => [
    ...(isResidue(spec, s) ? [s.id] : []),
    ...s.childResidue.map((id) => `${s.id}.${id}`),
  ]);
  const late = new Set(draft.state.attention.flatMap((a) => (a.reason === "late_effect" ? [a.step] : [])));
  const missing = steps.some(
    ({ s, spec }) =>
      late.has(s.id) ||
      unitsOf(s).some((w) => isUndoOwed(spec, w) && w.status !== "compensated") ||
      (spec.compensateSelf === "never" && isResidue(spec, s) && unitsOf(s).some((w) => w.effect === "unknown")),
  );
  if (missing) return { rollback: "incomplete", residue };
  return { rollback: steps.some(({ s }) => isAnyUndone(s)) ? "clean" : "nothing_to_undo", residue };
}

function isAnyUndone(s: Parameters<typeof unitsOf>[0]): boolean {
  return unitsOf(s).some((w) => w.status === "compensated");
}
