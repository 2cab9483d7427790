/** given(what happened).when(what happens now).then…(what that means): how the core's rules are written as tests. */
import { expect } from "vitest";
import { replyOfChild } from "../child-ended";
import { decide } from "../decide";
import type { Saga } from "../definition/saga";
import type { Json } from "../json";
import type { ChildEnded, Command, Decision, InvokeCommand } from "../run/command";
import type { Operation, OperationName, Outcome, ParentAsk, RunEvent } from "../run/event";
import type { Parent, Part, RunState } from "../run/state";
import type { Transition } from "../run/transition";

/** Events without their time: the specification's clock gives it. */
type Timeless<E> = E extends unknown ? Omit<E, "at"> : never;
export type Happening = Timeless<RunEvent> | { readonly type: "Wait"; readonly ms: number };

export const runId = "01890000-0000-7000-8000-000000000001";
export const startOfTime = Date.UTC(2026, 0, 1);

type Request = { readonly persons?: readonly string[]; readonly parent?: Parent };

export function requested(data: Json = {}, more: Request = {}): Happening {
  return { type: "RunRequested", run: runId, data, actor: "ada", ...more };
}

export function replied(step: string, outcome: Outcome, half: Part = "action", attempt?: number): Happening {
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

/** The same, of one item of a forEach. */
export const item = (n: number, happening: Happening): Happening => ({ ...happening, item: n }) as Happening;

/** The same, done by somebody: `person` is who it is, whatever key they used. */
export const by = (person: string | null, happening: Happening): Happening =>
  ({ ...happening, actor: person ?? "key", person }) as Happening;

export function accepted(step: string, more: { half?: Part; attempt?: number; generation?: number } = {}): Happening {
  return { type: "CallAccepted", step, half: "action", attempt: 1, generation: 1, ...more };
}

/** What the probe answered. */
export const answered = (step: string, result: Json) => replied(step, { kind: "success", result }, "probe");

export function signalled(signal: string, data: Json = null, id = "signal"): Happening {
  return { type: "SignalReceived", id, actor: "world", signal, data };
}

/** An event of a choreography, told by a service. */
export function told(type: string, data: Json = {}, id = type): Happening {
  return { type: "EventTold", event: { id, source: "world", type, data } };
}

type Decided = { readonly generation?: number; readonly form?: Json; readonly comment?: string };

export function approved(step: string, more: Decided = {}): Happening {
  const decision = { id: "decision", actor: "grace", person: "grace", generation: 1, form: null, comment: "" };
  return { type: "DecisionReceived", step, decision: "approve", ...decision, ...more };
}

export const rejected = (step: string, more: Decided = {}) =>
  ({ ...approved(step, more), decision: "reject" }) as Happening;

export const parentAsked = (ask: ParentAsk, generation = 0): Happening => ({ type: "ParentAsked", ask, generation });

/** How a child run ended, as its parent hears it. */
export function childEnded(step: string, ended: Partial<ChildEnded>): Happening {
  const end = { step, half: "action", generation: 1, state: "completed", rollback: null, result: null } as const;
  const { at: _, ...reply } = replyOfChild({ ...end, error: null, residue: [], ...ended }, { id: "ended", at: 0 });
  return reply;
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

function wordOf(command: Command): readonly string[] {
  if (command.type !== "TellRun") return [];
  const { run, message } = command;
  return [`${message.kind === "parent" ? message.ask : "ended"} ${run}`];
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
    /** Everything that the shell must do, in order; the fields that matter. */
    thenCommands: (...expected: readonly object[]) => {
      expect(decision.commands).toEqual(expected.map((e) => expect.objectContaining(e)));
      return checks;
    },
    /** What is said to other runs: `ask run`, or `ended run`. */
    thenTells: (...expected: readonly string[]) => {
      expect(decision.commands.flatMap(wordOf)).toEqual(expected);
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
