/** Operations on the compensating half: compensate now, retry a failed undo, mark it done by hand (U4, U6, U10). */
import type { Draft, Place } from "../draft";
import { isUndoBegun, isUndoOwed, stays } from "../rules";
import type { Refusal } from "../run/command";
import type { LeftOut, Operation } from "../run/event";
import { type Attention, isEnded, isInDoubt, unitsOf, type WorkState } from "../run/state";
import { clearAttention, isDoneAnew, retryUndo, startUndo, undoCompleted } from "../undo";
import { beginUnwind } from "../unwind";
import { namedPlaces, namedStep, refuse, type Stuck } from "./stuck";

export function compensate(draft: Draft, operation: Operation): Refusal | null {
  const { state } = draft;
  if (operation.step !== undefined) return undoAgain(draft, operation);
  if (state.unwind !== null && (!draft.isUnwinding || state.unwind.downTo === null))
    return refuse("unwinding", "The run is already being stopped");
  const stop = operation.downTo === undefined ? null : mayNotStopAt(draft, operation.downTo);
  const refused = stop ?? mayNotLeaveOut(draft, operation);
  if (refused) return refused;
  if (draft.isUnwinding) {
    unwindFurther(draft, operation);
    return null;
  }
  if (state.state === "failed" && state.rollback !== "incomplete")
    return refuse("run_ended", "The run has ended and nothing is left to undo");
  const { downTo, leaveOut } = operation;
  beginUnwind(draft, "operator", { downTo, leaveOut });
  if (draft.state.unwind?.phase === "requested" && (downTo !== undefined || leaveOut?.length))
    return refuse(
      "pivot_in_flight",
      "The point of no return is in flight; only the whole run can be asked to stop now",
    );
  return null;
}

/** An unwind that stopped at a step goes on, to the end or to an earlier step (U10). */
export function unwindFurther(draft: Draft, { downTo, leaveOut }: Pick<Operation, "downTo" | "leaveOut">): void {
  draft.record({
    type: "UnwindContinued",
    ...(downTo === undefined ? {} : { downTo }),
    ...(leaveOut && leaveOut.length > 0 ? { leaveOut } : {}),
  });
  const isAnswered = (a: Attention) =>
    a.reason === "unwind_stopped" ||
    (a.reason === "compensation_failed" && leaveOut?.some((l) => l.step === a.step) === true);
  for (const { since: _, ...concern } of draft.state.attention.filter(isAnswered)) {
    draft.record({ type: "AttentionCleared", ...concern });
  }
}

/** Only what has an effect can stay, and of an unwind that stops already only what comes before (U10). */
function mayNotStopAt(draft: Draft, step: string): Refusal | null {
  const index = draft.saga.indexOf.get(step);
  if (index === undefined) return refuse("unknown_step", `This saga has no step ${step}`);
  const units = unitsOf(draft.step(index));
  if (units.every((w) => w.effect === "none"))
    return refuse("step_state", `${step} has done nothing that could stay; name a step that completed`);
  if (units.some(isUndoBegun)) return refuse("step_state", `The undo of ${step} has begun; it cannot stay any more`);
  const { downTo } = draft.state.unwind ?? { downTo: null };
  if (downTo === null || (step !== downTo && stays(draft.saga, draft.state, { index, item: null }))) return null;
  return refuse("step_state", `${step} does not come before ${downTo}, where the unwind stops already`);
}

/** What an unwind is to leave out must be there, and not be undone already. */
function mayNotLeaveOut(draft: Draft, { leaveOut = [] }: Operation): Refusal | null {
  const unknown = leaveOut.find((l) => !draft.saga.indexOf.has(l.step));
  if (unknown !== undefined) return refuse("unknown_step", `This saga has no step ${unknown.step}`);
  const silent = leaveOut.find((l) => l.reason.trim() === "");
  if (silent) return refuse("reason_required", `Say why the undo of ${silent.step} is left out`);
  const begun = leaveOut.find((l) => isBeingUndone(draft, l));
  return begun ? refuse("step_state", `The undo of ${begun.step} has begun; it cannot be left out any more`) : null;
}

/** Under way, or done as far as it was owed. */
function isBeingUndone(draft: Draft, { step }: LeftOut): boolean {
  const index = draft.saga.indexOf.get(step) ?? -1;
  const owed = unitsOf(draft.step(index)).filter((w) => isUndoOwed(draft.spec(index), w));
  if (owed.some((w) => w.status === "compensating")) return true;
  return owed.length > 0 && owed.every((w) => w.status === "compensated");
}

