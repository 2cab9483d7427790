/** The questions that the rules of a choreography ask of its reactions, each answered in one place (section 8). */
import type { Choreography, Reaction, Saga } from "../definition/saga";
import type { Place } from "../draft";
import type { Json } from "../json";
import type { ToldEvent } from "../run/event";
import type { ChoreographyState, Fired, Half, RunState } from "../run/state";

export function choreographyOf({ choreography, type }: Saga): Choreography {
  if (choreography === null) throw new Error(`${type} is no choreography`);
  return choreography;
}

export function heardBy({ choreography, id }: RunState): ChoreographyState {
  if (choreography === null) throw new Error(`Run ${id} is no choreography`);
  return choreography;
}

export function reactionOf(saga: Saga, id: string): Reaction {
  const reaction = choreographyOf(saga).reactions.find((r) => r.id === id);
  if (reaction === undefined) throw new Error(`${saga.type} v${saga.version} has no reaction ${id}`);
  return reaction;
}

/** The reaction to an event that a half of a place comes from: the last one, null while there is none. */
export function firedAt(saga: Saga, state: RunState, { index, item }: Place, half: Half): Fired | null {
  const step = saga.steps[index]?.id;
  // What undoes a reaction that repeats undoes all that it did.
  const isMeant = (f: Fired) => f.step === step && f.half === half && (half === "compensation" || f.item === item);
  return heardBy(state).fired.findLast(isMeant) ?? null;
}

/** The reaction that a half of a place comes from, or the first that could have been it. */
export function reactionAt(saga: Saga, state: RunState, place: Place, half: Half): Reaction | null {
  const fired = firedAt(saga, state, place, half);
  if (fired !== null) return reactionOf(saga, fired.reaction);
  return choreographyOf(saga).reactions.find((r) => r.step === place.index && r.half === half) ?? null;
}

/** The event with that number, with the data of the last of its type. */
export function eventNumber(state: RunState, n: number): ToldEvent | null {
  const { heard, last } = heardBy(state);
  const event = heard[n];
  return event ? { id: event.id, source: event.source, type: event.type, data: last[event.type] ?? null } : null;
}

/** `events.<Type>`: the last of each type. */
export function lastEvents(state: RunState): { readonly [type: string]: Json } {
  const { heard } = heardBy(state);
  const events: Record<string, Json> = {};
  heard.forEach((h, n) => {
    events[h.type] = eventNumber(state, n);
  });
  return events;
}

/** Does the place wait for an event of its own, and not for its service's answer alone? */
export function awaitsEvent(saga: Saga, state: RunState, place: Place, half: Half): boolean {
  return (reactionAt(saga, state, place, half)?.expect.length ?? 0) > 0;
}
