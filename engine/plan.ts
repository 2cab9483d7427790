/**
 * plan: what an operation would do, before anybody presses the button. It asks the engine itself: it decides the
 * operation, then lets every undo succeed, and writes down what was sent on the way.
 */
import { undoInput } from "./context";
import { decide } from "./decide";
import type { Saga, SagaStep } from "./definition/saga";
import type { Json } from "./json";
import { isUndoOwed } from "./rules";
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
  const undos: PlannedUndo[] = before.steps.filter((s) => s.status === "compensated").map((s) => done(saga, before, s));
  let state = settleActions(saga, after, at);
  for (let order = 1; !isEnded(state); order++) {
    const wave = state.steps.filter((s) => s.status === "compensating" || s.status === "compensation_failed");
    if (wave.length === 0) break;
    for (const s of wave) undos.push(planned(saga, state, s, order, before));
    const settled = wave.reduce((next, s) => undone(saga, next, s.id, at), state);
    if (settled === state) break;
    state = settled;
  }
  return undos;
}

function settleActions(saga: Saga, state: RunState, at: number): RunState {
  const error = { code: "unknown", message: "In flight when the plan was made" };
  let next: RunState = { ...state, paused: false };
  for (const s of state.steps) {
    if (s.status !== "executing" || !s.action.open) continue;
    const outcome = { kind: "unknown", error } as const;
    next = decide(saga, next, { type: "ReplyReceived", at, step: s.id, half: "action", outcome }).state ?? next;
  }
  return next;
}

function undone(saga: Saga, state: RunState, step: string, at: number): RunState {
  const outcome = { kind: "success", result: null } as const;
  return decide(saga, state, { type: "ReplyReceived", at, step, half: "compensation", outcome }).state ?? state;
}

function planned(saga: Saga, state: RunState, s: StepState, order: number, before: RunState): PlannedUndo {
  const was = stepOf(before, s.id)?.status;
  const status = was === "compensating" || was === "compensation_failed" ? was : "planned";
  return { ...commandOf(saga, s), order, input: undoInput(state, s), effect: s.effect, status };
}

function done(saga: Saga, state: RunState, s: StepState): PlannedUndo {
  return { ...commandOf(saga, s), order: 0, input: undoInput(state, s), effect: s.effect, status: "compensated" };
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
  if (operation.operation === "resume" && forward > 0) return `Resume and call ${steps(forward)}`;
  return sentences[operation.operation];
}
