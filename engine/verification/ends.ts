/** The end of a run held against engine.md: that it is whole, honest and final (invariants 4 and 5). */
import { isEnded } from "../run/state";
import type { Transition } from "../run/transition";
import { type Case, isOwed, type Of, unitsAt } from "./case";

/** A completed run has nothing open, and undid nothing. */
export function completesWhole({ state, tell }: Case<Of<"RunCompleted">>): void {
  if (state.unwind?.phase === "running") tell(4, "The run completed in the middle of its unwind");
  for (const s of state.steps) {
    // One that turned out to have happened after all may have been undone by hand meanwhile.
    const isOver = s.status === "completed" || s.status === "skipped" || s.handling === "continue";
    if (!isOver && !(s.passed && s.status === "compensated"))
      tell(4, `The run completed though ${s.id} is ${s.status}`);
  }
}

/** 4: `clean` means that every undo that was owed is done; whatever stays is said, also of children. */
export function failsHonestly({ saga, state, t, tell }: Case<Of<"RunFailed">>): void {
  state.steps.forEach((s, index) => {
    const units = unitsAt(state, index);
    const isLeft =
      saga.steps[index]?.class !== "readonly" &&
      units.some((u) => u.w.effect !== "none" && u.w.status !== "compensated" && !isOwed(saga, u));
    if (isLeft && !t.residue.includes(s.id)) tell(4, `The effect of ${s.id} stays, and the end does not say so`);
    const silent = s.childResidue.find((id) => !t.residue.includes(`${s.id}.${id}`));
    if (silent !== undefined)
      tell(4, `The effect of ${silent} in the run of ${s.id} stays, and the end does not say so`);
    if (t.rollback === "incomplete") return;
    if (s.status === "executing" || s.action.open) tell(4, `The run ended ${t.rollback} while ${s.id} was in flight`);
    for (const u of units) {
      const name = u.item === null ? s.id : `item ${u.item} of ${s.id}`;
      if (isOwed(saga, u) && u.w.status !== "compensated")
        tell(4, `The run ended ${t.rollback}, but ${name} is not undone`);
      if (u.w.status === "compensated" && t.rollback === "nothing_to_undo")
        tell(4, `${name} was undone, yet nothing was to undo`);
    }
  });
  const late = state.attention.find((a) => a.reason === "late_effect");
  if (t.rollback !== "incomplete" && late)
    tell(4, `The run ended ${t.rollback} though ${late.step} happened after its undo`);
  if (t.rollback !== "incomplete" && state.unwind?.downTo != null)
    tell(4, `The run ended ${t.rollback} though its unwind was to stop at ${state.unwind.downTo}`);
}

/**
 * What may still become known of a run that ended, a late undo too; all else comes only after `UnwindStarted` (U6) or
 * `RunReopened` (U7).
 */
const afterEnd: ReadonlySet<Transition["type"]> = new Set([
  "UnwindStarted",
  "RunReopened",
  "CallAccepted",
  "LateReplyRecorded",
  "ReplyIgnored",
  "StepOutcomeSettled",
  "ChildResidueReported",
  "CompensationCompleted",
  "AttentionRaised",
  "AttentionCleared",
  "OperationAccepted",
  "OperationRefused",
  "SignalRefused",
  "DecisionRefused",
  "ParentAsked",
  "EventHeard",
  "EventExplained",
  "ReactionFired",
]);

/** 5 */
export function staysEnded({ state, t, tell }: Case): void {
  if (isEnded(state) && !afterEnd.has(t.type)) tell(5, `${t.type} after the run had ended as ${state.state}`);
}
