/** Which reactions an event sets off (engine.md section 8, C1): they are recorded here, and begun by `goOn`. */
import { contextOf } from "../context";
import type { Reaction } from "../definition/saga";
import type { Draft, Place } from "../draft";
import { evaluate } from "../expression/expression";
import { failStep } from "../forward";
import { isUndoBegun, isUndoOwed } from "../rules";
import type { StepError } from "../run/state";
import { undoFailed } from "../undo";
import { reopen } from "./attention";
import { namesOfEvent } from "./context";
import { choreographyOf, endsAs, firedAt, heardBy, isOver } from "./reactions";

/** The reactions to a type of event that fire on it, in the order of the definition (C1). */
export function firingOn(draft: Draft, type: string): readonly Reaction[] {
  const { fired } = heardBy(draft.state);
  return choreographyOf(draft.saga).reactions.filter((reaction) => {
    if (!reaction.on.includes(type)) return false;
    if (!reaction.repeat && fired.some((f) => f.reaction === reaction.id)) return false;
    if (reaction.half === "compensation") return isAnythingToUndo(draft, reaction);
    // What ends the run sets off no more (C2).
    return !isOver(draft.state) && endsAs(draft.saga, type) === null;
  });
}

/** What was never set off needs no undo, nor what is being undone, or was. */
function isAnythingToUndo(draft: Draft, { step }: Reaction): boolean {
  return draft.places(step).some((place) => {
    if (firedAt(draft.saga, draft.state, place, "action") === null) return false;
    if (firedAt(draft.saga, draft.state, place, "compensation") !== null) return false;
    const w = draft.work(place);
    if (w.status === "executing" || w.status === "pending") return true;
    return isUndoOwed(draft.spec(step), w) && !isUndoBegun(w);
  });
}

/** Answers whether it did. */
export function fire(draft: Draft, reaction: Reaction, event: number): boolean {
  const { id } = draft.spec(reaction.step);
  const isAnother = reaction.repeat && reaction.half === "action";
  const item = isAnother ? (draft.step(reaction.step).items?.length ?? 0) : null;
  const { holds, error } = conditionOf(draft, reaction, event);
  if (!holds && !error) return false;
  const undos = draft.places(reaction.step).filter((place) => isDueNow(draft, place));
  // An undo that cannot be told to be wanted is a matter for a person, where there is an effect; a failed end tells the rest.
  if (error && reaction.half === "compensation" && undos.length === 0) return false;
  if (reaction.half === "compensation" && error) reopen(draft);
  const place = { index: reaction.step, item };
  draft.record({
    type: "ReactionFired",
    reaction: reaction.id,
    event,
    step: id,
    half: reaction.half,
    ...(item === null ? {} : { item }),
  });
  if (error === null) return true;
  const outcome = { kind: "terminal", error } as const;
  if (reaction.half === "action") failStep(draft, place, outcome);
  else for (const undo of undos) undoFailed(draft, undo, outcome);
  return true;
}

function isDueNow(draft: Draft, place: Place): boolean {
  const w = draft.work(place);
  return w.status !== "executing" && isUndoOwed(draft.spec(place.index), w) && !isUndoBegun(w);
}

type Condition = { readonly holds: boolean; readonly error: StepError | null };

/** A condition that cannot be evaluated is a failure that a person must look at, never a crash (F1). */
function conditionOf(draft: Draft, { when, half }: Reaction, n: number): Condition {
  if (when === null) return { holds: true, error: null };
  const { heard, last } = heardBy(draft.state);
  const told = heard[n];
  const event = told ? { id: told.id, source: told.source, type: told.type, data: last[told.type] ?? null } : null;
  const found = evaluate(when, { ...contextOf(draft.saga, draft.state), ...namesOfEvent(draft.state, event) });
  if (!found.ok) return { holds: false, error: { code: "expression", message: found.problem.message } };
  if (typeof found.value === "boolean") return { holds: found.value, error: null };
  const message = `The condition of this ${half === "action" ? "reaction" : "undo"} gave no true or false`;
  return { holds: false, error: { code: "expression", message } };
}
