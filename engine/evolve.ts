/**
 * evolve: what a transition means to the state. Every entry of the log passes here, live, replayed or rehearsed, and
 * nothing else changes a run's state: fold(log) = state (engine.md section 2, invariant 1).
 *
 * It decides nothing: it evaluates no expression and knows no policy. It reads of the saga only its graph.
 */
import type { Saga } from "./definition/saga";
import { begun, ended, failed, newHalf, settled, skippedHalf, waiting } from "./half";
import { assertNever, type Json } from "./json";
import type { RunState, StepState } from "./run/state";
import { isEnded, isInDoubt } from "./run/state";
import type { LogEntry, Transition } from "./run/transition";

type Of<T extends Transition["type"]> = Extract<Transition, { type: T }>;

/** The state of a run after one more transition, decided at `at` (milliseconds). `state` is null only for RunStarted. */
export function evolve(saga: Saga, state: RunState | null, transition: Transition, at: number): RunState {
  if (transition.type === "RunStarted") return started(saga, transition, at);
  if (state === null) throw new Error(`A log begins with RunStarted, not with ${transition.type}`);
  return { ...applied(saga, state, transition, at), updatedAt: at };
}

/** The state after one decision. */
export function applyEntry(saga: Saga, state: RunState | null, entry: LogEntry): RunState {
  let next = state;
  for (const transition of entry.transitions) next = evolve(saga, next, transition, entry.at);
  if (next === null) throw new Error("A decision has at least one transition");
  return { ...next, seq: entry.seq };
}

/** The state that a log tells, from its beginning or from a snapshot; null for an empty log. */
export function fold(saga: Saga, entries: Iterable<LogEntry>, from: RunState | null = null): RunState | null {
  let state = from;
  for (const entry of entries) state = applyEntry(saga, state, entry);
  return state;
}

function applied(saga: Saga, state: RunState, t: Exclude<Transition, Of<"RunStarted">>, at: number): RunState {
  switch (t.type) {
    case "StepStarted":
      return {
        ...step(saga, state, t.step, (s) => ({
          ...s,
          status: "executing",
          handling: null,
          settledOrder: null,
          action: begun(s.action, t, at),
        })),
        state: "pending",
      };
    case "StepCompleted":
      return stepCompleted(saga, state, t, at);
    case "StepRetryScheduled":
      return step(saga, state, t.step, (s) => ({ ...s, action: waiting(s.action, t) }));
    case "StepFailed":
      return stepFailed(saga, state, t, at);
    case "StepSkipped":
      return stepSkipped(saga, state, t, at);
    case "StepOutcomeSettled":
      return step(saga, state, t.step, (s) => outcomeSettled(s, t));
    case "EdgesPassed":
      return passed(saga, state, t.step, t.taken);
    case "UnwindRequested":
      return { ...state, unwind: { phase: "requested", cause: t.cause, since: at, afterEnd: false } };
    case "UnwindWithdrawn":
      return { ...state, unwind: null };
    case "UnwindStarted":
      return unwindStarted(state, t, at);
    case "CompensationStarted":
      return compensationStarted(saga, state, t, at);
    case "CompensationRetryScheduled":
      return step(saga, state, t.step, (s) => ({ ...s, undo: waiting(s.undo, t) }));
    case "CompensationCompleted":
      return step(saga, state, t.step, (s) => ({
        ...s,
        status: "compensated",
        handling: null,
        undo: { ...ended(s.undo, null, at), unsettled: [] },
      }));
    case "CompensationFailed":
      return step(saga, state, t.step, (s) => ({
        ...s,
        status: "compensation_failed",
        handling: t.handling,
        undo: failed(s.undo, t, at),
      }));
    case "AttentionRaised":
      return attentionRaised(state, t, at);
    case "AttentionCleared":
      return { ...state, attention: state.attention.filter((a) => a.reason !== t.reason || a.step !== t.step) };
    case "LateReplyRecorded":
      return step(saga, state, t.step, (s) => lateReply(s, t));
    case "RunPaused":
      return { ...state, paused: true };
    case "RunResumed":
      return { ...state, paused: false };
    case "RunReopened":
      return runReopened(state);
    case "RunCompleted":
      return { ...state, state: "completed", unwind: null, paused: false, endedAt: at };
    case "RunFailed":
      return {
        ...state,
        state: "failed",
        rollback: t.rollback,
        residue: t.residue,
        unwind: null,
        paused: false,
        endedAt: at,
      };
    case "EdgesFailed":
    case "OperationAccepted":
    case "OperationRefused":
      return state;
    default:
      return assertNever(t);
  }
}

