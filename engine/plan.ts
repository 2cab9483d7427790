/**
 * plan: what an operation would do, before anybody presses the button. It asks the engine itself: it decides the
 * operation, then lets every undo succeed, and writes down what was sent on the way.
 */
import { undoInput } from "./context";
import { decide } from "./decide";
import type { Saga, SagaStep } from "./definition/saga";
import type { Json } from "./json";
import { isUndoBegun, isUndoOwed } from "./rules";
import type { InvokeCommand, Refusal } from "./run/command";
import type { Operation } from "./run/event";
import { type Effect, isEnded, type RunLifecycle, type RunState, type StepState, stepOf } from "./run/state";

export type PlannedUndo = {
  /** Undos with the same number run side by side. */
  readonly order: number;
  readonly step: string;
  readonly service: string;
  readonly command: string;
  readonly input: Json;
  readonly effect: Effect;
  readonly status: "planned" | "compensating" | "compensated" | "compensation_failed";
};

export type Gap = { readonly step: string; readonly reason: "no_compensation" | "irreversible" | "unknown_never" };

export type OperationPlan = {
  readonly seq: number;
  readonly operation: Operation["operation"];
  readonly summary: string;
  readonly undos: readonly PlannedUndo[];
  readonly forward: readonly {
    readonly step: string;
    readonly service: string;
    readonly command: string;
    readonly input: Json;
  }[];
  readonly gaps: readonly Gap[];
  readonly state: RunLifecycle;
};

/** What `operation` would do to the run at `at` (milliseconds), or why it would be refused. Changes nothing. */
export function plan(
  saga: Saga,
  state: RunState,
  operation: Operation,
  at: number,
): OperationPlan | { readonly refused: Refusal } {
  const decided = decide(saga, state, { type: "OperationRequested", at, id: "plan", actor: "plan", operation });
  if (decided.refused) return { refused: decided.refused };
  const after = decided.state ?? state;
  const calls = decided.commands.filter((c): c is InvokeCommand => c.type === "InvokeCommand");
  const unwinds = after.unwind !== null || (isEnded(after) && after.seq !== state.seq && after.state === "failed");
  const undos = unwinds && operation.operation !== "terminate" ? undosOf(saga, state, after, at) : [];
  const forward = calls
    .filter((c) => c.half === "action")
    .map(({ step, service, command, input }) => ({ step, service, command, input }));
  return {
    seq: state.seq,
    operation: operation.operation,
    summary: after.unwind?.phase === "requested" ? waits : summaryOf(operation, undos, forward.length),
    undos,
    forward,
    gaps: unwinds ? gapsOf(saga, after) : [],
    state: after.state,
  };
}

/** Lets the unwind run to its end in the pure engine: in-flight actions become unknown, every undo succeeds. */
function undosOf(saga: Saga, before: RunState, after: RunState, at: number): PlannedUndo[] {
  const past = before.steps.filter((s) => !isUndoDue(s) && isUndoBegun(s) && stepOf(after, s.id)?.status === s.status);
  const undos = past.map((s) => planned(saga, before, s, 0, before));
  let state = settleActions(saga, resumed(saga, after, at), at);
  for (let order = 1; !isEnded(state); order++) {
    const wave = state.steps.filter(isUndoDue);
    if (wave.length === 0) break;
    for (const s of wave) undos.push(planned(saga, state, s, order, before));
    state = wave.reduce((next, s) => undone(saga, next, s, at), state);
  }
  return undos;
}

/** Under way, or failed and held until a person repairs it; a failure that was passed over is not tried again. */
function isUndoDue(s: StepState): boolean {
  return s.status === "compensating" || (s.status === "compensation_failed" && s.handling === "hold");
}

/** A paused run's undos wait for the resume: the plan tells what comes then. */
function resumed(saga: Saga, state: RunState, at: number): RunState {
  return state.paused ? asked(saga, state, { operation: "resume", reason: "plan" }, at) : state;
}

