/** The questions that the rules of a choreography ask of its reactions, each answered in one place (section 8). */
import type { Choreography, Reaction, Saga } from "../definition/saga";
import type { Place } from "../draft";
import type { Json } from "../json";
import type { ToldEvent } from "../run/event";
import { type ChoreographyState, type Fired, type Half, isEnded, type RunState } from "../run/state";

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

/**
 * What a half of a place comes from: of an action, the reaction that it is; of an undo, the first that was set off after
 * its action was, whatever else undoes the step later. So its key and its input are the same for ever (F4, C1).
 */
export function firedAt(saga: Saga, state: RunState, place: Place, half: Half): Fired | null {
  const step = saga.steps[place.index]?.id;
  const { fired } = heardBy(state);
  const own = fired.findIndex((f) => f.step === step && f.half === "action" && f.item === place.item);
  if (half === "action" || own < 0) return fired[own] ?? null;
  return fired.find((f, n) => n > own && f.step === step && f.half === "compensation") ?? null;
}

/** The reaction that a half of a place comes from, or the first that could have been it. */
export function reactionAt(saga: Saga, state: RunState, place: Place, half: Half): Reaction | null {
  const fired = firedAt(saga, state, place, half);
  if (fired !== null) return reactionOf(saga, fired.reaction);
  return choreographyOf(saga).reactions.find((r) => r.step === place.index && r.half === half) ?? null;
}

/** The event that a reaction fired on, as it was then. */
export function eventOf(state: RunState, { event, data }: Fired): ToldEvent | null {
  const heard = heardBy(state).heard[event];
  return heard ? { id: heard.id, source: heard.source, type: heard.type, data } : null;
}

/** `events.<Type>`: the last of each type. */
export function lastEvents(state: RunState): { readonly [type: string]: Json } {
  const { heard, last } = heardBy(state);
  const events: Record<string, Json> = {};
  for (const { id, source, type } of heard)
    if (type in last) events[type] = { id, source, type, data: last[type] ?? null };
  return events;
}

/** Does the place wait for an event of its own, and not for its service's answer alone? */
export function awaitsEvent(saga: Saga, state: RunState, place: Place, half: Half): boolean {
  return (reactionAt(saga, state, place, half)?.expect.length ?? 0) > 0;
}

/** After an end was heard, and once something is undone on purpose, only reactions that undo fire (C2). */
export function isOver(state: RunState): boolean {
  return isEnded(state) || heardBy(state).end !== null || state.unwind !== null;
}

/** A type of event that ends a run. */
export function endsAs(saga: Saga, type: string): "completed" | "failed" | null {
  const { completed, failed } = choreographyOf(saga);
  return failed.has(type) ? "failed" : completed.has(type) ? "completed" : null;
}
