/** Everything that could happen next to a run: what the walk tries, and what random histories draw from. */
import type { Operation, OperationName, Outcome, RunEvent } from "../run/event";
import type { Half, HalfState, RunState } from "../run/state";
import { nextWake } from "../wake";

const error = { code: "no", message: "No" };
const outcomes: readonly Outcome[] = [
  { kind: "success", result: { ok: true } },
  { kind: "terminal", error },
  { kind: "retryable", error, whenSpent: "none" },
  { kind: "retryable", error, whenSpent: "unknown" },
  { kind: "unknown", error },
];

const onRuns: readonly OperationName[] = ["cancel", "compensate", "pause", "resume", "terminate", "note"];
const onSteps: readonly OperationName[] = [
  "retry",
  "skip",
  "complete",
  "fail",
  "retryCompensation",
  "markCompensated",
  "compensate",
];

/** Everything: what happens by itself, and every operation. */
export function possibleEvents(state: RunState): RunEvent[] {
  return [...happenings(state), ...everyOperation(state)];
}

/** Every operation, on the run and on each step that was ever tried. */
export function everyOperation(state: RunState): RunEvent[] {
  const at = state.updatedAt + 1;
  const tried = state.steps.filter((s) => s.action.attempt > 0);
  const named = tried.flatMap((s) => onSteps.flatMap((name) => operations(at, name, s.id)));
  return [...named, ...onRuns.flatMap((name) => operations(at, name))];
}

/** Replies in time and late, the passing of time, a worker's death. */
export function happenings(state: RunState): RunEvent[] {
  const at = state.updatedAt;
  const wake = nextWake(state);
  const events: RunEvent[] = [{ type: "RunTakenOver", at }];
  if (wake !== null) events.push({ type: "TimePassed", at: Math.max(wake, at) });
  for (const s of state.steps) {
    events.push(...replies(at, s.id, "action", s.action), ...replies(at, s.id, "compensation", s.undo));
  }
  return events;
}

function replies(at: number, step: string, half: Half, state: HalfState): RunEvent[] {
  const attempts = new Set(state.unsettled);
  if (state.attempt > 0) attempts.add(state.attempt);
  return [...attempts].flatMap((attempt) =>
    outcomes.map(
      (outcome) => ({ type: "ReplyReceived", at, step, half, attempt, generation: state.generation, outcome }) as const,
    ),
  );
}

function operations(at: number, operation: OperationName, step?: string): RunEvent[] {
  const base: Operation = { operation, reason: "because", ...(step === undefined ? {} : { step }) };
  const variants: Operation[] =
    operation === "complete"
      ? [{ ...base, result: { by: "hand" } }]
      : operation === "markCompensated"
        ? [{ ...base, evidence: "seen" }]
        : operation === "fail"
          ? [{ ...base, effect: "none" }, base]
          : [base];
  return variants.map((o) => ({
    type: "OperationRequested",
    at,
    id: `${o.operation}:${o.step ?? ""}`,
    actor: "grace",
    operation: o,
  }));
}
