/** What a reaction reads and sends: its event, the run, the last events of each type (engine.md section 8). */

import type { Saga } from "../definition/saga";
import type { Place } from "../draft";
import type { Json, JsonObject } from "../json";
import { isJsonObject } from "../json";
import type { Half, RunState, WorkState } from "../run/state";
import { eventOf, firedAt, lastEvents } from "./reactions";

/** The names that a reaction's expressions read beside the usual ones. */
export function namesOfEvent(state: RunState, event: Json): JsonObject {
  return { event, run: { id: state.id, key: state.businessKey }, events: lastEvents(state) };
}

/** The event that a half of a place comes from. */
export function eventAt(saga: Saga, state: RunState, place: Place, half: Half): Json {
  const fired = firedAt(saga, state, place, half);
  return fired === null ? null : eventOf(state, fired);
}

/** Where a reaction says nothing: the event's data and the run's key; an undo gets what its action answered as well. */
export function defaultReactionInput(state: RunState, event: Json, undone: WorkState | null): JsonObject {
  const data = isJsonObject(event) ? event.data : null;
  const base = { ...(isJsonObject(data) ? data : { data: data ?? null }), saga_id: state.businessKey };
  return undone === null ? base : { ...base, original_result: undone.effect === "happened" ? undone.result : null };
}

/** `run:reaction:event` (C1), and what tells items and new generations of it apart. The event by its number in the run. */
export function reactionKey(saga: Saga, state: RunState, place: Place, half: Half, generation: number): string {
  const fired = firedAt(saga, state, place, half);
  const item = place.item === null ? "" : `:${place.item}`;
  const anew = generation > 1 ? `:${generation}` : "";
  return `${state.id}:${fired?.reaction ?? saga.steps[place.index]?.id}:${fired?.event ?? 0}${item}${anew}`;
}
