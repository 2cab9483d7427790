/** Events that did not come in time: of a reaction, and of one that undoes. They still count when they come. */
import type { Draft, Place } from "../draft";
import { reactionAt } from "./reactions";

/** Nobody knows what became of it, and a person is asked. */
export function eventMissed(draft: Draft, place: Place): void {
  const { attempt } = draft.work(place).action;
  const named = draft.named(place);
  const handling = draft.isUnwinding ? "compensate" : "hold";
  const error = missing(draft, place, "action");
  draft.record({ type: "StepFailed", ...named, attempt, error, effect: "unknown", handling, unsettled: true });
  if (!draft.isUnwinding) draft.record({ type: "AttentionRaised", reason: "missing_event", ...named });
}

/** Of a choreography that is only watched nobody here can do more than say so. */
export function undoMissed(draft: Draft, place: Place): void {
  const { attempt } = draft.work(place).undo;
  const handling = draft.saga.choreography?.mode === "observe" ? "continue" : "hold";
  const error = missing(draft, place, "compensation");
  draft.record({ type: "CompensationFailed", ...draft.named(place), attempt, error, handling, unsettled: true });
}

function missing(draft: Draft, place: Place, half: "action" | "compensation") {
  const reaction = reactionAt(draft.saga, draft.state, place, half);
  const from = reaction?.title ?? draft.spec(place.index).title;
  return { code: "missing_event", message: `${noneOf(reaction?.expect ?? [])} came from ${from} in time` };
}

function noneOf(types: readonly string[]): string {
  if (types.length <= 1) return `No ${types[0] ?? "event"}`;
  if (types.length === 2) return `Neither ${types[0]} nor ${types[1]}`;
  return `None of ${types.slice(0, -1).join(", ")} and ${types.at(-1)}`;
}