function asked(saga: Saga, state: RunState, operation: Operation, at: number): RunState {
  return decide(saga, state, { type: "OperationRequested", at, id: "plan", actor: "plan", operation }).state ?? state;
}

function settleActions(saga: Saga, state: RunState, at: number): RunState {
  const error = { code: "unknown", message: "In flight when the plan was made" };
  let next = state;
  for (const s of state.steps) {
    if (s.status !== "executing" || !s.action.open) continue;
    const outcome = { kind: "unknown", error } as const;
    next = decide(saga, next, { type: "ReplyReceived", at, step: s.id, half: "action", outcome }).state ?? next;
  }
  return next;
}

/** The undo succeeds; one that a person must repair first is marked done by hand. */
function undone(saga: Saga, state: RunState, s: StepState, at: number): RunState {
  if (s.status === "compensation_failed")
    return asked(saga, state, { operation: "markCompensated", step: s.id, reason: "plan", evidence: "plan" }, at);
  const outcome = { kind: "success", result: null } as const;
  return decide(saga, state, { type: "ReplyReceived", at, step: s.id, half: "compensation", outcome }).state ?? state;
}

function planned(saga: Saga, state: RunState, s: StepState, order: number, before: RunState): PlannedUndo {
  return {
    ...commandOf(saga, s),
    order,
    input: undoInput(state, s),
    effect: s.effect,
    status: statusOf(s, stepOf(before, s.id)),
  };
}

/** `planned` is what the operation makes be sent; the rest is under way, done, or failed and waits for a person. */
function statusOf(s: StepState, today: StepState | undefined): PlannedUndo["status"] {
  if (s.status === "compensation_failed" || s.status === "compensated") return s.status;
  return today?.status === "compensating" ? "compensating" : "planned";
}

function commandOf(saga: Saga, s: StepState) {
  const compensation = specOf(saga, s)?.compensation;
  return { step: s.id, service: compensation?.service ?? "", command: compensation?.command ?? "" };
}

function specOf(saga: Saga, s: StepState): SagaStep | undefined {
  return saga.steps[saga.indexOf.get(s.id) ?? -1];
}

/** What is left standing: effects for which no undo is owed, and why. */
function gapsOf(saga: Saga, state: RunState): Gap[] {
  return state.steps.flatMap((s): Gap[] => {
    const spec = specOf(saga, s);
    if (!spec || spec.class === "readonly" || s.effect === "none" || isUndoOwed(spec, s)) return [];
    if (spec.class === "irreversible") return [{ step: s.id, reason: "irreversible" }];
    return [{ step: s.id, reason: spec.compensation === null ? "no_compensation" : "unknown_never" }];
  });
}

const waits = "Stop the run once the step at the point of no return has settled, unless it completes";

const sentences: Record<Operation["operation"], string> = {
  retry: "Try the step again",
  skip: "Skip the step and go on",
  complete: "Mark the step completed and go on",
  fail: "Mark the step failed",
  compensate: "End the run; there is nothing to undo",
  retryCompensation: "Try the undo again",
  markCompensated: "Mark the undo done by hand",
  pause: "Pause: nothing more is sent until the run is resumed",
  resume: "Resume the run",
  cancel: "Cancel the run; there is nothing to undo",
  terminate: "End the run now, undoing nothing",
  note: "Add a note to the log",
};

function summaryOf(operation: Operation, undos: readonly PlannedUndo[], forward: number): string {
  const toDo = undos.filter((u) => u.status !== "compensated").length;
  const steps = (n: number) => `${n} step${n === 1 ? "" : "s"}`;
  if (operation.operation === "compensate" && toDo > 0) return `Undo ${steps(toDo)}`;
  if (operation.operation === "cancel" && toDo > 0) return `Cancel and undo ${steps(toDo)}`;
  if (operation.operation === "fail" && toDo > 0) return `Mark the step failed and undo ${steps(toDo)}`;
  if (operation.operation === "resume" && toDo > 0) return `Resume and undo ${steps(toDo)}`;
  if (operation.operation === "resume" && forward > 0) return `Resume and call ${steps(forward)}`;
  return sentences[operation.operation];
}
