/** evolve, of a choreography: what was heard, which reactions fired on it, and the end that it announced. */

import type { Saga } from "../definition/saga";
import { changed, newWork } from "../evolve-parts";
import type { ChoreographyState, RunState, StepState } from "../run/state";
import type { Transition } from "../run/transition";
import { heardBy } from "./reactions";

type Of<T extends Transition["type"]> = Extract<Transition, { type: T }>;

export function eventHeard(saga: Saga, state: RunState, t: Of<"EventHeard">, at: number): RunState {
  const { event, unexpected } = t;
  const { heard, last } = heardBy(state);
  const { id, source, type, data } = event;
  return withPart(state, {
    heard: [...heard, { id, source, type, at, unexpected }],
    // What nobody reads is not kept.
    last: saga.choreography?.events.has(type) ? { ...last, [type]: data } : last,
  });
}

export function eventExplained(state: RunState, { event }: Of<"EventExplained">): RunState {
  const heard = heardBy(state).heard.map((h, n) => (n === event ? { ...h, unexpected: false } : h));
  return withPart(state, { heard });
}

/** A reaction that repeats has an item for each time. */
export function reactionFired(saga: Saga, state: RunState, t: Of<"ReactionFired">): RunState {
  const { reaction, event, step, half, item = null } = t;
  const { fired, heard, last } = heardBy(state);
  const data = last[heard[event]?.type ?? ""] ?? null;
  const next = withPart(state, { fired: [...fired, { reaction, event, step, half, item, data }] });
  if (item === null || half === "compensation") return next;
  return changed(saga, next, { step }, (w) => ({
    items: [...((w as StepState).items ?? []), { ...newWork, value: null }],
  }));
}

export function endHeard(state: RunState, { as, event, number }: Of<"EndHeard">): RunState {
  return withPart(state, { end: { as, event, number } });
}

function withPart(state: RunState, change: Partial<ChoreographyState>): RunState {
  return {
    ...state,
    state: state.state === "started" ? "pending" : state.state,
    choreography: { ...heardBy(state), ...change },
  };
}
