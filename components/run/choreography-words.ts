import type { Saga } from "@/engine/definition/saga";
import type { RunState } from "@/engine/run/state";
import type { ChoreographyWords } from "./event-words";

/** The names of a choreography's events and reactions, for its log; null for an orchestration. */
export function choreographyWords({ choreography }: Saga, state: RunState): ChoreographyWords | null {
  if (choreography === null) return null;
  const titles = new Map(choreography.reactions.map(({ id, title }) => [id, title]));
  return {
    eventOf: (event) => state.choreography?.heard[event]?.type ?? null,
    reactionOf: (reaction) => titles.get(reaction) ?? reaction,
    observed: choreography.mode === "observe",
  };
}
