/**
 * Everything that could happen next to a run, likely or not, true or not: what the walk tries, and what adversarial
 * histories draw from.
 */
import type { Saga } from "../definition/saga";
import type { JsonObject } from "../json";
import type { Operation, OperationName, Outcome, ParentAsk, RunEvent } from "../run/event";
import type { HalfState, Part, RunState, StepState, WorkState } from "../run/state";
import { nextWake } from "../wake";

const error = { code: "no", message: "No" };
const outcomes: readonly Outcome[] = [
  { kind: "success", result: { ok: true } },
  { kind: "terminal", error },
  { kind: "retryable", error, whenSpent: "none" },
  { kind: "retryable", error, whenSpent: "unknown" },
  { kind: "unknown", error },
];
const answers: readonly Outcome[] = [
  { kind: "success", result: { happened: true, result: { ok: true } } },
  { kind: "success", result: { happened: false, fenced: true } },
  { kind: "success", result: { happened: false } },
  { kind: "terminal", error },
  { kind: "retryable", error, whenSpent: "none" },
];
/** How a child run may end. */
const childOutcomes = outcomes.filter((o) => o.kind !== "retryable");

const onRuns: readonly OperationName[] = ["cancel", "compensate", "pause", "resume", "terminate", "note", "startAgain"];
const onSteps: readonly OperationName[] = [
  "retry",
  "skip",
  "complete",
  "fail",
  "retryCompensation",
  "markCompensated",
  "compensate",
];
const asks: readonly ParentAsk[] = ["cancel", "undo", "terminate", "pause", "resume"];

/** Everything: what happens by itself, what others say, and every operation. */
export function possibleEvents(saga: Saga, state: RunState): RunEvent[] {
  return [...happenings(saga, state), ...words(saga, state), ...told(saga, state), ...everyOperation(state)];
}

/** Every event that a choreography knows and one that it does not, new, and those that it has heard before again. */
export function told(saga: Saga, state: RunState): RunEvent[] {
  if (!saga.choreography) return [];
  const at = state.updatedAt + 1;
  const n = state.choreography?.heard.length ?? 0;
  const data: JsonObject = n % 7 === 3 ? { order_id: "o-1", n } : { order_id: "o-1", n, ok: n % 5 !== 2 };
  const fresh = [...saga.choreography.events, "Stranger"].map((type): RunEvent => {
    const event = { id: `told:${n}:${type}`, source: "world", type, data };
    return { type: "EventTold", at, event };
  });
  const again = state.choreography?.heard.map(
    ({ id, source, type }): RunEvent => ({ type: "EventTold", at, event: { id, source, type, data } }),
  );
  return [...fresh, ...fresh, ...(again ?? []), ...answeredWith(saga, state)];
}

/** Every operation, on the run, on each step that was ever begun, and on each of its items. */
export function everyOperation(state: RunState): RunEvent[] {
  const at = state.updatedAt + 1;
  const begun = state.steps.filter((s) => s.status !== "pending");
  const named = begun.flatMap((s) =>
    onSteps.flatMap((name) => [
      ...operations(at, { operation: name, step: s.id }),
      ...(s.items ?? []).flatMap((_, item) => operations(at, { operation: name, step: s.id, item })),
    ]),
  );
  const partly = begun.flatMap((s) => [
    { operation: "compensate", downTo: s.id } as const,
    { operation: "compensate", leaveOut: [{ step: s.id, reason: "because" }] } as const,
  ]);
  return [
    ...named,
    ...onRuns.flatMap((operation) => operations(at, { operation })),
    ...partly.flatMap((o) => operations(at, o)),
  ];
}

/** Replies in time and late, calls taken, the passing of time, a worker's death. */
export function happenings(saga: Saga, state: RunState): RunEvent[] {
  const at = state.updatedAt;
  const wake = nextWake(state);
  const events: RunEvent[] = [{ type: "RunTakenOver", at }];
  if (wake !== null) events.push({ type: "TimePassed", at: Math.max(wake, at) });
  for (const [index, s] of state.steps.entries()) {
    if (saga.steps[index]?.kind === "saga") events.push(...ofChild(at, s));
    else if (s.items) s.items.forEach((w, item) => void events.push(...ofWork(at, { step: s.id, item }, w)));
    else events.push(...ofWork(at, { step: s.id }, s));
  }
  return events;
}

type Named = { readonly step: string; readonly item?: number };