function started(saga: Saga, t: Of<"RunStarted">, at: number): RunState {
  return {
    id: t.run,
    saga: t.saga,
    version: t.version,
    state: "started",
    cause: null,
    rollback: null,
    residue: [],
    attention: [],
    paused: false,
    unwind: null,
    data: t.data,
    businessKey: t.businessKey,
    exposure: t.exposure,
    parent: t.parent,
    startedBy: t.startedBy,
    seq: 0,
    startedAt: at,
    updatedAt: at,
    endedAt: null,
    deadlineAt: t.deadlineAt,
    steps: saga.steps.map((s) => newStep(s.id)),
    settled: 0,
    undosBegun: 0,
    error: null,
  };
}

function newStep(id: string): StepState {
  return {
    id,
    status: "pending",
    effect: "none",
    action: newHalf,
    undo: newHalf,
    result: null,
    settledIn: 0,
    takenIn: 0,
    passed: false,
    handling: null,
    settledOrder: null,
    undoOrder: null,
  };
}

// ------------------------------------------------------------------ forward

function stepCompleted(saga: Saga, state: RunState, t: Of<"StepCompleted">, at: number): RunState {
  const next = settle(saga, state, t.step, (s) => ({
    ...s,
    status: "completed",
    effect: "happened",
    result: t.result,
    handling: null,
    action: { ...ended(s.action, null, at), unsettled: [] },
  }));
  return t.taken === null ? next : passed(saga, next, t.step, t.taken);
}

function stepFailed(saga: Saga, state: RunState, t: Of<"StepFailed">, at: number): RunState {
  const next = settle(saga, state, t.step, (s) => ({
    ...s,
    status: "failed",
    effect: t.effect,
    handling: t.handling === "compensate" ? null : t.handling,
    action: failed(s.action, t, at),
  }));
  return t.handling === "continue" ? passed(saga, next, t.step, t.taken) : next;
}

function stepSkipped(saga: Saga, state: RunState, t: Of<"StepSkipped">, at: number): RunState {
  if (t.by === "dead_path") {
    return passed(
      saga,
      step(saga, state, t.step, (s) => ({ ...s, status: "skipped" })),
      t.step,
      [],
    );
  }
  const next = settle(saga, state, t.step, (s) => ({
    ...s,
    status: "skipped",
    effect: isInDoubt(s.action) ? "unknown" : s.effect,
    handling: null,
    result: t.result ?? null,
    action: s.action.attempt > 0 ? skippedHalf(s.action, at) : s.action,
  }));
  return passed(saga, next, t.step, t.taken);
}

/** A late success is known from now on, so that its duplicates are; the undo under way keeps the input it was sent. */
function lateReply(s: StepState, t: Of<"LateReplyRecorded">): StepState {
  if (t.half === "compensation") return { ...s, undo: settled(s.undo, t.attempt) };
  return { ...s, effect: t.error ? s.effect : "happened", action: settled(s.action, t.attempt) };
}

/** An unknown that turns out to have happened is a completion; one that did not is a known failure (F5). */
function outcomeSettled(s: StepState, t: Of<"StepOutcomeSettled">): StepState {
  const status = s.status === "failed" && t.effect === "happened" ? "completed" : s.status;
  const result: Json = t.result === undefined ? s.result : t.result;
  return {
    ...s,
    status,
    result,
    effect: t.effect,
    action: t.effect === "unknown" ? s.action : { ...s.action, unsettled: [] },
  };
}

