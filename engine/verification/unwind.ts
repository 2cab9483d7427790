/** The compensating half held against engine.md section 5: what is undone, when, and how often. */
import type { Saga } from "../definition/saga";
import type { RunState } from "../run/state";
import {
  type Case,
  indexOf,
  isOwed,
  isSpared,
  isUndoBegun,
  isUndoUnderWay,
  nameOf,
  type Of,
  stepIn,
  type Tell,
  type Unit,
  unitsAt,
  workIn,
} from "./case";

type Undo = {
  readonly saga: Saga;
  readonly state: RunState;
  readonly unit: Unit;
  readonly name: string;
  readonly tell: Tell;
};

/** 3: an undo starts when U3 allows it, and 4: only where it is owed. A further attempt began in its turn. */
export function undoesInOrder({ saga, state, t, tell }: Case<Of<"CompensationStarted">>): void {
  const name = nameOf(t);
  const unit = { index: indexOf(saga, t.step), item: t.item ?? null, w: workIn(saga, state, t) };
  if (state.unwind?.phase !== "running") tell(3, `The undo of ${name} started though the run does not unwind`);
  if (state.paused) tell(null, `The undo of ${name} was sent while the run was paused`);
  if (isUndoBegun(unit.w)) return;
  if (!isOwed(saga, unit)) tell(4, `${name} is undone though no undo is owed`);
  if (isSpared(saga, state, unit)) tell(3, `${name} is undone though it was to stay, or left out`);
  const undo: Undo = { saga, state, unit, name, tell };
  state.steps.forEach((other, index) => {
    const isInTheWay = saga.undoOrder === "sequence" || saga.downstream[unit.index]?.has(index) === true;
    if (!isInTheWay && index !== unit.index) return;
    if (other.status === "executing") tell(3, `The undo of ${name} started while ${other.id} was in flight`);
    for (const otherUnit of unitsAt(state, index)) waitsFor(undo, otherUnit);
  });
}

function waitsFor({ saga, state, unit, name, tell }: Undo, other: Unit): void {
  const inSequence = saga.undoOrder === "sequence";
  const isOwn = other.index === unit.index;
  if (isOwn && (other.item === unit.item || !inSequence)) return;
  const otherName = nameOf({
    step: state.steps[other.index]?.id ?? "",
    ...(other.item === null ? {} : { item: other.item }),
  });
  if (isUndoUnderWay(other.w)) tell(3, `The undo of ${name} started before that of ${otherName} was done`);
  if (isUndoBegun(other.w) || !isOwed(saga, other) || isSpared(saga, state, other)) return;
  const isLater = (other.w.settledOrder ?? 0) > (unit.w.settledOrder ?? 0);
  if (!inSequence || isLater) tell(3, `The undo of ${name} started before the undo that ${otherName} was owed`);
}

/** What happened after its undo is to be undone once more. */
export function happensLate({ t, seen }: Case<Of<"AttentionRaised">>): void {
  if (t.reason !== "late_effect" || t.step === null) return;
  seen.undone.delete(nameOf({ step: t.step, ...(t.item === undefined ? {} : { item: t.item }) }));
}

/** 4: one effective undo, unless a late effect asks for another. */
export function undoesOnce({ saga, state, t, seen, tell }: Case<Of<"CompensationCompleted">>): void {
  const s = stepIn(saga, state, t.step);
  if (s.items !== null && t.item === undefined) return undoesAllItems(saga, state, t.step, tell);
  const name = nameOf(t);
  const isLate = state.attention.some((a) => a.reason === "late_effect" && a.step === t.step && a.item === t.item);
  const isUndone = seen.undone.has(name) || (!isLate && workIn(saga, state, t).status === "compensated");
  if (isUndone) tell(4, `${name} was undone twice`);
  seen.undone.add(name);
}

/** F7: a forEach is undone when every item is that owed it. */
function undoesAllItems(saga: Saga, state: RunState, step: string, tell: Tell): void {
  const missing = unitsAt(state, indexOf(saga, step)).find((u) => isOwed(saga, u) && u.w.status !== "compensated");
  if (missing) tell(4, `${step} counts as undone, but item ${missing.item} is not`);
}

/** U5: no unwind begins while a pivot is under way, or may have happened and a person is asked about it. */
export function unwindsAfterPivot({ saga, state, tell }: Case<Of<"UnwindStarted">>, isTerminated: boolean): void {
  if (state.endedAt !== null || isTerminated) return;
  state.steps.forEach((s, index) => {
    if (saga.steps[index]?.class !== "pivot") return;
    const isUnknown = s.action.unsettled.length > 0 || s.action.inDoubt !== undefined;
    const isOpen = s.action.open !== null || s.probe?.open != null || s.probe?.retryAt != null;
    if (s.status === "executing" && (isOpen || isUnknown))
      tell(null, `The unwind began while the pivot ${s.id} was under way`);
    if (s.handling === "hold" && s.effect === "unknown")
      tell(null, `The unwind began though nobody knows whether the pivot ${s.id} happened`);
  });
}
