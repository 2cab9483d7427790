import type { Reaction, Saga } from "@/engine/definition/saga";
import { type StepState, unitsOf } from "@/engine/run/state";

/** What the steps of a choreography wait for, in the words that follow their titles. */
export type Expectations = {
  /** Null: it waits for no event at this moment. */
  readonly of: (step: string, state: StepState) => string | null;
  readonly undoOf: (step: string) => string | null;
};

/** Null for an orchestration. */
export function expectationsOf({ choreography, indexOf }: Saga): Expectations | null {
  if (choreography === null) return null;
  const reactionsOf = (step: string, half: Reaction["half"]) =>
    choreography.reactions.filter((r) => r.half === half && r.step === indexOf.get(step));
  return {
    of: (step, state) => {
      const expected = reactionsOf(step, "action").flatMap((r) => r.expect);
      const isAccepted = unitsOf(state).some(({ action }) => action.open?.accepted);
      return isAccepted && expected.length > 0 ? `waits for ${expected.join(" or ")}` : null;
    },
    undoOf: (step) => {
      const on = reactionsOf(step, "compensation").flatMap((r) => r.on);
      return on.length === 0 ? null : `waits for ${[...new Set(on)].join(" or ")}`;
    },
  };
}