function ofWork(at: number, named: Named, { action, undo, probe }: WorkState): RunEvent[] {
  return [
    ...replies(at, named, "action", action, action.generation),
    ...replies(at, named, "compensation", undo, undo.generation),
    ...(probe ? replies(at, named, "probe", probe, action.generation) : []),
  ];
}

/** The event that is to come of a command, as the answer to it. */
export function answeredWith(saga: Saga, state: RunState): RunEvent[] {
  return state.steps.flatMap((s, index) =>
    (saga.choreography?.reactions ?? [])
      .filter((r) => r.step === index && r.half === "action")
      .flatMap((r) => r.expect)
      .flatMap((type) =>
        (s.items ?? [s]).flatMap((w, item): RunEvent[] => {
          if (w.action.open === null) return [];
          const id = `answer:${state.seq}:${type}:${item}`;
          const result = { specversion: "1.0", id, source: "service", type, data: { ok: true } };
          const named = s.items ? { step: s.id, item } : { step: s.id };
          const outcome = { kind: "success", result } as const;
          return [
            {
              type: "ReplyReceived",
              at: state.updatedAt,
              ...named,
              half: "action",
              attempt: w.action.attempt,
              outcome,
            },
          ];
        }),
      ),
  );
}

function replies(at: number, named: Named, half: Part, state: HalfState, generation: number): RunEvent[] {
  const attempts = new Set(state.unsettled);
  if (state.attempt > 0) attempts.add(state.attempt);
  const said = [...attempts].flatMap((attempt): RunEvent[] =>
    (half === "probe" ? answers : outcomes).map((outcome) => ({
      type: "ReplyReceived",
      at,
      ...named,
      half,
      attempt,
      generation,
      outcome,
    })),
  );
  const { attempt } = state;
  return state.open ? [...said, { type: "CallAccepted", at, ...named, half, attempt, generation }] : said;
}

function ofChild(at: number, { id: step, action, undo }: StepState): RunEvent[] {
  if (action.attempt === 0) return [];
  const { attempt, generation } = action;
  const ended = (half: "action" | "compensation", of: number): RunEvent[] =>
    childOutcomes.map((outcome) => ({
      type: "ReplyReceived",
      at,
      step,
      half,
      generation: of,
      outcome,
      residue: outcome.kind === "unknown" ? ["mail"] : [],
    }));
  return [
    { type: "CallAccepted", at, step, half: "action", attempt, generation },
    ...ended("action", generation),
    ...(undo.attempt > 0 ? ended("compensation", undo.generation) : []),
  ];
}

/** Signals, decisions, and what a parent asks. */
export function words(saga: Saga, state: RunState): RunEvent[] {
  const at = state.updatedAt + 1;
  const said = saga.steps.flatMap((spec, index): RunEvent[] => {
    const id = `word:${state.seq}:${index}`;
    if (spec.kind === "signal")
      return [{ type: "SignalReceived", at, id, actor: "world", signal: spec.signal, data: { ok: true } }];
    const s = state.steps[index];
    if (spec.kind !== "approval" || !s) return [];
    return (["approve", "reject"] as const).flatMap((decision): RunEvent[] =>
      ["ada", "grace"].map((person) => ({
        type: "DecisionReceived",
        at,
        id: `${id}:${decision}:${person}`,
        actor: person,
        person,
        step: spec.id,
        generation: s.action.generation,
        decision,
        form: null,
        comment: "",
      })),
    );
  });
  const asked =
    state.parent === null ? [] : asks.map((ask): RunEvent => ({ type: "ParentAsked", at, ask, generation: 1 }));
  return [...said, ...asked];
}

function operations(at: number, wanted: Omit<Operation, "reason">): RunEvent[] {
  const base: Operation = { ...wanted, reason: "because" };
  return variantsOf(base).map((operation, i) => ({
    type: "OperationRequested",
    at,
    id: `${JSON.stringify(wanted)}:${i}`,
    actor: "grace",
    person: "grace",
    operation,
  }));
}

function variantsOf(base: Operation): readonly Operation[] {
  switch (base.operation) {
    case "complete":
      return [{ ...base, result: { by: "hand" } }];
    case "markCompensated":
      return [{ ...base, evidence: "seen" }];
    case "fail":
      return [{ ...base, effect: "none" }, base];
    case "retry":
    case "retryCompensation":
      return [base, { ...base, input: { edited: true } }];
    default:
      return [base];
  }
}