/** Marks a step's outgoing edges as settled: all taken, or only those to `taken`. A step passes its edges once. */
function passed(saga: Saga, state: RunState, id: string, taken: readonly string[] | undefined): RunState {
  const index = indexOf(saga, id);
  const from = state.steps[index];
  if (from === undefined || from.passed) return state;
  const steps = state.steps.slice();
  steps[index] = { ...from, passed: true };
  for (const edge of saga.steps[index]?.outgoing ?? []) {
    const to = saga.edges[edge]?.to ?? -1;
    const target = steps[to];
    if (target === undefined) continue;
    const took = taken === undefined || taken.includes(target.id);
    steps[to] = { ...target, settledIn: target.settledIn + 1, takenIn: target.takenIn + (took ? 1 : 0) };
  }
  return { ...state, steps };
}

// ------------------------------------------------------------------- unwind

function unwindStarted(state: RunState, t: Of<"UnwindStarted">, at: number): RunState {
  const error = t.error && t.step !== undefined ? { ...t.error, step: t.step } : state.error;
  return {
    ...state,
    state: "compensating",
    cause: t.cause,
    rollback: null,
    residue: [],
    endedAt: null,
    error,
    unwind: { phase: "running", cause: t.cause, since: at, afterEnd: isEnded(state) },
    steps: isEnded(state) ? state.steps.map((s) => owedAnew(s, t.redo ?? [])) : state.steps,
  };
}

/** The run goes forward again; what had failed in it is held until a person says otherwise (U7). */
function runReopened(state: RunState): RunState {
  const steps = state.steps.map((s) => (s.status === "failed" && !s.passed ? { ...s, handling: "hold" as const } : s));
  return {
    ...state,
    state: "pending",
    cause: null,
    rollback: null,
    residue: [],
    unwind: null,
    error: null,
    endedAt: null,
    steps,
  };
}

/** In an ended run that is unwound again, a failed undo is either owed once more, or left as it is for good. */
function owedAnew(s: StepState, redo: readonly string[]): StepState {
  if (s.status !== "compensation_failed") return s;
  if (!redo.includes(s.id)) return { ...s, handling: "continue" };
  return { ...s, status: s.effect === "happened" ? "completed" : "failed", handling: null };
}

function compensationStarted(saga: Saga, state: RunState, t: Of<"CompensationStarted">, at: number): RunState {
  const next = step(saga, state, t.step, (s) => ({
    ...s,
    status: "compensating",
    handling: null,
    undoOrder: t.order,
    undo: begun(s.undo, t, at),
  }));
  return { ...next, undosBegun: Math.max(next.undosBegun, t.order) };
}

/** A late effect makes an ended run's rollback incomplete (F5). */
function attentionRaised(state: RunState, t: Of<"AttentionRaised">, at: number): RunState {
  const rollback = t.reason === "late_effect" && state.state === "failed" ? "incomplete" : state.rollback;
  return { ...state, rollback, attention: [...state.attention, { reason: t.reason, step: t.step, since: at }] };
}

// ------------------------------------------------------------------- helpers

function indexOf(saga: Saga, id: string): number {
  const index = saga.indexOf.get(id);
  if (index === undefined) throw new Error(`${saga.type} v${saga.version} has no step ${id}`);
  return index;
}

function step(saga: Saga, state: RunState, id: string, change: (s: StepState) => StepState): RunState {
  const index = indexOf(saga, id);
  const steps = state.steps.slice();
  steps[index] = change(steps[index] as StepState);
  return { ...state, steps };
}

/** As `step`, and gives the step its place in the order of settling, once. */
function settle(saga: Saga, state: RunState, id: string, change: (s: StepState) => StepState): RunState {
  const next = step(saga, state, id, change);
  const index = indexOf(saga, id);
  const changed = next.steps[index] as StepState;
  if (changed.settledOrder !== null) return next;
  const steps = next.steps.slice();
  steps[index] = { ...changed, settledOrder: next.settled + 1 };
  return { ...next, steps, settled: next.settled + 1 };
}
