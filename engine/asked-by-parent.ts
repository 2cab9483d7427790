/** What the parent saga's run may want of this one: that it stops, is undone, ends, or rests (engine.md U8). */
import type { Draft } from "./draft";
import { assertNever } from "./json";
import { terminate } from "./operations/run";
import { unwindFurther } from "./operations/unwind";
import { isPastPivot } from "./rules";
import type { ParentAsk } from "./run/event";
import { isEnded } from "./run/state";
import { beginUnwind } from "./unwind";

/** Asking twice changes nothing more. */
export function askedByParent(draft: Draft, ask: ParentAsk, generation: number): void {
  const { state } = draft;
  if (state.parent === null || isKnown(draft, ask, generation)) return;
  draft.record({ type: "ParentAsked", ask, generation });
  switch (ask) {
    case "cancel":
      return stop(draft);
    case "undo":
      return isEnded(state) ? undoEnded(draft) : stop(draft);
    case "terminate":
      return isEnded(state) ? undefined : void terminate(draft);
    case "pause":
      return draft.record({ type: "RunPaused" });
    case "resume":
      return draft.record({ type: "RunResumed" });
    default:
      return assertNever(ask);
  }
}

/** Asked before, or nothing comes of it: past its own pivot a child settles first, and is undone as a completed run. */
function isKnown({ saga, state }: Draft, ask: ParentAsk, generation: number): boolean {
  switch (ask) {
    case "undo":
      return state.parent?.undo === generation;
    case "cancel":
      return isEnded(state) || (state.unwind === null ? isPastPivot(saga, state) : state.unwind.downTo === null);
    case "terminate":
      return isEnded(state);
    case "pause":
      return isEnded(state) || state.paused;
    case "resume":
      return isEnded(state) || !state.paused;
  }
}

/** Past its own pivot the child goes on to its end, and is undone from there. An unwind that was to stop on its way does not. */
function stop(draft: Draft): void {
  const { state, saga } = draft;
  if (state.unwind !== null) {
    if (state.unwind.downTo !== null) unwindFurther(draft, {});
  } else if (!isPastPivot(saga, state)) beginUnwind(draft, "cancelled");
}

/** What is undone already needs no more than the answer that follows from being asked. */
function undoEnded(draft: Draft): void {
  const { state, rollback } = draft.state;
  if (state === "completed" || rollback === "incomplete") beginUnwind(draft, "operator");
}