/** A success that came after the undo is undone again, under a new key (F5). */
function undoAgain(draft: Draft, operation: Operation): Refusal | null {
  const index = namedStep(draft, operation, () => false);
  if (typeof index !== "number") return index;
  const { id } = draft.step(index);
  const late = draft.state.attention.filter((a) => a.reason === "late_effect" && a.step === id);
  const places = late
    .map((a) => ({ index, item: a.item ?? null }))
    .filter((p) => operation.item === undefined || p.item === operation.item);
  if (places.length === 0)
    return refuse("step_state", `${id} has no late effect to undo; leave the step out to unwind the whole run`);
  if (draft.spec(index).undoneBy === null) return refuse("no_compensation", `${id} has no compensation`);
  if (!draft.isUnwinding && draft.state.state !== "failed")
    return refuse("run_not_failed", `This run is not being undone; unwind it, or mark ${id} undone by hand`);
  const stopped = mayNotUndo(draft, index);
  if (stopped) return stopped;
  if (places.some((place) => draft.work(place).status === "compensating"))
    return refuse("attempt_open", `${id} is being undone; wait for the outcome`);
  const isUnsure = (w: WorkState) => isUndoBegun(w) && isInDoubt(w.undo);
  if (places.some((place) => isUnsure(draft.work(place))))
    return refuse("outcome_unknown", `Whether the undo of ${id} took effect is unknown; retry that first`);
  openUnwind(draft);
  for (const place of places) undoPlaceAgain(draft, place);
  return null;
}

function undoPlaceAgain(draft: Draft, place: Place): void {
  const w = draft.work(place);
  clearAttention(draft, place);
  if (isUndoBegun(w)) startUndo(draft, place, { generation: w.undo.generation + 1, anew: true });
}

/** No undo is sent while the run is paused (U9), nor beside another where they go strictly one at a time (U3). */
function mayNotUndo(draft: Draft, index: number): Refusal | null {
  if (draft.state.paused) return refuse("paused", "The run is paused; resume it first");
  if (draft.saga.undoOrder === "graph") return null;
  const other = draft.state.steps.find(
    (s, i) => i !== index && unitsOf(s).some((w) => w.status === "compensating" || w.action.open),
  );
  return other
    ? refuse("attempt_open", `Undos of this saga go one at a time, and ${other.id} is not settled yet; wait for it`)
    : null;
}

export function retryCompensation(draft: Draft, operation: Operation): Refusal | null {
  const found = stuckUndo(draft, operation, {});
  if ("refusal" in found) return found.refusal;
  const { index } = found;
  // One at a time means the items too: the others follow by themselves.
  const places = draft.saga.undoOrder === "sequence" ? found.places.slice(-1) : found.places;
  const stopped = mayNotUndo(draft, index);
  if (stopped) return stopped;
  if (operation.input !== undefined && places.some((place) => isInDoubt(draft.work(place).undo))) {
    const { id } = draft.step(index);
    const detail = `Whether the undo of ${id} took effect is unknown; retry it with the same input first`;
    return refuse("outcome_unknown", detail);
  }
  openUnwind(draft);
  for (const place of places) {
    clearAttention(draft, place);
    retryPlace(draft, place, operation);
  }
  return null;
}

function retryPlace(draft: Draft, place: Place, { input: edited }: Operation): void {
  const { undo, status } = draft.work(place);
  const input = edited === undefined ? {} : { input: edited };
  const isAnew = isDoneAnew(draft, place) && (status === "compensation_failed" || edited !== undefined);
  if (undo.attempt === 0) startUndo(draft, place, input);
  else if (isAnew) startUndo(draft, place, { generation: undo.generation + 1, ...input });
  else retryUndo(draft, place, true);
}

export function markCompensated(draft: Draft, operation: Operation): Refusal | null {
  const found = stuckUndo(draft, operation, { lateEffect: true });
  if ("refusal" in found) return found.refusal;
  if (!operation.evidence?.trim()) return refuse("evidence_required", "Say how you know that it is undone");
  if (draft.state.state === "failed") openUnwind(draft);
  for (const place of found.places) undoCompleted(draft, place, null, operation.evidence);
  return null;
}

/** An effect that came when no undo was owed, or that nobody undid. */
function isLeft({ reason }: Attention, { status }: WorkState): boolean {
  return reason === "late_effect" || (reason === "missing_compensation" && status !== "compensated");
}

/** An undo that failed, or that waits for its next attempt. `lateEffect`: or an effect that came when none was owed. */
function stuckUndo(draft: Draft, operation: Operation, allow: { lateEffect?: boolean }): Stuck {
  const isStuck = (w: WorkState) => w.status === "compensation_failed" || w.undo.retryAt !== null;
  const index = namedStep(draft, operation, (s) => unitsOf(s).some((w) => w.status === "compensation_failed"));
  if (typeof index !== "number") return { refusal: index };
  const { id, status } = draft.step(index);
  const isLate = (place: Place) =>
    allow.lateEffect === true &&
    draft.work(place).effect !== "none" &&
    draft.state.attention.some(
      (a) => isLeft(a, draft.work(place)) && a.step === id && (a.item ?? place.item) === place.item,
    );
  const named = namedPlaces(draft, index, operation, () => true);
  if ("code" in named) return { refusal: named };
  if (named.some((place) => draft.work(place).undo.open)) {
    const detail = `An attempt to undo ${id} is under way; wait for its reply or its time-out`;
    return { refusal: refuse("attempt_open", detail) };
  }
  const places = named.filter((place) => isStuck(draft.work(place)) || isLate(place));
  if (places.length > 0) return { index, places };
  const detail = `${id} is ${status}; this needs an undo that failed or waits for its next attempt`;
  return { refusal: refuse("step_state", detail) };
}

/** An ended run whose undo is taken up again unwinds once more (U6); its other failed undos are left as they are. */
function openUnwind(draft: Draft): void {
  if (isEnded(draft.state)) draft.record({ type: "UnwindStarted", cause: "operator" });
}
