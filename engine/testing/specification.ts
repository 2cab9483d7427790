/** given(what happened).when(what happens now).then…(what that means): how the core's rules are written as tests. */
import { expect } from "vitest";
import { decide } from "../decide";
import type { Saga } from "../definition/saga";
import type { Json } from "../json";
import type { Decision, InvokeCommand } from "../run/command";
import type { Operation, OperationName, Outcome, RunEvent } from "../run/event";
import type { Half, RunState } from "../run/state";
import type { Transition } from "../run/transition";

/** Events without their time: the specification's clock gives it. */
type Timeless<E> = E extends unknown ? Omit<E, "at"> : never;
export type Happening = Timeless<RunEvent> | { readonly type: "Wait"; readonly ms: number };

export const runId = "01890000-0000-7000-8000-000000000001";
export const startOfTime = Date.UTC(2026, 0, 1);

export function requested(data: Json = {}): Happening {
  return { type: "RunRequested", run: runId, data, actor: "ada" };
}

export function replied(step: string, outcome: Outcome, half: Half = "action", attempt?: number): Happening {
  return { type: "ReplyReceived", step, half, outcome, ...(attempt === undefined ? {} : { attempt }) };
}

const error = { code: "no", message: "No" };
export const succeeded = (step: string, result: Json = { ok: step }) => replied(step, { kind: "success", result });
export const declined = (step: string) => replied(step, { kind: "terminal", error });
export const busy = (step: string) => replied(step, { kind: "retryable", error, whenSpent: "none" });
export const broke = (step: string) => replied(step, { kind: "retryable", error, whenSpent: "unknown" });
export const lost = (step: string) => replied(step, { kind: "unknown", error });
export const undone = (step: string) => replied(step, { kind: "success", result: null }, "compensation");
export const undoDeclined = (step: string) => replied(step, { kind: "terminal", error }, "compensation");
export const undoLost = (step: string) => replied(step, { kind: "unknown", error }, "compensation");
export const wait = (ms: number): Happening => ({ type: "Wait", ms });
export const takenOver: Happening = { type: "RunTakenOver" };

export function asked(operation: OperationName, more: Partial<Operation> = {}): Happening {
  return { type: "OperationRequested", id: "op", actor: "grace", operation: { operation, reason: "because", ...more } };
}

type Expected = Transition["type"] | Partial<Transition>;

export function specification(saga: Saga) {
  const given = (...happened: readonly Happening[]) => {
    let at = startOfTime;
    let state: RunState | null = null;
    const happen = (happening: Happening): Decision | null => {
      if (happening.type === "Wait") {
        at += happening.ms;
        return happen({ type: "TimePassed" });
      }
      const decision = decide(saga, state, { at, ...happening } as RunEvent);
      state = decision.state;
      return decision;
    };
    for (const happening of happened) happen(happening);
    return {
      when: (happening: Happening) => {
        const before = state;
        const decision = happen(happening) as Decision;
        return outcome(before, decision);
      },
      /** The state itself, when the history is all that is tested. */
      state: () => state as unknown as RunState,
    };
  };
  return { given };
}

function outcome(before: RunState | null, decision: Decision) {
  const state = decision.state as RunState;
  const calls = decision.commands.filter((c): c is InvokeCommand => c.type === "InvokeCommand");
  const checks = {
    state,
    decision,
    /** The transitions, in order; a name, or the fields that matter. */
    thenTransitions: (...expected: readonly Expected[]) => {
      const wanted = expected.map((e) =>
        typeof e === "string" ? expect.objectContaining({ type: e }) : expect.objectContaining(e),
      );
      expect(decision.transitions).toEqual(wanted);
      return checks;
    },
    thenNothingHappens: () => {
      expect(decision.transitions).toEqual([]);
      expect(decision.state).toBe(before);
      return checks;
    },
    thenRefused: (code: string) => {
      expect(decision.refused?.code).toBe(code);
      expect({ ...state, seq: before?.seq }).toEqual(before);
      return checks;
    },
    /** The commands sent, as `Service.Command`. */
    thenCalls: (...commands: readonly string[]) => {
      expect(calls.map((c) => c.command)).toEqual(commands);
      return checks;
    },
    thenRun: (expected: Partial<RunState>) => {
      expect(state).toMatchObject(expected);
      return checks;
    },
    thenStep: (id: string, expected: object) => {
      expect(state.steps.find((s) => s.id === id)).toMatchObject(expected);
      return checks;
    },
  };
  return checks;
}
